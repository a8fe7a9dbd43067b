//! The addresses that are given out, and the links in them that open one thing.

use std::sync::Arc;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use securevox_core::{
    auth::{Opaque, SecretKey},
    storage::Links,
};
use securevox_protocol::AccountId;
use uuid::Uuid;

use super::Who;
use crate::config::Uploads;

/// As manifests name them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IconSize {
    /// `display-image`.
    Display,
    /// `full-size-image`.
    FullSize,
}

impl IconSize {
    pub(crate) const fn file_name(self) -> &'static str {
        match self {
            Self::Display => "display.png",
            Self::FullSize => "full-size.png",
        }
    }

    /// Of each side.
    pub(crate) const fn pixels(self) -> u32 {
        match self {
            Self::Display => 57,
            Self::FullSize => 512,
        }
    }
}

/// The links that open one build for whoever holds them, each kind for one thing.
#[derive(Clone, Debug)]
pub(crate) struct BuildLinks {
    /// The package.
    pub(crate) downloads: Links,
    /// What iOS reads before it fetches the package.
    pub(crate) manifests: Links,
    /// What iOS shows while it fetches it: the icon on the home screen, and a large one.
    pub(crate) icons: Arc<[Links; 2]>,
    /// The icon, for programs that show builds.
    pub(crate) pictures: Links,
    /// The page to install from.
    pub(crate) installs: Links,
}

impl BuildLinks {
    pub(super) fn new(secret: &SecretKey) -> Self {
        Self {
            downloads: Links::new(secret, "download-build"),
            manifests: Links::new(secret, "manifest-of-build"),
            icons: Arc::new([
                Links::new(secret, "display-image-of-build"),
                Links::new(secret, "full-size-image-of-build"),
            ]),
            pictures: Links::new(secret, "icon-of-build"),
            installs: Links::new(secret, "install-build"),
        }
    }
}

/// The addresses that are given out.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    base: Arc<str>,
    links: BuildLinks,
    config: Arc<Uploads>,
}

impl Addresses {
    pub(super) fn new(base: &str, links: BuildLinks, config: Arc<Uploads>) -> Self {
        Self { base: base.into(), links, config }
    }

    /// The start page.
    pub(crate) fn root(&self) -> &str {
        &self.base
    }

    /// Where the package of a build is downloaded by who may see it.
    pub(crate) fn download(&self, build: Uuid) -> String {
        format!("{}api/builds/{build}/download/", self.base)
    }

    /// Where a file with symbols is downloaded by who develops the app.
    pub(crate) fn symbols(&self, build: Uuid, symbols: Uuid) -> String {
        format!("{}api/builds/{build}/symbols/{symbols}", self.base)
    }

