//! The parameters of the whole log.

use securevox_protocol::AppId;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which part of the whole log.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// What was done to this app alone, also after it was deleted.
    pub(super) app: Option<AppId>,
    /// Entries on a page, 1 to 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<u32>,
    /// The `next` of the page before.
    pub(super) after: Option<Uuid>,
}
