//! X.509 certificates, as far as it matters here: who, until when, with which key.

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, NaiveDateTime, Utc};
use securevox_core::auth::hex;
use securevox_protocol::packages;

use crate::der::{
    self, BIT_STRING, BOOLEAN, Element, GENERALIZED_TIME, INTEGER, OCTET_STRING, OID, Reader,
    SEQUENCE, SET, UTC_TIME,
};

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const SUBJECT_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 0x0e];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// What is shown of a subject.
const MAX_NAME_CHARS: usize = 255;

/// A certificate that was taken apart, not one that is trusted.
#[derive(Clone, Copy)]
pub(crate) struct Certificate<'a> {
    pub(super) whole: &'a [u8],
    pub(super) serial: &'a [u8],
    /// The whole name, with its tag.
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    not_after: Option<DateTime<Utc>>,
    /// The `SubjectPublicKeyInfo`, with its tag.
    pub(super) key: &'a [u8],
    pub(super) key_identifier: Option<&'a [u8]>,
    /// Whether it may issue others.
    pub(super) is_authority: bool,
    pub(super) signed: Option<Signed<'a>>,
}

/// What the issuer signed, and how.
#[derive(Clone, Copy)]
pub(super) struct Signed<'a> {
    pub(super) content: &'a [u8],
    pub(super) algorithm: &'a [u8],
    pub(super) signature: &'a [u8],
}

impl<'a> Certificate<'a> {
    /// Reads DER; nothing if it is no certificate.
    pub(crate) fn parse(der: &'a [u8]) -> Option<Self> {
        let certificate = Reader(der).take(SEQUENCE)?;
        let mut parts = certificate.inside();
        let content = parts.take(SEQUENCE)?;
        let signed = signed(content, parts);
        let mut fields = content.inside();
        fields.take(der::context(0));
        let serial = fields.take(INTEGER)?.content;
        fields.take(SEQUENCE)?;
        let issuer = fields.take(SEQUENCE)?.whole;
        let mut validity = fields.take(SEQUENCE)?.inside();
        validity.any()?;
        let not_after = time(validity.any()?);
        let subject = fields.take(SEQUENCE)?.content;
        let key = fields.take(SEQUENCE)?.whole;
        let whole = certificate.whole;
        let key_identifier = extension(fields, SUBJECT_KEY_IDENTIFIER);
        let key_identifier = key_identifier.and_then(|mut value| value.take(OCTET_STRING));
        let constraints = extension(fields, BASIC_CONSTRAINTS);
        let constraints = constraints.and_then(|mut value| value.take(SEQUENCE));
        let is_authority = constraints.and_then(|all| all.inside().take(BOOLEAN));
        Some(Self {
            whole,
            serial,
            issuer,
            subject,
            not_after,
            key,
            key_identifier: key_identifier.map(|value| value.content),
            is_authority: is_authority.is_some_and(|value| value.content != [0]),
            signed,
        })
    }

    /// What people compare of it.
    pub(crate) fn facts(&self) -> packages::Certificate {
        packages::Certificate {
            subject: self.name(),
            fingerprint: hex(digest(&SHA256, self.whole).as_ref()),
            expires_at: self.not_after,
        }
    }

    /// The common name; where there is none, all that the subject says.
    pub(crate) fn name(&self) -> String {
        let attributes = || attributes(self.subject);
        let common = attributes().find(|(kind, _)| *kind == COMMON_NAME);
        let texts: Vec<String> = match common {
            Some((_, text)) => vec![text],
            None => attributes().map(|(_, text)| text).collect(),
        };
        let name = texts.join(", ");
        name.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect()
    }

    /// The public key as it stands in the certificate: a point, or modulus and exponent.
    pub(super) fn raw_key(&self) -> Option<&'a [u8]> {
        let mut key = Reader(self.key).take(SEQUENCE)?.inside();
        key.take(SEQUENCE)?;
        key.take(BIT_STRING)?.content.strip_prefix(&[0])
    }
}

/// Kind and text of each attribute of a name.
fn attributes(mut name: &[u8]) -> impl Iterator<Item = (&[u8], String)> {
    std::iter::from_fn(move || {
        let mut names = Reader(name);
        let mut attribute = names.take(SET)?.inside().take(SEQUENCE)?.inside();
        name = names.0;
        Some((attribute.take(OID)?.content, text(attribute.any()?)))
    })
}

fn text(element: Element<'_>) -> String {
    const LATIN1: u8 = 0x14;
    const UTF16: u8 = 0x1e;
    match element.tag {
        LATIN1 => element.content.iter().copied().map(char::from).collect(),
        UTF16 => {
            let (units, _) = element.content.as_chunks();
            let units = units.iter().copied().map(u16::from_be_bytes);
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => String::from_utf8_lossy(element.content).into_owned(),
    }
}

fn time(element: Element<'_>) -> Option<DateTime<Utc>> {
    let digits = str::from_utf8(element.content).ok()?;
    let full = match element.tag {
        // Two digits of the year stand for 1950 to 2049.
        UTC_TIME if digits.as_bytes().first()? < &b'5' => format!("20{digits}"),
        UTC_TIME => format!("19{digits}"),
        GENERALIZED_TIME => digits.to_owned(),
        _ => return None,
    };
    NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%SZ").ok().map(|time| time.and_utc())
}

fn signed<'a>(content: Element<'a>, mut rest: Reader<'a>) -> Option<Signed<'a>> {
    let algorithm = rest.take(SEQUENCE)?.inside().take(OID)?.content;
    let signature = rest.take(BIT_STRING)?.content.strip_prefix(&[0])?;
    Some(Signed { content: content.whole, algorithm, signature })
}

/// The value of the extension of this name.
fn extension<'a>(mut rest: Reader<'a>, name: &[u8]) -> Option<Reader<'a>> {
    while let Some(field) = rest.any() {
        if field.tag != der::context(3) {
            continue;
        }
        let mut extensions = field.inside().take(SEQUENCE)?.inside();
        while let Some(extension) = extensions.take(SEQUENCE) {
            let mut parts = extension.inside();
            if parts.take(OID)?.content == name {
                // Whether it is critical.
                parts.take(BOOLEAN);
                return Some(parts.take(OCTET_STRING)?.inside());
            }
        }
    }
    None
}
