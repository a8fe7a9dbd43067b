//! DSA, which the first Android tools signed with, and no TLS library has any more.

use dsa::signature::hazmat::PrehashVerifier as _;
use dsa::{BoxedUint, Components, Signature, VerifyingKey};

use super::algorithm::Hash;
use crate::der::{BIT_STRING, INTEGER, OID, Reader, SEQUENCE};

/// Of the longest numbers that DSA was ever used with, 3072 bits.
const MAX_BYTES: usize = 384;

/// Whether `signature` was made over `message` by the owner of `key`, a `SubjectPublicKeyInfo`.
pub(super) fn is_signed_by(key: &[u8], hash: Hash, message: &[u8], signature: &[u8]) -> bool {
    let (Some(key), Some(signature)) = (public_key(key), parse_signature(signature)) else {
        return false;
    };
    key.verify_prehash(&hash.digest(message), &signature).is_ok()
}

fn public_key(key: &[u8]) -> Option<VerifyingKey> {
    let mut key = Reader(key).take(SEQUENCE)?.inside();
    let mut algorithm = key.take(SEQUENCE)?.inside();
    algorithm.take(OID)?;
    let mut parameters = algorithm.take(SEQUENCE)?.inside();
    let [p, q, g] = [number(&mut parameters)?, number(&mut parameters)?, number(&mut parameters)?];
    let (0, bits) = key.take(BIT_STRING)?.content.split_first()? else {
        return None;
    };
    let y = number(&mut Reader(bits))?;
    if y >= p || g >= p || q >= p {
        return None;
    }
    VerifyingKey::from_components(Components::from_components(p, q, g).ok()?, y).ok()
}

fn parse_signature(signature: &[u8]) -> Option<Signature> {
    let mut numbers = Reader(signature).take(SEQUENCE)?.inside();
    Signature::from_components(number(&mut numbers)?, number(&mut numbers)?)
}

/// A positive number of a sensible size.
fn number(elements: &mut Reader<'_>) -> Option<BoxedUint> {
    let bytes = elements.take(INTEGER)?.content;
    let start = bytes.iter().position(|&byte| byte != 0)?;
    let bytes = bytes.get(start..).filter(|bytes| bytes.len() <= MAX_BYTES)?;
    let bits = u32::try_from(bytes.len() * 8).ok()?;
    BoxedUint::from_be_slice(bytes, bits).ok()
}
