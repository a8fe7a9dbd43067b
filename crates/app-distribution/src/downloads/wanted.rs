//! The parameters of the log of downloads.

use securevox_protocol::BuildId;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which downloads.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Of this build alone.
    pub(super) build: Option<BuildId>,
    /// Entries on a page, 1 to 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<u32>,
    /// The `next` of the page before.
    pub(super) after: Option<Uuid>,
}
