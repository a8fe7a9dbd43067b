//! The parameters of a list of feedback.

use securevox_core::{Error, Result, extract::Paging};
use securevox_protocol::BuildId;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which feedback to list.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Entries on a page, 1 to 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<u32>,
    /// The `next` of the page before.
    pub(super) after: Option<Uuid>,
    /// Only what is said of this build.
    pub(super) build: Option<BuildId>,
    /// Only with so many stars.
    #[param(minimum = 1, maximum = 5)]
    pub(super) rating: Option<i16>,
    /// Only what is done with, or only what is not.
    pub(super) resolved: Option<bool>,
}

impl Wanted {
    pub(super) fn paging(self) -> Result<Paging> {
        if self.rating.is_some_and(|stars| !(1..=5).contains(&stars)) {
            return Err(Error::invalid_field("?rating", "must be 1 to 5"));
        }
        Ok(Paging::new(self.limit, self.after))
    }
}
