//! RSA with MD5, by which some files of 2014 and before are signed. `aws-lc` has no MD5, rightly.
//!
//! Devices accept it to this day, so such a file is no broken one.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use super::algorithm::Hash;
use crate::der::{BIT_STRING, INTEGER, Reader, SEQUENCE};

const MIN_BYTES: usize = 64;
const MAX_BYTES: usize = 1024;
/// Real exponents have three bytes; long ones only cost time.
const MAX_EXPONENT_BYTES: usize = 8;
/// `DigestInfo` up to the digest.
const DIGEST_INFO: [u8; 18] = [
    0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00,
    0x04, 0x10,
];

/// Whether `signature` (PKCS#1 v1.5) was made over `message` by the owner of `key`.
pub(super) fn is_signed_by(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    opened(key, signature).is_some_and(|(opened, len)| {
        let digest = Hash::Md5.digest(message);
        let filling = vec![0xff; len - 3 - DIGEST_INFO.len() - digest.len()];
        let expected = [&[0, 1], &filling[..], &[0], &DIGEST_INFO, &digest].concat();
        let (rest, end) = opened.split_at(opened.len() - len);
        end == expected && rest.iter().all(|&byte| byte == 0)
    })
}

/// The signature to the power of the key's exponent, and how many bytes of it count.
fn opened(key: &[u8], signature: &[u8]) -> Option<(Box<[u8]>, usize)> {
    let mut key = Reader(key).take(SEQUENCE)?.inside();
    key.take(SEQUENCE)?;
    let (0, bits) = key.take(BIT_STRING)?.content.split_first()? else {
        return None;
    };
    let mut numbers = Reader(bits).take(SEQUENCE)?.inside();
    let (modulus, exponent) = (number(&mut numbers)?, number(&mut numbers)?);
    let len = modulus.len();
    if !(MIN_BYTES..=MAX_BYTES).contains(&len)
        || exponent.len() > MAX_EXPONENT_BYTES
        || signature.len() != len
    {
        return None;
    }
    let modulus = Odd::new(BoxedUint::from_be_slice_vartime(modulus)).into_option()?;
    let signature = BoxedUint::from_be_slice_vartime(signature);
    if signature >= *modulus.as_ref() {
        return None;
    }
    let parameters = BoxedMontyParams::new_vartime(modulus);
    let power = BoxedMontyForm::new(signature, &parameters)
        .pow(&BoxedUint::from_be_slice_vartime(exponent));
    Some((power.retrieve().to_be_bytes(), len))
}

/// A positive number without leading zeros.
fn number<'a>(elements: &mut Reader<'a>) -> Option<&'a [u8]> {
    let bytes = elements.take(INTEGER)?.content;
    let start = bytes.iter().position(|&byte| byte != 0)?;
    Some(&bytes[start..])
}
