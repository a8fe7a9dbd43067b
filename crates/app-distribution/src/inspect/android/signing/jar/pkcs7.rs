//! The signature block of a JAR: a detached PKCS#7 signature.

use super::super::super::super::der::{
    Element, Elements, INTEGER, OCTET_STRING, OID, SEQUENCE, SET,
};
use super::super::algorithm::{Hash, Padding, is_signed_by};
use super::super::certificate::Parsed;

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
const EXPLICIT: u8 = 0xa0;
/// In the signed data the certificates, in a signer the signed attributes.
const FIRST_OPTION: u8 = 0xa0;
const SECOND_OPTION: u8 = 0xa1;
/// Each costs the check of a signature; real blocks have one.
const MAX_SIGNERS: usize = 10;
const MAX_CERTIFICATES: usize = 64;
/// Certificates of one serial number, which should be one.
const MAX_NAMESAKES: usize = 2;

/// The certificate of whoever signed `content`; nothing if nobody did.
pub(super) fn signer<'a>(block: &'a [u8], content: &[u8]) -> Option<&'a [u8]> {
    let mut info = Elements::of(block).want(SEQUENCE)?.elements();
    if info.want(OID)?.content != SIGNED_DATA {
        return None;
    }
    let mut data = info.want(EXPLICIT)?.elements().want(SEQUENCE)?.elements();
    data.want(INTEGER)?;
    data.want(SET)?;
    data.want(SEQUENCE)?;
    let certificates = data.want(FIRST_OPTION)?.elements().take(MAX_CERTIFICATES);
    let certificates: Vec<_> = certificates.filter_map(|one| Parsed::read(one.whole)).collect();
    data.take_if(SECOND_OPTION);
    let mut signers = data.want(SET)?.elements().take(MAX_SIGNERS);
    signers.find_map(|signer| verify(signer, &certificates, content))
}

fn verify<'a>(
    signer: Element<'a>,
    certificates: &[Parsed<'a>],
    content: &[u8],
) -> Option<&'a [u8]> {
    let mut fields = signer.elements();
    fields.want(INTEGER)?;
    let mut name = fields.want(SEQUENCE)?.elements();
    // The issuer may be encoded in another way than in the certificate; the key will tell.
    name.want(SEQUENCE)?;
    let serial = name.want(INTEGER)?.content;
    let hash = hash(fields.want(SEQUENCE)?)?;
    let attributes = fields.take_if(FIRST_OPTION);
    // The name of a signature's algorithm often says nothing but the kind of key.
    let signing_hash = self::hash(fields.want(SEQUENCE)?).unwrap_or(hash);
    let signature = fields.want(OCTET_STRING)?.content;
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
    attributes.elements().find_map(|attribute| {
        let mut fields = attribute.elements();
        let kind = fields.want(OID)?.content;
        let value = fields.want(SET)?.elements().want(OCTET_STRING)?.content;
        (kind == MESSAGE_DIGEST).then_some(value)
    })
}

/// The hash that an algorithm's identifier names.
fn hash(algorithm: Element<'_>) -> Option<Hash> {
    Some(match algorithm.elements().want(OID)?.content {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05]
        | [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04] => Hash::Md5,
        // The hash alone; with RSA; with ECDSA; with DSA.
        [0x2b, 0x0e, 0x03, 0x02, 0x1a]
        | [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05]
        | [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01]
        | [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03] => Hash::Sha1,
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
