//! The parameters of a list of builds.

use securevox_protocol::{AppId, builds::Platform};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which builds to list.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Entries on a page, 1 to 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<u32>,
    /// The `next` of the page before.
    pub(super) after: Option<Uuid>,
    /// Only builds of this app.
    pub(super) app: Option<AppId>,
    /// Only builds for this platform.
    pub(super) platform: Option<Platform>,
}
