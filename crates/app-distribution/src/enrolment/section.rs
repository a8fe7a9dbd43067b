//! What the page of a build says of the device that looks at it.

use axum::http::HeaderMap;
use chrono::Utc;
use securevox_core::{Result, web::View};
use securevox_protocol::{
    builds::Build,
    packages::{IosDistribution, PackageDetails},
};

use super::{
    store::{self, Standing},
    words::EnrolmentWords,
};
use crate::app::App;

/// Of a build that is made for listed devices.
pub(crate) struct Section {
    pub(crate) words: &'static EnrolmentWords,
    /// Where the button asks, and where more is told.
    pub(crate) path: String,
    /// Whether the device is listed; none where nobody knows yet.
    pub(crate) listed: Option<bool>,
    /// iOS says so, and is not wrong.
    pub(crate) unsigned: bool,
}

pub(crate) async fn section(
    app: &App,
    (view, headers): (&View, &HeaderMap),
    build: &Build,
    link: Option<&str>,
) -> Result<Option<Section>> {
    let lists = match &build.details {
        Some(PackageDetails::Ipa(ipa)) => {
            matches!(ipa.distribution, IosDistribution::AdHoc | IosDistribution::Development)
        }
        _ => false,
    };
    if !lists {
        return Ok(None);
    }
    let standing = match app.enrolling.remembered(&app.site, headers, Utc::now()) {
        Some(device) => {
            let mut conn = app.db.acquire().await?;
            store::standing(&mut conn, build.id, device).await?
        }
        None => None,
    };
    let listed = match standing {
        Some(Standing { listed: true, .. }) => Some(true),
        Some(Standing { told: true, .. }) => Some(false),
        // These developers have never heard of it: the owner may want to tell them.
        _ => None,
    };
    Ok(Some(Section {
        words: EnrolmentWords::of(view.language),
        path: path(build.id, link),
        listed,
        unsigned: !app.enrolling.signs(),
    }))
}

/// The page of the device that the browser remembers.
pub(super) fn path(build: securevox_protocol::BuildId, link: Option<&str>) -> String {
    match link {
        Some(link) => format!("/builds/{build}/device?link={link}"),
        None => format!("/builds/{build}/device"),
    }
}
