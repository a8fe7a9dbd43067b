//! Signing a message with the operator's certificate.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use chrono::{DateTime, Datelike as _, Utc};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use super::algorithm::{self, Key};
use super::certificate::Certificate;
use super::{CONTENT_TYPE, MESSAGE_DIGEST, SIGNED_DATA};
use crate::der::{
    self, GENERALIZED_TIME, INTEGER, NULL, OCTET_STRING, OID, SEQUENCE, SET, UTC_TIME, value,
};

const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05];

/// Why a certificate and its key cannot sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The certificates are not PEM, or there is none.
    #[error("there is no certificate in PEM, or one that cannot be read")]
    Certificate,
    /// The key is not PEM, is encrypted, or of another kind.
    #[error("the key has to be PEM without a password: RSA of 2048 bits or more, or EC P-256")]
    Key,
    /// They belong to different certificates.
    #[error("the key does not belong to the first certificate")]
    Mismatch,
}

/// A certificate with its key, and the certificates that lead to a root.
pub struct Signer {
    key: PrivateKey,
    chain: Vec<CertificateDer<'static>>,
}

enum PrivateKey {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl Signer {
    /// Reads PEM: the certificates, the signer's first, and the key.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, SignerError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(certificates)
            .collect::<Result<_, _>>()
            .map_err(|_| SignerError::Certificate)?;
        let all: Option<Vec<_>> = chain.iter().map(|der| Certificate::parse(der)).collect();
        let own = all.and_then(|all| all.first().copied()).ok_or(SignerError::Certificate)?;
        let kind = Key::of(own.key).ok_or(SignerError::Certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| SignerError::Key)?;
        let key = PrivateKey::read(&key).ok_or(SignerError::Key)?;
        let belongs = match kind {
            Key::Rsa => matches!(key, PrivateKey::Rsa(_)),
            Key::Ec(curve) => matches!(key, PrivateKey::Ec(_)) && curve == algorithm::P256,
        };
        if !belongs || own.raw_key() != Some(key.public()) {
            return Err(SignerError::Mismatch);
        }
        Ok(Self { key, chain })
    }

    /// A message with this content in it, as `openssl cms -sign -nodetach` makes it.
    pub fn sign(&self, content: &[u8], now: DateTime<Utc>) -> Vec<u8> {
        let attributes = attributes(content, now);
        let signature = self.key.sign(&value(SET, &[&attributes]));
        let attributes = value(der::context(0), &[&attributes]);
        let content = value(der::context(0), &[&value(OCTET_STRING, &[content])]);
        self.message(&content, &attributes, &signature)
    }

    /// A signature that lies beside its content and says nothing else, as in a JAR: for the same
    /// content, an RSA key always gives the same.
    pub(crate) fn sign_beside(&self, content: &[u8]) -> Vec<u8> {
        self.message(&[], &[], &self.key.sign(content))
    }

    /// The certificate that signs, in DER.
    pub(crate) fn certificate(&self) -> &[u8] {
        &self.chain[0]
    }

    fn message(&self, content: &[u8], attributes: &[u8], signature: &[u8]) -> Vec<u8> {
        let own = Certificate::parse(&self.chain[0]).expect("it was read before");
        let digest_algorithm =
            value(SEQUENCE, &[&value(OID, &[algorithm::SHA256]), &value(NULL, &[])]);
        let signer = value(
            SEQUENCE,
            &[
                &value(INTEGER, &[&[1]]),
                &value(SEQUENCE, &[own.issuer, &value(INTEGER, &[own.serial])]),
                &digest_algorithm,
                attributes,
                &self.key.algorithm(),
                &value(OCTET_STRING, &[signature]),
            ],
        );
        let chain: Vec<&[u8]> = self.chain.iter().map(AsRef::as_ref).collect();
        let message = value(
            SEQUENCE,
            &[
                &value(INTEGER, &[&[1]]),
                &value(SET, &[&digest_algorithm]),
                &value(SEQUENCE, &[&value(OID, &[DATA]), content]),
                &value(der::context(0), &chain),
                &value(SET, &[&signer]),
            ],
        );
        let message = value(der::context(0), &[&message]);
        value(SEQUENCE, &[&value(OID, &[SIGNED_DATA]), &message])
    }
}

impl PrivateKey {
    fn read(key: &PrivateKeyDer<'_>) -> Option<Self> {
        let curve = &ECDSA_P256_SHA256_ASN1_SIGNING;
        match key {
            PrivateKeyDer::Pkcs1(key) => {
                RsaKeyPair::from_der(key.secret_pkcs1_der()).ok().map(Self::Rsa)
            }
            PrivateKeyDer::Sec1(key) => {
                EcdsaKeyPair::from_private_key_der(curve, key.secret_sec1_der()).ok().map(Self::Ec)
            }
            PrivateKeyDer::Pkcs8(key) => {
                let key = key.secret_pkcs8_der();
                let rsa = RsaKeyPair::from_pkcs8(key).ok().map(Self::Rsa);
                rsa.or_else(|| EcdsaKeyPair::from_pkcs8(curve, key).ok().map(Self::Ec))
            }
            _ => None,
        }
    }

    fn public(&self) -> &[u8] {
        match self {
            Self::Rsa(key) => key.public_key().as_ref(),
            Self::Ec(key) => key.public_key().as_ref(),
        }
    }

    fn algorithm(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_) => value(SEQUENCE, &[&value(OID, &[algorithm::RSA]), &value(NULL, &[])]),
            Self::Ec(_) => value(SEQUENCE, &[&value(OID, &[algorithm::ECDSA_SHA256])]),
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .expect("the key has room for a digest");
                signature
            }
            Self::Ec(key) => {
                key.sign(&random, message).expect("any digest can be signed").as_ref().to_vec()
            }
        }
    }
}

/// The signed attributes, in the order that DER asks for: by their encoding.
fn attributes(content: &[u8], now: DateTime<Utc>) -> Vec<u8> {
    let digest = digest(&SHA256, content);
    let (tag, format) = match now.year() {
        1950..2050 => (UTC_TIME, "%y%m%d%H%M%SZ"),
        _ => (GENERALIZED_TIME, "%Y%m%d%H%M%SZ"),
    };
    let time = now.format(format).to_string();
    let mut attributes = [
        (CONTENT_TYPE, value(OID, &[DATA])),
        (SIGNING_TIME, value(tag, &[time.as_bytes()])),
        (MESSAGE_DIGEST, value(OCTET_STRING, &[digest.as_ref()])),
    ]
    .map(|(name, known)| value(SEQUENCE, &[&value(OID, &[name]), &value(SET, &[&known])]));
    attributes.sort();
    attributes.concat()
}