    /// Where the newest build of an app is, of a channel or branch.
    pub(crate) fn latest(&self, app: Uuid, line: Option<(&str, &str)>) -> String {
        let query = line.map(|(name, value)| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            format!("?{}", query.append_pair(name, value).finish())
        });
        format!("{}apps/{app}/latest{}", self.base, query.unwrap_or_default())
    }

    /// The page to install from and its QR code, which open to whoever holds these links, as long
    /// as `giver` sees the build.
    pub(crate) fn install(
        &self,
        build: Uuid,
        giver: AccountId,
        now: DateTime<Utc>,
    ) -> (String, String) {
        let giver = Who::Holder(giver).to_bytes();
        let token = self.links.installs.sign_with(build, &giver, self.install_expiry(now));
        (self.install_page(build, &token), format!("{}?link={token}", self.qr_code(build)))
    }

    /// The page to install from, for whoever holds `token`.
    pub(crate) fn install_page(&self, build: Uuid, token: &str) -> String {
        format!("{}builds/{build}?link={token}", self.base)
    }

    /// Where a link leads by which a build is shared.
    pub(crate) fn share(&self, code: &Opaque) -> String {
        format!("{}s/{code}", self.base)
    }

    /// The page of a build, for whoever may see it.
    pub(crate) fn page(&self, build: Uuid) -> String {
        format!("{}builds/{build}", self.base)
    }

    /// The icon of a build, as long as `who` sees that.
    pub(crate) fn icon(&self, build: Uuid, who: Who, now: DateTime<Utc>) -> String {
        let expires = self.install_expiry(now);
        let token = self.links.pictures.sign_with(build, &who.to_bytes(), expires);
        format!("{}i/{token}/icon.png", self.base)
    }

    /// The QR code of the page of a build, for whoever may see it.
    pub(crate) fn qr_code(&self, build: Uuid) -> String {
        format!("{}builds/{build}/qr.svg", self.base)
    }

    /// To the full day, so that the same build is told with the same address for a while.
    fn install_expiry(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let expiry = now + self.config.install_link_lifetime.delta();
        expiry.duration_trunc(TimeDelta::days(1)).map_or(expiry, |day| day + TimeDelta::days(1))
    }

    /// What the installer of iOS fetches, without cookies, for `who`.
    pub(crate) fn manifest(&self, build: Uuid, who: Who, now: DateTime<Utc>) -> String {
        let expires = now + self.config.manifest_lifetime.delta();
        let token = self.links.manifests.sign_with(build, &who.to_bytes(), expires);
        format!("{}i/{token}/manifest.plist", self.base)
    }

    /// The package itself, without cookies, for `who`.
    pub(crate) fn package(&self, build: Uuid, who: Who, now: DateTime<Utc>) -> String {
        let expires = now + self.config.download_lifetime.delta();
        let token = self.links.downloads.sign_with(build, &who.to_bytes(), expires);
        format!("{}api/downloads/{token}", self.base)
    }

    /// The screenshot of feedback about an app, for its developers.
    pub(crate) fn screenshot(&self, app: Uuid, feedback: Uuid) -> String {
        format!("{}api/apps/{app}/feedback/{feedback}/screenshot", self.base)
    }

    /// The page of what was said of an app, for its developers.
    pub(crate) fn said(&self, app: Uuid) -> String {
        format!("{}admin/apps/{app}/feedback", self.base)
    }

    /// Where an app that has this key sends feedback.
    pub(crate) fn feedback(&self, key: &str) -> String {
        format!("{}api/feedback/{key}", self.base)
    }

    /// The icon in a size, without cookies, for `who`.
    pub(crate) fn image(
        &self,
        build: Uuid,
        size: IconSize,
        who: Who,
        now: DateTime<Utc>,
    ) -> String {
        let expires = now + self.config.download_lifetime.delta();
        let links = &self.links.icons[size as usize];
        let token = links.sign_with(build, &who.to_bytes(), expires);
        format!("{}i/{token}/{}", self.base, size.file_name())
    }

    /// The page that opens a build on the phone that scans it.
    pub(crate) fn phone(&self, code: &Opaque) -> String {
        format!("{}p/{code}", self.base)
    }

    /// The page that signs a tester in.
    pub(crate) fn sign_in(&self, code: &Opaque) -> String {
        format!("{}t/{code}", self.base)
    }

    /// Where a tester ends the mails to them.
    pub(crate) fn unsubscribe(&self, token: &str) -> String {
        format!("{}unsubscribe/{token}", self.base)
    }

    /// The page that proves an address.
    pub(crate) fn prove(&self, token: &str) -> String {
        format!("{}mail/{token}", self.base)
    }

    /// The page of a webhook, for those who manage its app.
    pub(crate) fn webhook(&self, app: Uuid, webhook: Uuid) -> String {
        format!("{}admin/apps/{app}/webhooks/{webhook}", self.base)
    }

    /// The page by which people join a group.
    pub(crate) fn join(&self, code: &Opaque) -> String {
        format!("{}join/{code}", self.base)
    }

    /// The page of the devices of an app, for its developers.
    pub(crate) fn devices(&self, app: Uuid) -> String {
        format!("{}admin/apps/{app}/devices", self.base)
    }

    /// Where a device answers to the question with this code.
    pub(crate) fn enrolment(&self, code: &Opaque) -> String {
        format!("{}enrol/{code}", self.base)
    }

    /// The page of a device, for whoever holds `token`.
    pub(crate) fn device_page(&self, token: &str) -> String {
        format!("{}devices/{token}", self.base)
    }

    /// What people call this installation.
    pub(crate) fn host(&self) -> &str {
        let rest = self.base.split_once("://").map_or(&*self.base, |(_, rest)| rest);
        rest.split_once('/').map_or(rest, |(host, _)| host)
    }

    /// Whether iOS installs from here: it insists on HTTPS.
    pub(crate) fn is_secure(&self) -> bool {
        self.base.starts_with("https://")
    }
}
