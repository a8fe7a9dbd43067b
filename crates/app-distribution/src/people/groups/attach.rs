//! The forms that say which builds of an app a group gets.

use securevox_protocol::{
    AppId,
    testers::{AttachApp, GroupApp},
};
use serde::Deserialize;

/// Which builds a group gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Which {
    Every,
    Channel,
    Given,
}

#[derive(Debug, Deserialize)]
pub(in crate::people) struct Attached {
    pub(super) app: AppId,
    builds: Which,
    #[serde(default)]
    channel: String,
}

impl Attached {
    pub(super) fn request(&self) -> AttachApp {
        let channel = || self.channel.trim().to_owned();
        AttachApp {
            every_build: self.builds != Which::Given,
            channel: (self.builds == Which::Channel).then(channel),
        }
    }
}

/// What stands in a form.
pub(super) struct Shown<'a> {
    pub(super) which: Which,
    pub(super) channel: &'a str,
    /// Whether it was sent, and refused.
    pub(super) refused: bool,
}

impl<'a> Shown<'a> {
    /// For an app that the group has, or for a new one: what was sent, or what there is.
    pub(super) fn of(app: Option<&'a GroupApp>, sent: Option<&'a Attached>) -> Self {
        if let Some(Attached { builds, channel, .. }) = sent {
            return Self { which: *builds, channel, refused: true };
        }
        let channel = app.and_then(|app| app.channel.as_deref());
        let which = match app {
            Some(app) if !app.every_build => Which::Given,
            Some(_) if channel.is_some() => Which::Channel,
            _ => Which::Every,
        };
        Self { which, channel: channel.unwrap_or_default(), refused: false }
    }
}
