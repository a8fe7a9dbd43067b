//! RSA (PKCS#1 v1.5) as `aws-lc` does not do it: with MD5, by which some files of 2014 and before are
//! signed, and rightly; with SHA-224; with keys of more than 8,192 bits; with a short key and SHA-384.
//!
//! Devices accept all of it to this day, so such a file is no broken one.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use super::algorithm::Hash;
use crate::der::{BIT_STRING, INTEGER, NULL, OCTET_STRING, OID, Reader, SEQUENCE};

const MIN_BYTES: usize = 64;
const MAX_BYTES: usize = 2048;
/// Real exponents have three bytes; long ones only cost time.
const MAX_EXPONENT_BYTES: usize = 8;
/// The padding has at least as many bytes of ones.
const MIN_FILLING: usize = 8;

/// Whether `signature` was made over `message` by the owner of `key`.
pub(super) fn is_signed_by(key: &[u8], hash: Hash, message: &[u8], signature: &[u8]) -> bool {
    opened(key, signature).is_some_and(|(opened, len)| {
        let (rest, end) = opened.split_at(opened.len() - len);
        let expected = padded(hash, message, len);
        expected.is_some_and(|expected| end == expected) && rest.iter().all(|&byte| byte == 0)
    })
}

/// What is signed: the hash and its name, filled up to `len`; `None` where they do not fit.
fn padded(hash: Hash, message: &[u8], len: usize) -> Option<Vec<u8>> {
    let oid: &[u8] = match hash {
        Hash::Md5 => &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05],
        Hash::Sha1 => &[0x2b, 0x0e, 0x03, 0x02, 0x1a],
        Hash::Sha256 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01],
        Hash::Sha384 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02],
        Hash::Sha512 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03],
        Hash::Sha224 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04],
    };
    let digest = hash.digest(message);
    let oid = element(OID, oid);
    let name = element(SEQUENCE, &[&oid[..], &[NULL, 0]].concat());
    let info = element(SEQUENCE, &[name, element(OCTET_STRING, &digest)].concat());
    let filling = len.checked_sub(3 + info.len()).filter(|&filling| filling >= MIN_FILLING)?;
    Some([&[0, 1], &vec![0xff; filling][..], &[0], &info].concat())
}

/// In DER; all that is needed here is short.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = u8::try_from(content.len()).expect("a hash and its name are short");
    [&[tag, len], content].concat()
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
