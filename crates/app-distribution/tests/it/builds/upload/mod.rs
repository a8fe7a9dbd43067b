//! `POST /api/builds`.

mod accepted;
mod hostile;
pub(crate) mod icons;
mod limits;
mod races;
mod refused;
mod rights;
