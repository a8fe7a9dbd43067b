//! The signature block of a JAR: a detached PKCS#7 signature.

use super::super::algorithm::{Hash, Padding, is_signed_by};
use super::super::certificate::Parsed;
use crate::der::{self, Element, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, SET};

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
const EXPLICIT: u8 = der::context(0);
/// In the signed data the certificates, in a signer the signed attributes.
const FIRST_OPTION: u8 = der::context(0);
const SECOND_OPTION: u8 = der::context(1);
/// Each costs the check of a signature; real blocks have one.
const MAX_SIGNERS: usize = 10;
const MAX_CERTIFICATES: usize = 64;
/// Certificates of one serial number, which should be one.
const MAX_NAMESAKES: usize = 2;

/// The certificate of whoever signed `content`; nothing if nobody did.
pub(super) fn signer<'a>(block: &'a [u8], content: &[u8]) -> Option<&'a [u8]> {
    let mut info = Reader(block).take(SEQUENCE)?.inside();
    if info.take(OID)?.content != SIGNED_DATA {
        return None;
    }
    let mut data = info.take(EXPLICIT)?.inside().take(SEQUENCE)?.inside();
    data.take(INTEGER)?;
    data.take(SET)?;
    data.take(SEQUENCE)?;
    let certificates = data.take(FIRST_OPTION)?.inside().all().take(MAX_CERTIFICATES);
    let certificates: Vec<_> = certificates.filter_map(|one| Parsed::read(one.whole)).collect();
    data.take(SECOND_OPTION);
    let mut signers = data.take(SET)?.inside().all().take(MAX_SIGNERS);
    signers.find_map(|signer| verify(signer, &certificates, content))
}

fn verify<'a>(
    signer: Element<'a>,
    certificates: &[Parsed<'a>],
    content: &[u8],
) -> Option<&'a [u8]> {
    let mut fields = signer.inside();
    fields.take(INTEGER)?;
    let mut name = fields.take(SEQUENCE)?.inside();
    // The issuer may be encoded in another way than in the certificate; the key will tell.
    name.take(SEQUENCE)?;
    let serial = name.take(INTEGER)?.content;
    let hash = hash(fields.take(SEQUENCE)?)?;
    let attributes = fields.take(FIRST_OPTION);
    // The name of a signature's algorithm often says nothing but the kind of key.
    let signing_hash = self::hash(fields.take(SEQUENCE)?).unwrap_or(hash);
    let signature = fields.take(OCTET_STRING)?.content;
    let message = match attributes {
        None => content.to_vec(),
        Some(attributes) => {
            if message_digest(attributes)? != hash.digest(content) {
                return None;
            }
            // Signed as the set that they are, without the tag that marks the field.
            let mut set = attributes.whole.to_vec();
            *set.first_mut()? = SET;
            set
        }
    };
    let mut namesakes = certificates.iter().filter(|one| one.serial == serial).take(MAX_NAMESAKES);
    let is_signer = |one: &&Parsed<'_>| {
        is_signed_by(one.public_key, Padding::Plain, signing_hash, &message, signature)
    };
    namesakes.find(is_signer).map(|one| one.whole)
}

fn message_digest(attributes: Element<'_>) -> Option<&[u8]> {
    attributes.inside().all().find_map(|attribute| {
        let mut fields = attribute.inside();
        let kind = fields.take(OID)?.content;
        let value = fields.take(SET)?.inside().take(OCTET_STRING)?.content;
        (kind == MESSAGE_DIGEST).then_some(value)
    })
}

/// The hash that an algorithm's identifier names.
fn hash(algorithm: Element<'_>) -> Option<Hash> {
    Some(match algorithm.inside().take(OID)?.content {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05]
        | [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04] => Hash::Md5,
        // The hash alone; with RSA; with ECDSA; with DSA.
        [0x2b, 0x0e, 0x03, 0x02, 0x1a]
        | [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05]
        | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01]
        | [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03] => Hash::Sha1,
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04]
        | [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0e]
        | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x01]
        | [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x01] => Hash::Sha224,
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
        | [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]
        | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
        | [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x02] => Hash::Sha256,
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]
        | [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c]
        | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03] => Hash::Sha384,
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]
        | [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d]
        | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04] => Hash::Sha512,
        _ => return None,
    })
}
