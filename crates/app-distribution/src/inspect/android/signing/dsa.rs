//! DSA, which the first Android tools signed with, and no TLS library has any more.

use dsa::signature::hazmat::PrehashVerifier as _;
use dsa::{BoxedUint, Components, Signature, VerifyingKey};

use super::super::super::der::{Elements, INTEGER, OID, SEQUENCE};
use super::algorithm::Hash;

const BIT_STRING: u8 = 0x03;
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
    let mut key = Elements::of(key).want(SEQUENCE)?.elements();
    let mut algorithm = key.want(SEQUENCE)?.elements();
    algorithm.want(OID)?;
    let mut parameters = algorithm.want(SEQUENCE)?.elements();
    let [p, q, g] = [number(&mut parameters)?, number(&mut parameters)?, number(&mut parameters)?];
    let (0, bits) = key.want(BIT_STRING)?.content.split_first()? else {
        return None;
    };
    let y = number(&mut Elements::of(bits))?;
    if y >= p || g >= p || q >= p {
        return None;
    }
    VerifyingKey::from_components(Components::from_components(p, q, g).ok()?, y).ok()
}

fn parse_signature(signature: &[u8]) -> Option<Signature> {
    let mut numbers = Elements::of(signature).want(SEQUENCE)?.elements();
    Signature::from_components(number(&mut numbers)?, number(&mut numbers)?)
}

/// A positive number of a sensible size.
fn number(elements: &mut Elements<'_>) -> Option<BoxedUint> {
    let bytes = elements.want(INTEGER)?.content;
    let start = bytes.iter().position(|&byte| byte != 0)?;
    let bytes = bytes.get(start..).filter(|bytes| bytes.len() <= MAX_BYTES)?;
    let bits = u32::try_from(bytes.len() * 8).ok()?;
    BoxedUint::from_be_slice(bytes, bits).ok()
}
