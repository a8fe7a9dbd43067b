//! The bucket: reached, ours to read and write, closed to others, and of the same opinion about the time.
//!
//! A small object is stored in it and removed again, as a file is in the data folder: that a key
//! may write is told by nothing else.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, Response, header};
use securevox_core::{
    config::{Bucket, Files},
    error::chain,
    storage::{Examination, Refused},
};
use tokio::time::timeout;

use super::{PATIENCE, Report, urls};
use crate::settings::Settings;

const SUBJECT: &str = "s3";
/// Signed requests are refused from a quarter of an hour.
const SKEW: TimeDelta = TimeDelta::minutes(2);

pub(super) async fn check(settings: &Settings, report: &mut Report) {
    let Files::InBucket(bucket) = &settings.common.files else {
        return report.ok(SUBJECT, "not set: files go to the data folder");
    };
    match urls::client() {
        Ok(client) => strangers(bucket, &client, report).await,
        Err(error) => report.fail(SUBJECT, chain(&error)),
    }
    // The client tries three times.
    let Ok(begun) = timeout(PATIENCE * 4, Examination::begin(bucket)).await else {
        let host = bucket.endpoint.host_str().unwrap_or_default();
        let words = format!(
            "{host} does not answer: is SECUREVOX_S3_ENDPOINT right, and does a firewall let this machine through?"
        );
        return report.fail(SUBJECT, words);
    };
    let examination = match begun {
        Ok(examination) => examination,
        Err(refused) => return report.fail(SUBJECT, advice(bucket, &refused)),
    };
    let read = examination.read().await;
    if bucket.direct_downloads {
        link(&examination, report).await;
    }
    match read.and(examination.end().await) {
        Ok(()) => {
            let name = &bucket.name;
            report.ok(
                SUBJECT,
                format!("an object was stored in the bucket {name}, read and removed"),
            );
        }
        Err(refused) => report.fail(SUBJECT, advice(bucket, &refused)),
    }
}

/// What the bucket tells those who show no key; and its clock, which it tells everybody.
async fn strangers(bucket: &Bucket, client: &Client, report: &mut Report) {
    let endpoint = bucket.endpoint.as_str().trim_end_matches('/');
    let list = format!("{endpoint}/{}?list-type=2&max-keys=1", bucket.name);
    // That it does not answer is told by what follows.
    let Ok(answer) = client.get(list).send().await else { return };
    if answer.status().is_success() {
        let name = &bucket.name;
        let words =
            format!("anybody may list the bucket {name}, and perhaps read it: make it private");
        report.warn(SUBJECT, words);
    }
    clock(&answer, report);
}

fn clock(answer: &Response, report: &mut Report) {
    let told = answer.headers().get(header::DATE).and_then(|date| date.to_str().ok());
    let Some(there) = told.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) else { return };
    let skew = (Utc::now() - there.to_utc()).abs();
    if skew > SKEW {
        let words = format!(
            "its clock and this machine's differ by {} s, and it refuses what is signed at another time: let this machine ask a time server (`timedatectl set-ntp true`)",
            skew.num_seconds()
        );
        report.warn(SUBJECT, words);
    }
}

/// Whether a signed link works for whoever has nothing else.
async fn link(examination: &Examination, report: &mut Report) {
    let advice = "phones could not download: put the bucket where they reach it, or set SECUREVOX_S3_DIRECT_DOWNLOADS=false";
    let words = match fetch(examination).await {
        Ok(bytes) if Examination::is_the_object(&bytes) => {
            return report.ok(SUBJECT, "signed links work without a key");
        }
        Ok(_) => "a signed link leads to other bytes".to_owned(),
        Err(words) => format!("a signed link does not work ({words})"),
    };
    report.fail(SUBJECT, format!("{words}: {advice}"));
}

async fn fetch(examination: &Examination) -> Result<Vec<u8>, String> {
    let link = examination.link().await.map_err(|refused| refused.words)?;
    // Without the link, which is a key of its own for a minute.
    let told = |error: reqwest::Error| chain(&error.without_url());
    let client = urls::client().map_err(told)?;
    let answer = client.get(link).send().await.map_err(told)?;
    let answer = answer.error_for_status().map_err(told)?;
    Ok(answer.bytes().await.map_err(told)?.to_vec())
}

fn advice(bucket: &Bucket, refused: &Refused) -> String {
    let Bucket { endpoint, name, region, .. } = bucket;
    let host = endpoint.host_str().unwrap_or_default();
    let Refused { doing, code, status, words } = refused;
    match (code.as_deref().unwrap_or_default(), status) {
        ("InvalidAccessKeyId", _) => {
            format!("{host} does not know the key in SECUREVOX_S3_ACCESS_KEY")
        }
        ("SignatureDoesNotMatch", _) => {
            "SECUREVOX_S3_SECRET_KEY does not belong to SECUREVOX_S3_ACCESS_KEY".to_owned()
        }
        ("RequestTimeTooSkewed", _) => {
            "its clock and this machine's differ too much: let this machine ask a time server (`timedatectl set-ntp true`)".to_owned()
        }
        ("AuthorizationHeaderMalformed" | "PermanentRedirect", _) | (_, Some(301)) => {
            format!("the bucket {name} is not in {region}: correct SECUREVOX_S3_REGION and SECUREVOX_S3_ENDPOINT")
        }
        ("NoSuchBucket", _) | (_, Some(404)) => {
            format!("{host} has no bucket {name}: make it, or correct SECUREVOX_S3_BUCKET")
        }
        (_, Some(403)) => {
            format!("the key may not {doing} in the bucket {name}: let it list, read, write and delete there")
        }
        (_, Some(507)) => format!("the storage at {host} is full"),
        (_, Some(status)) => format!("it was not possible to {doing}: {host} answers {status} ({words})"),
        (_, None) => format!("{host} cannot be reached: is SECUREVOX_S3_ENDPOINT right? ({words})"),
    }
}
