//! `POST /api/builds`.

mod accepted;
mod limits;
mod races;
mod refused;
mod rights;
