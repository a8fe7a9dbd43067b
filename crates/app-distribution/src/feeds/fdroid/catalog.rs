//! What is in a repository, before it is written in one format or the other.

use securevox_core::Result;
use securevox_protocol::{
    BuildId,
    packages::{ApkDetails, PackageDetails},
};

use super::{icons, store::Icon};
use crate::{
    app::App,
    feeds::{
        link::Reader,
        store::{self, Line, Offer, Wanted},
    },
};

/// Builds that a repository tells of.
const MOST: u32 = 1000;

/// An app with the builds that a phone can take, of which there is one, newest first.
pub(super) struct Listed {
    pub(super) builds: Vec<Apk>,
    pub(super) icon: Option<Icon>,
}

/// A build that a phone can take.
pub(super) struct Apk {
    pub(super) offer: Offer,
    pub(super) code: i64,
}

impl Apk {
    /// Phones take what is signed and has a number that tells what is newer.
    fn of(offer: Offer) -> Option<Self> {
        let code = offer.build_number.as_deref()?.parse().ok()?;
        let apk = Self { offer, code };
        let details = apk.details()?;
        (!details.schemes.is_empty() && !details.test_only).then_some(apk)
    }

    fn details(&self) -> Option<&ApkDetails> {
        match self.offer.details()? {
            PackageDetails::Apk(details) => Some(details),
            PackageDetails::Ipa(_) | PackageDetails::Aab(_) => None,
        }
    }

    /// What its package says.
    pub(super) fn says(&self) -> &ApkDetails {
        self.details().expect("it was looked at when the list was made")
    }

    /// When it came, in milliseconds.
    pub(super) fn added(&self) -> i64 {
        self.offer.created_at.timestamp_millis()
    }

    /// How its file is called in the repository.
    pub(super) fn file(&self) -> String {
        format!("{}.apk", self.offer.id)
    }

    pub(super) fn version(&self) -> String {
        let version = self.offer.version.clone();
        version.unwrap_or_else(|| self.code.to_string())
    }
}

impl Listed {
    pub(super) fn newest(&self) -> &Apk {
        &self.builds[0]
    }

    /// The newest build with an icon.
    fn pictured(&self) -> Option<BuildId> {
        let pictured = self.builds.iter().find(|apk| apk.offer.has_icon);
        pictured.map(|apk| apk.offer.id)
    }

    /// What the newest build says of the app, in one line.
    pub(super) fn summary(&self) -> Option<String> {
        let first = self.newest().offer.description.as_deref()?.lines().next()?;
        Some(first.trim().chars().take(80).collect())
    }

    /// What the app is for. Clients take it for HTML, and end lines where it does.
    pub(super) fn description(&self) -> Option<String> {
        let text = self.newest().offer.description.as_deref()?;
        Some(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
    }

    /// When the first of the builds came.
    pub(super) fn added(&self) -> i64 {
        self.builds.last().map_or(0, Apk::added)
    }

    /// The one that phones are to have.
    pub(super) fn suggested(&self) -> &Apk {
        let first = self.newest();
        self.builds.iter().rev().max_by_key(|apk| apk.code).unwrap_or(first)
    }
}

/// What the reader is offered.
pub(super) async fn of(app: &App, reader: &Reader) -> Result<Vec<Listed>> {
    let wanted = Wanted {
        app: None,
        channel: None,
        build: None,
        kind: Some("apk"),
        of_each: (Line::App, app.feeds.versions_per_app),
        most: MOST,
    };
    let mut conn = app.db.acquire().await?;
    let offers = store::offers(&mut conn, &reader.viewer, wanted, reader.now).await?;
    drop(conn);
    let mut apps: Vec<Listed> = Vec::new();
    for apk in offers.into_iter().filter_map(|(offer, _)| Apk::of(offer)) {
        match apps.iter_mut().find(|app| app.newest().offer.app_id == apk.offer.app_id) {
            Some(app) => app.builds.push(apk),
            None => apps.push(Listed { builds: vec![apk], icon: None }),
        }
    }
    let wanted: Vec<_> = apps.iter().filter_map(Listed::pictured).collect();
    for icon in icons::of(app, &wanted).await? {
        let owner =
            apps.iter_mut().find(|app| app.builds.iter().any(|apk| apk.offer.id == icon.build_id));
        if let Some(owner) = owner {
            owner.icon = Some(icon);
        }
    }
    Ok(apps)
}
