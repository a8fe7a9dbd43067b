//! A source for `AltStore` and its kin, which put IPAs on iPhones by themselves.

use std::collections::{BTreeMap, HashSet};

use axum::{extract::State, http::HeaderMap, response::Response};
use chrono::SecondsFormat;
use securevox_core::{Result, auth::hex};
use securevox_protocol::{
    AppId,
    packages::{IosDistribution, IpaDetails, PackageDetails},
};
use serde_json::{Value, json};

use super::{
    answer,
    link::Reader,
    places::Place,
    store::{self, Line, Offer, Wanted},
};
use crate::app::App;

/// Builds that a source tells of.
const MOST: u32 = 1000;

pub(super) async fn source(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
) -> Result<Response> {
    let wanted = Wanted {
        app: None,
        channel: None,
        build: None,
        kind: Some("ipa"),
        of_each: (Line::App, app.feeds.versions_per_app),
        most: MOST,
    };
    let mut conn = app.db.acquire().await?;
    let offers = store::offers(&mut conn, &reader.viewer, wanted, reader.now).await?;
    drop(conn);
    let mut apps: Vec<(AppId, Vec<(&Offer, &IpaDetails)>)> = Vec::new();
    for (offer, _) in &offers {
        let Some(ipa) = installable(offer) else { continue };
        match apps.iter_mut().find(|(app, _)| *app == offer.app_id) {
            Some((_, builds)) => builds.push((offer, ipa)),
            None => apps.push((offer.app_id, vec![(offer, ipa)])),
        }
    }
    let host = app.addresses.host();
    let source = json!({
        "name": host,
        "identifier": host,
        "website": app.addresses.root(),
        "sourceURL": reader.place.altstore(),
        "apps": apps
            .iter()
            .map(|(_, builds)| listed(builds, &reader.place, host))
            .collect::<Vec<_>>(),
        "news": [],
    });
    let body = source.to_string().into_bytes();
    Ok(answer::kept((&reader, &headers), "application/json", body))
}

/// What a phone can take; `AltStore` signs it anew.
fn installable(offer: &Offer) -> Option<&IpaDetails> {
    match offer.details()? {
        PackageDetails::Ipa(ipa) => match ipa.distribution {
            IosDistribution::Simulator | IosDistribution::OtherSystem => None,
            _ => Some(ipa),
        },
        _ => None,
    }
}

/// An app with its builds, of which there is one, newest first.
fn listed(builds: &[(&Offer, &IpaDetails)], place: &Place, host: &str) -> Value {
    let (newest, ipa) = builds[0];
    // A source in which one app has no icon at all is refused as a whole: there, one that is not
    // found is named.
    let pictured =
        builds.iter().find(|(offer, _)| offer.has_icon).map_or(newest, |(offer, _)| offer);
    // So is one that names a version twice: the newest package stands for it.
    let mut told = HashSet::new();
    let versions = builds.iter().filter(|(offer, _)| told.insert(numbers(offer)));
    json!({
        "name": newest.app_name,
        "bundleIdentifier": newest.bundle_id,
        "developerName": team(ipa).unwrap_or(host),
        "localizedDescription": newest.description.as_deref().unwrap_or(&newest.app_name),
        "iconURL": place.icon(pictured.id),
        "versions": versions.map(|(offer, _)| version(offer, place)).collect::<Vec<_>>(),
        "appPermissions": { "entitlements": entitlements(ipa), "privacy": privacy(ipa) },
    })
}

/// The version and the build number, by which `AltStore` tells builds apart.
fn numbers(offer: &Offer) -> (&str, Option<&str>) {
    let number = offer.build_number.as_deref();
    (offer.version.as_deref().or(number).unwrap_or("1"), number)
}

fn version(offer: &Offer, place: &Place) -> Value {
    let (name, number) = numbers(offer);
    let mut version = json!({
        "version": name,
        // Fractions of seconds are not understood.
        "date": offer.created_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "downloadURL": place.ipa(offer.id),
        "size": offer.size,
        "sha256": hex(&offer.sha256),
    });
    let texts = [
        ("buildVersion", number),
        ("localizedDescription", offer.release_notes.as_deref()),
        ("minOSVersion", offer.min_os_version.as_deref()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            version[name] = json!(text);
        }
    }
    version
}

fn team(ipa: &IpaDetails) -> Option<&str> {
    ipa.profile.as_ref()?.team_name.as_deref()
}

fn entitlements(ipa: &IpaDetails) -> Vec<&String> {
    let allowed = ipa.profile.as_ref().and_then(|profile| profile.entitlements.as_object());
    allowed.into_iter().flat_map(|allowed| allowed.keys()).collect()
}

/// Why it asks for what it asks for.
fn privacy(ipa: &IpaDetails) -> BTreeMap<&str, &str> {
    let told = ipa.usage_descriptions.iter();
    told.map(|(name, text)| (name.as_str(), text.as_str())).collect()
}
