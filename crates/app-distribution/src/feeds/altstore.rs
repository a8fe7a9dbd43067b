//! A source for `AltStore` and its kin, which put IPAs on iPhones by themselves.

use std::collections::BTreeMap;

use axum::{extract::State, http::HeaderMap, response::Response};
use securevox_core::Result;
use securevox_protocol::{
    AppId,
    packages::{IosDistribution, IpaDetails, PackageDetails},
};
use serde_json::{Value, json};

use super::{
    answer,
    link::Reader,
    places::Place,
    store::{self, Offer, Wanted},
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
        of_each_app: app.feeds.versions_per_app,
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
        "apps": apps.iter().map(|(_, builds)| listed(builds, &reader.place)).collect::<Vec<_>>(),
        "news": [],
    });
    let body = source.to_string().into_bytes();
    Ok(answer::kept((&reader, &headers), "application/json", body))
}

/// What a phone can take; `AltStore` signs it anew.
fn installable(offer: &Offer) -> Option<&IpaDetails> {
    match offer.details()? {
        PackageDetails::Ipa(ipa) if ipa.distribution != IosDistribution::Simulator => Some(ipa),
        _ => None,
    }
}

/// An app with its builds, of which there is one, newest first.
fn listed(builds: &[(&Offer, &IpaDetails)], place: &Place) -> Value {
    let (newest, ipa) = builds[0];
    let with_icon = builds.iter().find(|(offer, _)| offer.has_icon);
    let mut listed = json!({
        "name": newest.app_name,
        "bundleIdentifier": newest.bundle_id,
        "developerName": team(ipa),
        "localizedDescription": newest.description.as_deref().unwrap_or(&newest.app_name),
        "versions": builds.iter().map(|(offer, _)| version(offer, place)).collect::<Vec<_>>(),
        "appPermissions": { "entitlements": entitlements(ipa), "privacy": privacy(ipa) },
    });
    if let Some((offer, _)) = with_icon {
        listed["iconURL"] = json!(place.icon(offer.id));
    }
    listed
}

fn version(offer: &Offer, place: &Place) -> Value {
    let number = offer.build_number.as_deref();
    let mut version = json!({
        "version": offer.version.as_deref().or(number).unwrap_or("1"),
        "date": offer.created_at,
        "downloadURL": place.ipa(offer.id),
        "size": offer.size,
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

fn team(ipa: &IpaDetails) -> &str {
    let profile = ipa.profile.as_ref();
    profile.and_then(|profile| profile.team_name.as_deref()).unwrap_or_default()
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
