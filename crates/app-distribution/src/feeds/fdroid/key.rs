//! The key of a repository, by which clients know it: made once, sealed in Postgres.

use anyhow::Context as _;
use chrono::{Datelike as _, Utc};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use securevox_core::{
    Result,
    auth::{SecretKey, digest, hex},
};
use securevox_protocol::FeedId;
use uuid::Uuid;

use super::store;
use crate::{app::App, cms::Signer, feeds::link::NO_SUCH_FEED};

const PURPOSE: &str = "keys of repositories";
/// For how many years the certificate says that it is valid: a repository lives as long as its key.
const YEARS: i32 = 60;

/// What signs a repository.
pub(in crate::feeds) struct Key {
    pub(super) repository: Uuid,
    pub(super) signer: Signer,
}

impl Key {
    /// SHA-256 of the certificate, as F-Droid writes it.
    pub(in crate::feeds) fn fingerprint(&self) -> String {
        hex(&digest(self.signer.certificate())).to_uppercase()
    }
}

/// The key of the repository of a link, or of the public one; made when it is first asked for.
///
/// One that was sealed with another secret key is gone, and a new one takes its place.
pub(in crate::feeds) async fn of(app: &App, link: Option<FeedId>) -> Result<Key> {
    let found = store::key(&mut *app.db.acquire().await?, link).await?;
    if let Some(key) = found.as_ref().and_then(|stored| open(stored, &app.secret)) {
        return Ok(key);
    }
    if found.is_some() {
        tracing::warn!(
            "the key of a repository was sealed with another SECUREVOX_SECRET_KEY: phones have to add the repository anew"
        );
    }
    let (host, secret) = (app.addresses.host().to_owned(), app.secret.clone());
    let made = tokio::task::spawn_blocking(move || make(&host, &secret)).await;
    let made = made.context("making the key of a repository")??;
    let mut tx = app.db.begin().await?;
    store::keep_key(&mut tx, link, &made, found.map(|found| found.sealed_private_key)).await?;
    // Another copy may have been faster.
    let kept = store::key(&mut tx, link).await?.ok_or(NO_SUCH_FEED)?;
    tx.commit().await?;
    Ok(open(&kept, &app.secret).context("the key of a repository was sealed just now")?)
}

fn open(stored: &store::StoredKey, secret: &SecretKey) -> Option<Key> {
    let context = stored.certificate.as_bytes();
    let private = secret.open(PURPOSE, context, &stored.sealed_private_key)?;
    let signer = Signer::from_pem(context, &private).ok()?;
    Some(Key { repository: stored.id, signer })
}

fn make(host: &str, secret: &SecretKey) -> anyhow::Result<store::StoredKey> {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072)?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, host);
    let year = Utc::now().year();
    params.not_before = rcgen::date_time_ymd(year - 1, 1, 1);
    params.not_after = rcgen::date_time_ymd(year + YEARS, 1, 1);
    let certificate = params.self_signed(&key)?.pem();
    let private = key.serialize_pem();
    let sealed_private_key = secret.seal(PURPOSE, certificate.as_bytes(), private.as_bytes());
    Ok(store::StoredKey { id: Uuid::now_v7(), certificate, sealed_private_key })
}
