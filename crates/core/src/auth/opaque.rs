//! Opaque secrets: 256 random bits, given out once, kept as a hash.

use std::{fmt, str::FromStr};

use aws_lc_rs::{digest as hashes, hmac};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::secret_key::{SecretKey, random_bytes};

/// A refresh token or the code of an invitation. `Display` shows it: write it to its owner alone.
#[derive(Clone)]
pub struct Opaque([u8; 32]);

impl Opaque {
    /// A new one.
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// The one of an id: the same again for whoever has the key, to be told twice and kept nowhere.
    pub fn derived(key: &SecretKey, purpose: &str, id: Uuid) -> Self {
        let tag = hmac::sign(&key.mac(purpose), id.as_bytes());
        Self(tag.as_ref().try_into().expect("HMAC-SHA256 has 32 bytes"))
    }

    /// What the database keeps: SHA-256. It needs no salt, for nobody can try 2^256 of them.
    pub fn hash(&self) -> Vec<u8> {
        digest(&self.0).to_vec()
    }
}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opaque")
    }
}

impl fmt::Display for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for Opaque {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut bytes = [0; 32];
        match BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            _ => Err(()),
        }
    }
}

/// SHA-256.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let hash = hashes::digest(&hashes::SHA256, bytes);
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
