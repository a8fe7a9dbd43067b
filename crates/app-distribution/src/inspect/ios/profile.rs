//! Reading `embedded.mobileprovision`, which says who may install an app.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use securevox_protocol::packages::{Certificate, IosDistribution, ProvisioningProfile};
use serde_json::{Map, Number};

use super::super::text;
use crate::cms::{self, SignedData};
use crate::property_list::{self, Dictionary, Value, Wanted};

/// A hundred of each kind of device a year are allowed, and some companies have more.
const MAX_DEVICES: usize = 10_000;
const MAX_CERTIFICATES: usize = 100;
/// As JSON.
const MAX_ENTITLEMENTS: usize = 64 * 1024;
const KEYS: [&str; 10] = [
    "Name",
    "UUID",
    "TeamName",
    "TeamIdentifier",
    "CreationDate",
    "ExpirationDate",
    "ProvisionedDevices",
    "ProvisionsAllDevices",
    "DeveloperCertificates",
    "Entitlements",
];

/// A profile that could be read.
pub(super) struct Profile {
    pub(super) told: ProvisioningProfile,
    pub(super) devices: Vec<String>,
    /// Who may install; nobody if the profile was changed after it was signed.
    pub(super) distribution: IosDistribution,
}

impl Wanted for Profile {
    fn wants(key: &str) -> bool {
        KEYS.contains(&key)
    }
}

impl Profile {
    /// Reads a signed message with a property list in it; nothing if it is none.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let der = cms::to_der(bytes)?;
        let message = SignedData::parse(&der)?;
        let values = property_list::parse::<Self>(message.content()?).ok()?;
        let signer = message.verify();
        let entitlements = values.get("Entitlements").and_then(Value::dictionary);
        let devices = devices(&values);
        let distribution = match signer {
            Some(_) => distribution(&values, entitlements),
            None => IosDistribution::Unsigned,
        };
        let text = |key: &str| text::clean(values.get(key)?.text()?);
        let date = |key: &str| values.get(key)?.date();
        let told = ProvisioningProfile {
            name: text("Name").unwrap_or_default(),
            uuid: text("UUID").unwrap_or_default(),
            signed_by: signer.map(cms::Certificate::name),
            team_id: values
                .get("TeamIdentifier")
                .and_then(|teams| text::clean(teams.list().first()?.text()?)),
            team_name: text("TeamName"),
            created_at: date("CreationDate"),
            expires_at: date("ExpirationDate"),
            device_count: u32::try_from(devices.len()).expect("they are limited"),
            certificates: certificates(&values),
            entitlements: to_bounded_json(entitlements),
        };
        Some(Self { told, devices, distribution })
    }

    /// When apps with this profile stop to start. An app is signed by one of the certificates: by
    /// `signer`, if the app says so. Else the last to end is taken: the earliest would refuse
    /// apps of a team whose old certificate is still in its profile.
    pub(super) fn end(&self, signer: Option<&Certificate>) -> Option<DateTime<Utc>> {
        let certificate = match signer {
            Some(signer) => signer.expires_at,
            None => self.told.certificates.iter().filter_map(|one| one.expires_at).max(),
        };
        self.told.expires_at.into_iter().chain(certificate).min()
    }
}

fn distribution(values: &Dictionary, entitlements: Option<&Dictionary>) -> IosDistribution {
    let is_debuggable = || entitlements?.get("get-task-allow").map(Value::is_true);
    if values.get("ProvisionsAllDevices").is_some_and(Value::is_true) {
        IosDistribution::Enterprise
    } else if !values.contains_key("ProvisionedDevices") {
        IosDistribution::AppStore
    } else if is_debuggable().unwrap_or(false) {
        IosDistribution::Development
    } else {
        IosDistribution::AdHoc
    }
}

/// The listed UDIDs, each once, in upper case.
fn devices(values: &Dictionary) -> Vec<String> {
    let listed = values.get("ProvisionedDevices").map_or(&[][..], Value::list);
    let mut known = BTreeSet::new();
    listed
        .iter()
        .filter_map(|udid| normal_udid(udid.text()?))
        .filter(|udid| known.insert(udid.clone()))
        .take(MAX_DEVICES)
        .collect()
}

/// A UDID as it is compared: 40 hexadecimal digits, or 8 and 16 with a hyphen, in upper case.
pub(crate) fn normal_udid(text: &str) -> Option<String> {
    let udid = text.trim().to_ascii_uppercase();
    let is_plain = (24..=64).contains(&udid.len())
        && udid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_plain.then_some(udid)
}

fn certificates(values: &Dictionary) -> Vec<Certificate> {
    let listed = values.get("DeveloperCertificates").map_or(&[][..], Value::list);
    listed
        .iter()
        .take(MAX_CERTIFICATES)
        .filter_map(|der| Some(cms::Certificate::parse(der.data()?)?.facts()))
        .collect()
}

/// The entitlements as JSON, an empty object if they are too large to be any.
fn to_bounded_json(entitlements: Option<&Dictionary>) -> serde_json::Value {
    let json = entitlements.map_or_else(|| Map::new().into(), to_json_object);
    if json.to_string().len() > MAX_ENTITLEMENTS {
        return Map::new().into();
    }
    json
}

fn to_json_object(values: &Dictionary) -> serde_json::Value {
    values.iter().map(|(key, value)| (storable(key), to_json(value))).collect::<Map<_, _>>().into()
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => storable(text).into(),
        Value::Integer(number) => Number::from_i128(*number).into(),
        Value::Real(number) => (*number).into(),
        Value::Bool(answer) => (*answer).into(),
        // No entitlement has any.
        Value::Data(_) => serde_json::Value::Null,
        Value::List(values) => values.iter().map(to_json).collect(),
        Value::Dictionary(values) => to_json_object(values),
    }
}

/// Postgres takes no NUL, in JSON neither.
fn storable(text: &str) -> String {
    text.replace('\0', "")
}
