//! What differs between two builds.

use axum::extract::State;
use securevox_core::{
    Result,
    auth::Caller,
    extract::{Json, Path},
    openapi::{CallerProblems, Missing},
};
use securevox_protocol::{
    BuildId, Problem,
    builds::{Build, BuildComparison, Change, ListChange},
    packages::{ApkDetails, IpaDetails, PackageDetails},
};
use serde::Deserialize;

use super::visible::show_to;
use crate::app::App;

const OTHER_APP: Problem =
    Problem::new(422, "/problems/other-app", "The two builds are not of one app");

#[derive(Deserialize)]
pub(super) struct Pair {
    build: BuildId,
    base: BuildId,
}

/// What differs between a build and another one of the same app. Members of the app.
#[utoipa::path(get, path = "/api/builds/{build}/compare/{base}", tag = "builds",
    params(("build" = BuildId, Path), ("base" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = BuildComparison),
        (status = 422, description = "They are not of one app", body = Problem, content_type = "application/problem+json"),
        CallerProblems, Missing))]
pub(super) async fn compare(
    State(app): State<App>,
    caller: Caller,
    Path(Pair { build, base }): Path<Pair>,
) -> Result<Json<BuildComparison>> {
    let build = show_to(&app, &caller, build).await?;
    let base = show_to(&app, &caller, base).await?;
    if build.app.id != base.app.id {
        return Err(OTHER_APP.into());
    }
    Ok(Json(differences(&build, &base)))
}

pub(super) fn differences(build: &Build, base: &Build) -> BuildComparison {
    let mut found = Found::default();
    found.value("version", base.version.as_deref(), build.version.as_deref());
    found.value("build_number", base.build_number.as_deref(), build.build_number.as_deref());
    found.value("min_os_version", base.min_os_version.as_deref(), build.min_os_version.as_deref());
    match (&base.details, &build.details) {
        (Some(PackageDetails::Ipa(from)), Some(PackageDetails::Ipa(to))) => found.ipa(from, to),
        (
            Some(PackageDetails::Apk(from) | PackageDetails::Aab(from)),
            Some(PackageDetails::Apk(to) | PackageDetails::Aab(to)),
        ) => found.apk(from, to),
        // One of them is from before details were read.
        _ => {}
    }
    let Found { changes, lists } = found;
    let size_change = build.size - base.size;
    BuildComparison { build_id: build.id, base_id: base.id, size_change, changes, lists }
}

#[derive(Default)]
struct Found {
    changes: Vec<Change>,
    lists: Vec<ListChange>,
}

impl Found {
    fn value(&mut self, field: &str, from: Option<&str>, to: Option<&str>) {
        if from != to {
            let owned = |text: Option<&str>| text.map(ToOwned::to_owned);
            let (from, to) = (owned(from), owned(to));
            self.changes.push(Change { field: field.to_owned(), from, to });
        }
    }

    fn shown(&mut self, field: &str, from: &impl ToString, to: &impl ToString) {
        self.value(field, Some(&from.to_string()), Some(&to.to_string()));
    }

    fn number(&mut self, field: &str, from: Option<u32>, to: Option<u32>) {
        let text = |number: Option<u32>| number.map(|number| number.to_string());
        self.value(field, text(from).as_deref(), text(to).as_deref());
    }

    fn list(&mut self, field: &str, from: &[String], to: &[String]) {
        let only = |these: &[String], those: &[String]| -> Vec<String> {
            these.iter().filter(|item| !those.contains(item)).cloned().collect()
        };
        let (added, removed) = (only(to, from), only(from, to));
        if !added.is_empty() || !removed.is_empty() {
            self.lists.push(ListChange { field: field.to_owned(), added, removed });
        }
    }

    fn ipa(&mut self, from: &IpaDetails, to: &IpaDetails) {
        let profile = |ipa: &IpaDetails| ipa.profile.as_ref().map(|profile| profile.name.clone());
        let team =
            |ipa: &IpaDetails| ipa.profile.as_ref().and_then(|profile| profile.team_id.clone());
        self.shown("distribution", &from.distribution, &to.distribution);
        self.value("profile", profile(from).as_deref(), profile(to).as_deref());
        self.value("team_id", team(from).as_deref(), team(to).as_deref());
        self.list("frameworks", &from.frameworks, &to.frameworks);
        self.list("extensions", &from.extensions, &to.extensions);
        self.list("url_schemes", &from.url_schemes, &to.url_schemes);
        self.list("background_modes", &from.background_modes, &to.background_modes);
        let asked =
            |ipa: &IpaDetails| -> Vec<String> { ipa.usage_descriptions.keys().cloned().collect() };
        self.list("usage_descriptions", &asked(from), &asked(to));
        let entitlements = |ipa: &IpaDetails| -> Vec<String> {
            let object = ipa.profile.as_ref().and_then(|profile| profile.entitlements.as_object());
            object.into_iter().flat_map(|object| object.keys().cloned()).collect()
        };
        self.list("entitlements", &entitlements(from), &entitlements(to));
    }

    fn apk(&mut self, from: &ApkDetails, to: &ApkDetails) {
        self.number("min_sdk", from.min_sdk, to.min_sdk);
        self.number("target_sdk", from.target_sdk, to.target_sdk);
        self.number("max_sdk", from.max_sdk, to.max_sdk);
        self.shown("debuggable", &from.debuggable, &to.debuggable);
        self.list("permissions", &from.permissions, &to.permissions);
        self.list("abis", &from.abis, &to.abis);
        let features = |apk: &ApkDetails| -> Vec<String> {
            apk.features.iter().map(|feature| feature.name.clone()).collect()
        };
        self.list("features", &features(from), &features(to));
        let signers = |apk: &ApkDetails| -> Vec<String> {
            apk.signers.iter().map(|signer| signer.fingerprint.clone()).collect()
        };
        self.list("signers", &signers(from), &signers(to));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_and_removed_is_told() {
        let from = ApkDetails {
            target_sdk: Some(33),
            permissions: vec!["CAMERA".to_owned(), "NFC".to_owned()],
            ..ApkDetails::default()
        };
        let to = ApkDetails {
            target_sdk: Some(34),
            permissions: vec!["INTERNET".to_owned(), "CAMERA".to_owned()],
            ..ApkDetails::default()
        };
        let mut found = Found::default();
        found.apk(&from, &to);
        let (from, to) = (Some("33".to_owned()), Some("34".to_owned()));
        assert_eq!(found.changes, [Change { field: "target_sdk".to_owned(), from, to }]);
        let (added, removed) = (vec!["INTERNET".to_owned()], vec!["NFC".to_owned()]);
        assert_eq!(found.lists, [ListChange { field: "permissions".to_owned(), added, removed }]);
    }
}
