//! The few fields of an X.509 certificate that matter here.

use aws_lc_rs::digest;
use chrono::{DateTime, NaiveDate, Utc};
use securevox_protocol::packages::Certificate;

use super::super::super::text;
use super::hex;
use crate::der::{self, Element, GENERALIZED_TIME, INTEGER, OID, Reader, SEQUENCE, SET, UTC_TIME};

const VERSION: u8 = der::context(0);
/// `id-at`, below which the parts of a name are numbered.
const ATTRIBUTE_TYPE: [u8; 2] = [0x55, 0x04];

/// A certificate in whatever encoding it came.
#[derive(Clone, Copy)]
pub(super) struct Parsed<'a> {
    pub(super) whole: &'a [u8],
    pub(super) serial: &'a [u8],
    subject: Element<'a>,
    not_after: Element<'a>,
    /// `SubjectPublicKeyInfo`, with its tag.
    pub(super) public_key: &'a [u8],
}

impl<'a> Parsed<'a> {
    pub(super) fn read(whole: &'a [u8]) -> Option<Self> {
        let certificate = Reader(whole).take(SEQUENCE)?;
        let mut fields = certificate.inside().take(SEQUENCE)?.inside();
        fields.take(VERSION);
        let serial = fields.take(INTEGER)?.content;
        fields.take(SEQUENCE)?;
        fields.take(SEQUENCE)?;
        let mut validity = fields.take(SEQUENCE)?.inside();
        validity.any()?;
        let not_after = validity.any()?;
        let subject = fields.take(SEQUENCE)?;
        let public_key = fields.take(SEQUENCE)?.whole;
        Some(Self { whole, serial, subject, not_after, public_key })
    }

    pub(super) fn facts(&self) -> Certificate {
        Certificate {
            subject: subject(self.subject),
            fingerprint: hex(digest::digest(&digest::SHA256, self.whole).as_ref()),
            expires_at: time(self.not_after),
        }
    }
}

/// The common name, or all that the name has.
fn subject(name: Element<'_>) -> String {
    let mut parts = Vec::new();
    for attribute in
        name.inside().all().filter(|set| set.tag == SET).flat_map(|set| set.inside().all())
    {
        let mut fields = attribute.inside();
        let (Some(kind), Some(value)) = (fields.take(OID), fields.any()) else {
            continue;
        };
        let Some(value) = text::clean(&string(value)) else {
            continue;
        };
        let label = match kind.content.strip_prefix(&ATTRIBUTE_TYPE) {
            Some([3]) => return value,
            Some([6]) => "C",
            Some([7]) => "L",
            Some([8]) => "ST",
            Some([10]) => "O",
            Some([11]) => "OU",
            _ => continue,
        };
        parts.push(format!("{label}={value}"));
    }
    text::clean(&parts.join(", ")).unwrap_or_default()
}

fn string(value: Element<'_>) -> String {
    let bytes = value.content;
    match value.tag {
        // BMPString.
        0x1e => {
            let units = bytes.as_chunks().0.iter().map(|unit| u16::from_be_bytes(*unit));
            String::from_utf16_lossy(&units.collect::<Vec<_>>())
        }
        // T61String: Latin-1 in practice.
        0x14 => bytes.iter().map(|&byte| char::from(byte)).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`.
fn time(time: Element<'_>) -> Option<DateTime<Utc>> {
    let digits = time.content.strip_suffix(b"Z")?;
    let digits = std::str::from_utf8(digits).ok().filter(|text| text.is_ascii())?;
    let (year, rest) = match time.tag {
        UTC_TIME => {
            let (year, rest) = digits.split_at_checked(2)?;
            let year: i32 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = digits.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let pair = |at: usize| rest.get(at..at + 2)?.parse::<u32>().ok();
    // Seconds may be left out in BER.
    let date = NaiveDate::from_ymd_opt(year, pair(0)?, pair(2)?)?;
    let time = date.and_hms_opt(pair(4)?, pair(6)?, pair(8).unwrap_or(0))?;
    Some(time.and_utc())
}
