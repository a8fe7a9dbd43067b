//! `POST /api/builds`.

mod accepted;
mod by_form;
mod for_app;
mod hostile;
mod icons;
mod limits;
mod races;
mod refused;
mod rights;
