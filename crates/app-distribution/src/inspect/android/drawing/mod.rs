//! Making the icon of an app into an ordinary PNG.
//!
//! Icons are pictures in several densities, or drawings: an adaptive icon of two layers, each a
//! colour, a picture or a vector drawing. What cannot be drawn faithfully is not drawn at all as
//! long as there is something else to show. Everything is bounded: files opened, elements, pixels.

mod fill;
mod icon;
mod layers;
mod node;
mod outline;
mod picture;
mod vector;

pub(super) use self::icon::{Icons, read};
pub(super) use self::node::Node;
