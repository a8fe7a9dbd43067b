//! The algorithms of signatures by their names.

use aws_lc_rs::{digest, signature};

use crate::der::{OID, Reader, SEQUENCE};

pub(super) const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
pub(super) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
pub(super) const SHA384: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02];
pub(super) const SHA512: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03];

pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// The name of PKCS #1 version 1.5 is that of RSA, with a last byte for the digest.
const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// `ecdsa-with-SHA…`: `.1` or `.3.n` follows.
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04];
pub(super) const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
pub(super) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
pub(super) const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];

/// What a public key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key<'a> {
    Rsa,
    /// On this curve.
    Ec(&'a [u8]),
}

impl<'a> Key<'a> {
    /// The kind of this `SubjectPublicKeyInfo`.
    pub(super) fn of(info: &'a [u8]) -> Option<Self> {
        let mut algorithm = Reader(info).take(SEQUENCE)?.inside().take(SEQUENCE)?.inside();
        match algorithm.take(OID)?.content {
            RSA => Some(Self::Rsa),
            EC => Some(Self::Ec(algorithm.take(OID)?.content)),
            _ => None,
        }
    }

    fn signs_with(self, algorithm: &[u8]) -> bool {
        match self {
            // RSA-PSS is .10, and signs nothing that phones or Apple send.
            Self::Rsa => matches!(algorithm.strip_prefix(PKCS1), Some([1 | 5 | 11..=13])),
            Self::Ec(_) => algorithm.starts_with(ECDSA),
        }
    }
}

pub(super) fn digest(name: &[u8]) -> Option<&'static digest::Algorithm> {
    Some(match name {
        // Profiles of some years ago, and the answers of phones.
        SHA1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        SHA256 => &digest::SHA256,
        SHA384 => &digest::SHA384,
        SHA512 => &digest::SHA512,
        _ => return None,
    })
}

/// The digest that the name of a signature's algorithm says.
pub(super) fn signed_with(algorithm: &[u8]) -> Option<&'static [u8]> {
    let rsa = algorithm.strip_prefix(PKCS1);
    let ecdsa = algorithm.strip_prefix(ECDSA);
    Some(match (rsa, ecdsa) {
        (Some([5]), _) | (_, Some([1])) => SHA1,
        (Some([11]), _) | (_, Some([3, 2])) => SHA256,
        (Some([12]), _) | (_, Some([3, 3])) => SHA384,
        (Some([13]), _) | (_, Some([3, 4])) => SHA512,
        _ => return None,
    })
}

/// How such a key verifies a signature with these names of algorithms.
pub(super) fn verification(
    key: Key<'_>,
    algorithm: &[u8],
    digest: &[u8],
) -> Option<&'static dyn signature::VerificationAlgorithm> {
    if !key.signs_with(algorithm) {
        return None;
    }
    Some(match (key, digest) {
        // The keys of phones have 1024 bits.
        (Key::Rsa, SHA1) => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (Key::Rsa, SHA256) => &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        (Key::Rsa, SHA384) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (Key::Rsa, SHA512) => &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        (Key::Ec(P256), SHA1) => &signature::ECDSA_P256_SHA1_ASN1,
        (Key::Ec(P256), SHA256) => &signature::ECDSA_P256_SHA256_ASN1,
        (Key::Ec(P256), SHA384) => &signature::ECDSA_P256_SHA384_ASN1,
        (Key::Ec(P256), SHA512) => &signature::ECDSA_P256_SHA512_ASN1,
        (Key::Ec(P384), SHA256) => &signature::ECDSA_P384_SHA256_ASN1,
        (Key::Ec(P384), SHA384) => &signature::ECDSA_P384_SHA384_ASN1,
        (Key::Ec(P384), SHA512) => &signature::ECDSA_P384_SHA512_ASN1,
        (Key::Ec(P521), SHA256) => &signature::ECDSA_P521_SHA256_ASN1,
        (Key::Ec(P521), SHA384) => &signature::ECDSA_P521_SHA384_ASN1,
        (Key::Ec(P521), SHA512) => &signature::ECDSA_P521_SHA512_ASN1,
        _ => return None,
    })
}
