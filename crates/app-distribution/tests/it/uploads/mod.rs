//! `POST /api/builds`.

mod accepted;
mod by_form;
mod icons;
mod limits;
mod races;
mod refused;
mod rights;
