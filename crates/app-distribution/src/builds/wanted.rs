//! The parameters of a list of builds.

use securevox_core::{Result, extract::Checks};
use securevox_protocol::{AppId, builds::Platform};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which builds to list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
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
    /// Only builds of this channel.
    pub(super) channel: Option<String>,
    /// Only builds of this branch.
    pub(super) branch: Option<String>,
    /// Only builds of the commits that begin like this.
    pub(super) commit: Option<String>,
    /// Only builds of this version.
    pub(super) version: Option<String>,
}

impl Wanted {
    /// 422 for what no build could have.
    pub(super) fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        for (pointer, text) in [
            ("?channel", &self.channel),
            ("?branch", &self.branch),
            ("?commit", &self.commit),
            ("?version", &self.version),
        ] {
            if let Some(text) = text {
                checks.text(text, pointer, (1, 255));
            }
        }
        checks.finish()
    }
}
