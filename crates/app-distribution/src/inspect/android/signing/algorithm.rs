//! The algorithms of Android's signing schemes, by their numbers.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{self as alg, UnparsedPublicKey, VerificationAlgorithm};
use md5::{Digest as _, Md5};

use super::rsa_md5;
use crate::der::{OID, Reader, SEQUENCE};

const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const RSA_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const DSA_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];

/// How the content of the file is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// In pieces of 1 MiB, with SHA-256.
    Sha256,
    /// In pieces of 1 MiB, with SHA-512.
    Sha512,
    /// As fs-verity does it.
    Verity,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    /// Of files that are more than ten years old, which devices still install.
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Md5 => return Md5::digest(bytes).to_vec(),
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => &digest::SHA224,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Padding {
    /// PKCS#1 v1.5 for an RSA key; nothing for others.
    Plain,
    Pss,
}

/// What a number means; `None` for those of the future.
pub(super) fn by_number(number: u32) -> Option<(Content, Padding, Hash)> {
    Some(match number {
        0x0101 => (Content::Sha256, Padding::Pss, Hash::Sha256),
        0x0102 => (Content::Sha512, Padding::Pss, Hash::Sha512),
        0x0103 | 0x0201 | 0x0301 => (Content::Sha256, Padding::Plain, Hash::Sha256),
        0x0104 | 0x0202 => (Content::Sha512, Padding::Plain, Hash::Sha512),
        0x0421 | 0x0423 | 0x0425 => (Content::Verity, Padding::Plain, Hash::Sha256),
        _ => return None,
    })
}

/// A public key, as far as it decides how a signature is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Rsa,
    P256,
    P384,
    P521,
    Dsa,
}

/// Whether `signature` was made over `message` by the owner of `key`, a `SubjectPublicKeyInfo`.
pub(super) fn is_signed_by(
    key: &[u8],
    padding: Padding,
    hash: Hash,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let verifies = |algorithm| -> bool {
        UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
    };
    match kind_of(key) {
        Some(Key::Dsa) => super::dsa::is_signed_by(key, hash, message, signature),
        Some(Key::Rsa) => {
            rsa(padding, hash).is_some_and(verifies)
                || (padding == Padding::Plain
                    && rsa_md5::is_signed_by(key, hash, message, signature))
        }
        Some(curve) => match ecdsa(curve, hash) {
            Some(algorithm) => verifies(algorithm),
            None => is_signed_over_short(curve, key, &hash.digest(message), signature),
        },
        None => false,
    }
}

/// The same for a hash that is shorter than the numbers of the curve. It is a number with zeros in
/// front, which is how `aws-lc` takes it: it knows each curve with few hashes.
fn is_signed_over_short(curve: Key, key: &[u8], hash: &[u8], signature: &[u8]) -> bool {
    let (algorithm, own) = match curve {
        Key::P256 => (&alg::ECDSA_P256_SHA256_ASN1, &digest::SHA256),
        Key::P384 => (&alg::ECDSA_P384_SHA384_ASN1, &digest::SHA384),
        _ => (&alg::ECDSA_P521_SHA512_ASN1, &digest::SHA512),
    };
    let zeros = own.output_len().saturating_sub(hash.len());
    let filled = [&vec![0; zeros][..], hash].concat();
    Digest::import_less_safe(&filled, own).is_ok_and(|digest| {
        UnparsedPublicKey::new(algorithm, key).verify_digest(&digest, signature).is_ok()
    })
}

fn rsa(padding: Padding, hash: Hash) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match (padding, hash) {
        (Padding::Pss, Hash::Sha256) => &alg::RSA_PSS_2048_8192_SHA256,
        (Padding::Pss, Hash::Sha512) => &alg::RSA_PSS_2048_8192_SHA512,
        (Padding::Pss, _) | (Padding::Plain, Hash::Md5 | Hash::Sha224) => return None,
        // Android takes short keys and SHA-1 in v1 to this day, and so must whoever reads old files.
        (Padding::Plain, Hash::Sha1) => &alg::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (Padding::Plain, Hash::Sha256) => &alg::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        (Padding::Plain, Hash::Sha384) => &alg::RSA_PKCS1_2048_8192_SHA384,
        (Padding::Plain, Hash::Sha512) => &alg::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    })
}

fn ecdsa(curve: Key, hash: Hash) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match (curve, hash) {
        (Key::P256, Hash::Sha1) => &alg::ECDSA_P256_SHA1_ASN1,
        (Key::P256, Hash::Sha256) => &alg::ECDSA_P256_SHA256_ASN1,
        (Key::P256, Hash::Sha384) => &alg::ECDSA_P256_SHA384_ASN1,
        (Key::P256, Hash::Sha512) => &alg::ECDSA_P256_SHA512_ASN1,
        (Key::P384, Hash::Sha256) => &alg::ECDSA_P384_SHA256_ASN1,
        (Key::P384, Hash::Sha384) => &alg::ECDSA_P384_SHA384_ASN1,
        (Key::P384, Hash::Sha512) => &alg::ECDSA_P384_SHA512_ASN1,
        (Key::P521, Hash::Sha1) => &alg::ECDSA_P521_SHA1_ASN1,
        (Key::P521, Hash::Sha256) => &alg::ECDSA_P521_SHA256_ASN1,
        (Key::P521, Hash::Sha384) => &alg::ECDSA_P521_SHA384_ASN1,
        (Key::P521, Hash::Sha512) => &alg::ECDSA_P521_SHA512_ASN1,
        _ => return None,
    })
}

fn kind_of(key: &[u8]) -> Option<Key> {
    let mut algorithm = Reader(key).take(SEQUENCE)?.inside().take(SEQUENCE)?.inside();
    Some(match algorithm.take(OID)?.content {
        RSA_KEY => Key::Rsa,
        DSA_KEY => Key::Dsa,
        EC_PUBLIC_KEY => match algorithm.take(OID)?.content {
            P256 => Key::P256,
            P384 => Key::P384,
            P521 => Key::P521,
            _ => return None,
        },
        _ => return None,
    })
}
