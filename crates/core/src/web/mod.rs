//! Pages for browsers: what they look like, who looks at them, and what they may send.
//!
//! A page is an askama template on `templates/base.html`, with a [`View`] that knows language,
//! appearance and person, answered by [`View::page`]. A form arrives as [`Form`], which proves
//! that it is ours. Problems become pages by themselves where a browser asks for HTML.

mod assets;
mod faults;
mod form;
mod handoff;
mod language;
mod preferences;
mod problem_words;
mod problems;
pub(crate) mod reference;
mod site;
mod turn;
mod view;
mod words;

pub use assets::Assets;
pub(crate) use assets::ROOT as ASSETS;
pub use faults::{FaultWords, Faults, FieldWords, value_said};
pub use form::{Form, Nothing, genuine};
pub use handoff::{CodeTries, local_path, session_routes};
pub use language::Language;
pub use problem_words::{ProblemWords, said_of, with_problem_words};
pub use problems::{problems_as_pages, wants_html};
pub use site::{Site, cookie};
pub use turn::{Beside, Part, Span, Turn};
pub use view::{SignedInView, Theme, View, see_done, see_other, unkept};
pub use words::Words;

use axum::{Router, routing::post};

/// What every host answers: the files that pages are made of, and the switches at their foot.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub fn routes() -> Router {
    assets::OURS.routes().route("/preferences", post(preferences::update))
}
