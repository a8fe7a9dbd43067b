//! `SECUREVOX_SECRET_KEY`: seals what the database must not tell whoever steals it.

use std::{
    fmt, fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    str::FromStr,
    sync::Arc,
};

use anyhow::Context as _;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hkdf, hmac, rand,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};

/// 32 random bytes, from which a key is derived for each purpose (HKDF-SHA256). Clones are cheap.
#[derive(Clone)]
pub struct SecretKey(Arc<hkdf::Prk>);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    fn from_bytes(bytes: &[u8; 32]) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"securevox secret key 1");
        Self(Arc::new(salt.extract(bytes)))
    }

    /// A key that nothing else has, for tests and scratch databases.
    pub fn random() -> Self {
        Self::from_bytes(&random_bytes())
    }

    /// The key in the file at `path`, which is made, readable to its owner alone, if it is not there.
    pub fn load_or_create(path: &Path) -> anyhow::Result<Self> {
        match create_file(path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot write {}", path.display()));
            }
        }
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read the secret key {}", path.display()))?;
        let key = text.trim().parse().map_err(|detail: String| {
            anyhow::anyhow!(
                "{} is no secret key: it {detail}; restore it from a backup",
                path.display()
            )
        })?;
        Ok(key)
    }

    /// `plaintext`, encrypted (AES-256-GCM) for one `purpose` and bound to `context`.
    pub fn seal(&self, purpose: &str, context: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let mut sealed = plaintext.to_vec();
        let nonce = self
            .cipher(purpose)
            .seal_in_place_append_tag(Aad::from(context), &mut sealed)
            .expect("a short text can be sealed");
        sealed.splice(..0, *nonce.as_ref());
        sealed
    }

    /// What was sealed with the same key, purpose and context; `None` for anything else.
    pub fn open(&self, purpose: &str, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = ciphertext.to_vec();
        let opened =
            self.cipher(purpose).open_in_place(nonce, Aad::from(context), &mut text).ok()?;
        Some(opened.to_vec())
    }

    /// A key for HMAC-SHA256 that serves one `purpose`.
    pub fn mac(&self, purpose: &str) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.derive(purpose))
    }

    fn cipher(&self, purpose: &str) -> RandomizedNonceKey {
        RandomizedNonceKey::new(&AES_256_GCM, &self.derive(purpose)).expect("32 bytes are a key")
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        self.0
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key))
            .expect("HKDF gives 32 bytes");
        key
    }
}

impl FromStr for SecretKey {
    type Err = String;

    /// 32 bytes in base64 or hex.
    fn from_str(text: &str) -> Result<Self, String> {
        let hex = || -> Option<Vec<u8>> {
            let digits = text.as_bytes().chunks(2);
            digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()).collect()
        };
        let bytes = if text.len() == 64 { hex() } else { BASE64_STANDARD.decode(text).ok() };
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(|bytes| Self::from_bytes(&bytes)).ok_or_else(|| {
            "must be 32 bytes in base64 or hex; `openssl rand -base64 32` makes one".to_owned()
        })
    }
}

/// Bytes nobody can guess.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system has randomness");
    bytes
}

/// Writes a new key and syncs it, under another name first: a crash leaves no half a key.
fn create_file(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let draft = path.with_extension("key.new");
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(file, "{}", BASE64_STANDARD.encode(random_bytes::<32>()))?;
    file.sync_all()?;
    // A hard link never replaces: of two processes that start at once, one key wins.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked?;
    path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_purpose_and_context_open() {
        let key = SecretKey::random();
        let sealed = key.seal("keys", b"1", b"private");
        assert_eq!(key.open("keys", b"1", &sealed).as_deref(), Some(&b"private"[..]));
        assert_eq!(key.open("keys", b"2", &sealed), None);
        assert_eq!(key.open("mail", b"1", &sealed), None);
        assert_eq!(SecretKey::random().open("keys", b"1", &sealed), None);
        assert_eq!(key.open("keys", b"1", b"short"), None);
    }

    #[test]
    fn keys_are_base64_or_hex() {
        assert!("00".repeat(32).parse::<SecretKey>().is_ok());
        assert!(BASE64_STANDARD.encode([7; 32]).parse::<SecretKey>().is_ok());
        assert!("00".repeat(31).parse::<SecretKey>().is_err());
        assert!("my cat".parse::<SecretKey>().is_err());
    }
}
