//! What inspection found in a package, as rows to read.

use chrono::{DateTime, Utc};
use securevox_core::web::Language;
use securevox_protocol::{
    builds::{Build, Platform},
    packages::{ApkDetails, Certificate, IpaDetails, PackageDetails},
};

use super::fact_words::FactWords;
use crate::words;

/// A name, and the values it has.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) values: Vec<String>,
}

/// The rows, in the order in which people look for them.
pub(super) fn of(build: &Build, language: Language) -> Vec<Fact> {
    let mut rows = Rows { rows: Vec::new(), words: FactWords::of(language), language };
    let words = rows.words;
    rows.some(words.size, Some(language.size(build.size)));
    rows.some(words.file, Some(build.file_name.clone()));
    rows.some(words.uploaded, Some(rows.day(build.created_at)));
    let system = build.min_os_version.as_deref();
    let system = system.map(|needed| {
        let name = words::oldest_system(build.platform, needed);
        let has_level = build.platform == Platform::Android && !name.contains("API");
        if has_level { format!("{name} (API {needed})") } else { name }
    });
    rows.some(words.min_os, system);
    match &build.details {
        Some(PackageDetails::Ipa(ipa)) => rows.ipa(ipa),
        Some(PackageDetails::Apk(apk)) => rows.apk(apk),
        Some(PackageDetails::Aab(bundle)) => {
            rows.some(words.distribution, Some(words.bundle_kind.to_owned()));
            rows.apk(bundle);
        }
        None => {}
    }
    rows.some("SHA-256", Some(build.sha256.clone()));
    rows.rows
}

struct Rows {
    rows: Vec<Fact>,
    words: &'static FactWords,
    language: Language,
}

impl Rows {
    fn all(&mut self, name: &'static str, values: Vec<String>) {
        if !values.is_empty() {
            self.rows.push(Fact { name, values });
        }
    }

    fn some(&mut self, name: &'static str, value: Option<String>) {
        self.all(name, value.into_iter().collect());
    }

    fn day(&self, time: DateTime<Utc>) -> String {
        self.language.date(&time)
    }

    fn certificate(&self, certificate: &Certificate) -> String {
        let end = certificate.expires_at.map(|end| format!(" → {}", self.day(end)));
        format!("{}{}", certificate.subject, end.unwrap_or_default())
    }

    fn ipa(&mut self, ipa: &IpaDetails) {
        let words = self.words;
        let kind = words.value("distribution", ipa.distribution.as_str()).to_owned();
        self.some(words.distribution, Some(kind));
        self.some(words.signing_ends, ipa.expires_at.map(|end| self.day(end)));
        if let Some(profile) = &ipa.profile {
            self.some(words.profile, Some(profile.name.clone()));
            let team = [&profile.team_name, &profile.team_id].into_iter().flatten().cloned();
            let team: Vec<String> = team.collect();
            self.some(words.team, Some(team.join(" · ")).filter(|team| !team.is_empty()));
            let count = Some(profile.device_count).filter(|count| *count > 0);
            self.some(words.devices, count.map(|count| count.to_string()));
        }
        let signer = ipa.signed_by.as_ref().map(|signer| self.certificate(signer));
        self.some(words.certificate, signer);
        self.some(words.executable, ipa.executable_uuid.clone());
        self.all(words.families, ipa.device_families.clone());
        self.all(words.capabilities, ipa.required_capabilities.clone());
        self.all(words.background, ipa.background_modes.clone());
        let asks = ipa.usage_descriptions.iter().map(|(name, why)| {
            let name = name.trim_start_matches("NS").trim_end_matches("UsageDescription");
            format!("{name}: {why}")
        });
        self.all(words.asks, asks.collect());
        self.all(words.schemes_of_urls, ipa.url_schemes.clone());
        self.all(words.extensions, ipa.extensions.clone());
        self.some(words.watch, ipa.watch_app.clone());
        self.all(words.frameworks, ipa.frameworks.clone());
        let entitlements =
            ipa.profile.as_ref().and_then(|profile| profile.entitlements.as_object());
        let entitlements = entitlements.into_iter().flat_map(|object| object.keys().cloned());
        self.all(words.entitlements, entitlements.collect());
    }

    fn apk(&mut self, apk: &ApkDetails) {
        let words = self.words;
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        self.some(words.target_sdk, number(apk.target_sdk));
        self.some(words.max_sdk, number(apk.max_sdk));
        let signers = apk.signers.iter().map(|signer| self.certificate(signer)).collect();
        self.all(words.certificate, signers);
        let former = apk.former_signers.iter().map(|signer| self.certificate(signer)).collect();
        self.all(words.former, former);
        let schemes = apk.schemes.iter().map(ToString::to_string).collect();
        self.all(words.schemes, schemes);
        if apk.debuggable {
            self.some(words.debuggable, Some(words.yes.to_owned()));
        }
        self.all(words.abis, apk.abis.clone());
        self.all(words.permissions, apk.permissions.clone());
        let features = apk.features.iter().map(|feature| {
            if feature.required {
                format!("{} ({})", feature.name, words.required)
            } else {
                feature.name.clone()
            }
        });
        self.all(words.features, features.collect());
        let labels = apk.labels.iter().map(|(language, name)| format!("{language}: {name}"));
        self.all(words.labels, labels.collect());
    }
}
