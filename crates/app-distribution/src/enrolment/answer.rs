//! What a phone answers.

use crate::{
    cms::{self, Authorities, SignedData},
    inspect::normal_udid,
    property_list::{self, Value, Wanted},
};

/// Real ones have less than 5 KiB.
pub(super) const MAX_BYTES: usize = 64 * 1024;
const MAX_CHARS: usize = 255;
const KEYS: [&str; 4] = ["UDID", "PRODUCT", "VERSION", "CHALLENGE"];

/// A phone, by its own signature. Whether it was asked is told by its challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// In upper case.
    pub udid: String,
    /// The model, `iPhone14,7`.
    pub product: Option<String>,
    /// The build of iOS, `20A362`.
    pub version: Option<String>,
    /// As it was sent with the question: compare it in constant time.
    pub challenge: Option<String>,
    /// Whose certificate signed, by its own words: nothing to rely on.
    pub signed_by: String,
}

/// Why an answer does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It is no CMS message, or too large to be this one.
    #[error("this is not the signed answer of a phone")]
    NotSigned,
    /// The content is not what was signed.
    #[error("the signature of the answer is not valid")]
    BadSignature,
    /// The content is no property list, or has no UDID.
    #[error("the answer names no device")]
    NoDevice,
}

impl Wanted for Answer {
    fn wants(key: &str) -> bool {
        KEYS.contains(&key)
    }
}

impl Answer {
    /// Reads the body that a phone posts (`application/pkcs7-signature`).
    pub fn parse(body: &[u8]) -> Result<Self, AnswerError> {
        if body.len() > MAX_BYTES {
            return Err(AnswerError::NotSigned);
        }
        let der = cms::to_der(body).ok_or(AnswerError::NotSigned)?;
        let message = SignedData::parse(&der).ok_or(AnswerError::NotSigned)?;
        let signer = message.verify().ok_or(AnswerError::BadSignature)?;
        let content = message.content().ok_or(AnswerError::NotSigned)?;
        let values = property_list::parse::<Self>(content).map_err(|_| AnswerError::NoDevice)?;
        let text = |key: &str| values.get(key).and_then(text);
        let udid = text("UDID").and_then(|udid| normal_udid(&udid)).ok_or(AnswerError::NoDevice)?;
        Ok(Self {
            udid,
            product: text("PRODUCT"),
            version: text("VERSION"),
            challenge: text("CHALLENGE"),
            signed_by: signer.name(),
        })
    }
}

/// Whether a body that [`Answer::parse`] takes was signed with a certificate of these authorities.
pub(super) fn is_of(body: &[u8], authorities: &Authorities) -> bool {
    let der = cms::to_der(body);
    let message = der.as_ref().and_then(|der| SignedData::parse(der));
    message.is_some_and(|message| message.leads_to(authorities))
}

/// Text, or data that is text: a challenge may be sent as either.
fn text(value: &Value) -> Option<String> {
    let text = value.text().or_else(|| str::from_utf8(value.data()?).ok())?;
    let is_short = text.chars().count() <= MAX_CHARS && !text.chars().any(char::is_control);
    (is_short && !text.is_empty()).then(|| text.to_owned())
}
