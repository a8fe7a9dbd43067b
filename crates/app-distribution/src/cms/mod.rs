//! CMS (PKCS #7) messages with one signer: profiles of apps, answers of phones, our own profiles.
//!
//! Verified is that the content is what the holder of the certificate signed. Who that is, is not,
//! but where somebody asks whether it leads to an authority that the operator trusts: no root is
//! known here. A phone asks Apple's root itself before it installs anything.
//!
//! An own reader: `cms` does not read BER, and `cryptographic-message-syntax` needs a second
//! cryptography (`ring`) beside the one of this house.

mod algorithm;
mod ber;
mod certificate;
mod chain;
mod sign;

use aws_lc_rs::{digest::digest, signature::UnparsedPublicKey};

use self::algorithm::Key;
pub use self::sign::{Signer, SignerError};
pub(crate) use self::{ber::to_der, certificate::Certificate, chain::Authorities};
use crate::der::{self, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, SET};

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// A chain has three or four.
const MAX_CERTIFICATES: usize = 32;

/// A signed message, taken apart.
pub(crate) struct SignedData<'a> {
    content_type: &'a [u8],
    content: Option<&'a [u8]>,
    certificates: Vec<Certificate<'a>>,
    signer: SignerInfo<'a>,
}

/// Who signed, and how.
struct SignerInfo<'a> {
    issuer_and_serial: Option<(&'a [u8], &'a [u8])>,
    key_identifier: Option<&'a [u8]>,
    digest: &'a [u8],
    /// Without tag and length, which differ from those that are signed.
    attributes: Option<&'a [u8]>,
    algorithm: &'a [u8],
    signature: &'a [u8],
}

impl<'a> SignedData<'a> {
    /// Reads DER, which [`to_der`] makes of BER. Where there are several signers, the first counts.
    pub(crate) fn parse(der: &'a [u8]) -> Option<Self> {
        let mut message = Reader(der).take(SEQUENCE)?.inside();
        if message.take(OID)?.content != SIGNED_DATA {
            return None;
        }
        let mut fields = message.take(der::context(0))?.inside().take(SEQUENCE)?.inside();
        fields.take(INTEGER)?;
        fields.take(SET)?;
        let mut encapsulated = fields.take(SEQUENCE)?.inside();
        let content_type = encapsulated.take(OID)?.content;
        let content = encapsulated.take(der::context(0));
        let content = content.and_then(|content| content.inside().take(OCTET_STRING));
        let certificates = fields.take(der::context(0)).map_or(Reader(&[]), der::Element::inside);
        // Revocation lists.
        fields.take(der::context(1));
        let signer = SignerInfo::parse(fields.take(SET)?.inside().take(SEQUENCE)?.inside())?;
        Some(Self {
            content_type,
            content: content.map(|content| content.content),
            certificates: read_certificates(certificates),
            signer,
        })
    }

    /// The content, if there is one: not yet known to be what was signed.
    pub(crate) fn content(&self) -> Option<&'a [u8]> {
        self.content
    }

    /// The certificate of the signer.
    pub(crate) fn signer(&self) -> Option<&Certificate<'a>> {
        self.certificates.iter().find(|certificate| self.signer.is(certificate))
    }

    /// The certificate of whoever signed this very content; nothing if it was changed afterwards.
    pub(crate) fn verify(&self) -> Option<&Certificate<'a>> {
        let certificate = self.signer()?;
        let content = self.content?;
        let SignerInfo { digest: name, algorithm, signature, .. } = self.signer;
        let verification = algorithm::verification(Key::of(certificate.key)?, algorithm, name)?;
        let key = UnparsedPublicKey::new(verification, certificate.key);
        let verified = match self.signer.attributes {
            None => key.verify(content, signature),
            Some(attributes) => {
                let known = digest(algorithm::digest(name)?, content);
                if attribute(attributes, MESSAGE_DIGEST, OCTET_STRING)? != known.as_ref()
                    || attribute(attributes, CONTENT_TYPE, OID)? != self.content_type
                {
                    return None;
                }
                key.verify(&der::value(SET, &[attributes]), signature)
            }
        };
        verified.ok().map(|()| certificate)
    }
}

impl<'a> SignerInfo<'a> {
    fn parse(mut fields: Reader<'a>) -> Option<Self> {
        fields.take(INTEGER)?;
        let issuer_and_serial = match fields.take(SEQUENCE) {
            Some(named) => {
                let mut named = named.inside();
                Some((named.take(SEQUENCE)?.whole, named.take(INTEGER)?.content))
            }
            None => None,
        };
        let key_identifier = match issuer_and_serial {
            Some(_) => None,
            // Implicit, so primitive.
            None => Some(fields.take(der::context(0) & !der::CONSTRUCTED)?.content),
        };
        let digest = fields.take(SEQUENCE)?.inside().take(OID)?.content;
        let attributes = fields.take(der::context(0)).map(|attributes| attributes.content);
        let algorithm = fields.take(SEQUENCE)?.inside().take(OID)?.content;
        let signature = fields.take(OCTET_STRING)?.content;
        Some(Self { issuer_and_serial, key_identifier, digest, attributes, algorithm, signature })
    }

    fn is(&self, certificate: &Certificate<'_>) -> bool {
        match self.issuer_and_serial {
            Some(named) => named == (certificate.issuer, certificate.serial),
            None => self.key_identifier == certificate.key_identifier,
        }
    }
}

fn read_certificates(mut certificates: Reader<'_>) -> Vec<Certificate<'_>> {
    std::iter::from_fn(|| certificates.any())
        .take(MAX_CERTIFICATES)
        .filter_map(|certificate| Certificate::parse(certificate.whole))
        .collect()
}

/// The only value of the signed attribute of this name; it must be there once.
fn attribute<'a>(attributes: &'a [u8], name: &[u8], tag: u8) -> Option<&'a [u8]> {
    let mut attributes = Reader(attributes);
    let mut found = None;
    while !attributes.is_empty() {
        let mut attribute = attributes.take(SEQUENCE)?.inside();
        if attribute.take(OID)?.content != name {
            continue;
        }
        let mut values = attribute.take(SET)?.inside();
        let value = values.take(tag)?.content;
        if !values.is_empty() || found.replace(value).is_some() {
            return None;
        }
    }
    found
}
