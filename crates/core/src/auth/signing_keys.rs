//! The keys that sign access tokens: sealed in Postgres, cached in memory, rotated without downtime.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::Context as _;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sqlx::{PgConnection, PgPool};
use tokio::{sync::Mutex, time::Instant};

use super::opaque::digest;
use crate::{Result, bus::Bus, secret_key::SecretKey, tasks::Tasks};

const PURPOSE: &str = "signing keys";
/// How soon a copy signs with the newest key.
const RELOAD_EVERY: Duration = Duration::from_secs(15);
/// How often a token that names an unknown key may cause a query.
const ASK_AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// How long a key is kept after its last token has expired.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// The cached keys. Clones share them.
#[derive(Clone)]
pub struct SigningKeys {
    cache: Arc<RwLock<Cache>>,
    asked_at: Arc<Mutex<Option<Instant>>>,
    secret: SecretKey,
    db: PgPool,
}

#[derive(Default)]
struct Cache {
    public: HashMap<String, PublicKey>,
    current: Option<(String, EncodingKey)>,
}

#[derive(Clone)]
struct PublicKey {
    bytes: Vec<u8>,
    decoding: DecodingKey,
}

impl SigningKeys {
    /// No keys yet: see [`SigningKeys::load`].
    pub fn new(db: PgPool, secret: SecretKey) -> Self {
        Self { cache: Arc::default(), asked_at: Arc::default(), secret, db }
    }

    /// Reads the keys, makes the first one if there is none, and keeps them fresh while `tasks` run.
    ///
    /// Fails if the keys were sealed with another secret key.
    pub async fn load(&self, bus: &Bus, tasks: &Tasks) -> anyhow::Result<()> {
        let mut conn = self.db.acquire().await?;
        if !self.reload(&mut conn).await? {
            insert_first(&mut conn, &self.secret).await?;
            self.reload(&mut conn).await?;
        }
        let keys = self.clone();
        tasks.every(RELOAD_EVERY, move || {
            let keys = keys.clone();
            async move { keys.refresh().await }
        });
        let (keys, mut gaps) = (self.clone(), bus.gaps());
        tasks.spawn_until_stop(async move {
            loop {
                gaps.next().await;
                keys.refresh().await;
            }
        });
        Ok(())
    }

    async fn refresh(&self) {
        let reloaded = async {
            let mut conn = self.db.acquire().await?;
            self.reload(&mut conn).await
        };
        if let Err(error) = reloaded.await {
            tracing::warn!(error = format!("{error:#}"), "signing keys were not read");
        }
    }

    /// Reads all keys; whether there is one that signs.
    async fn reload(&self, conn: &mut PgConnection) -> anyhow::Result<bool> {
        let mut cache = Cache::default();
        for row in stored(conn).await? {
            let decoding = DecodingKey::from_ed_der(&row.public_key);
            if row.current {
                let private = row.open(&self.secret).context("the signing keys were sealed with another SECUREVOX_SECRET_KEY: set the right one, or rotate with `securevox admin rotate-keys`")?;
                cache.current = Some((row.kid.clone(), EncodingKey::from_ed_der(&private)));
            }
            cache.public.insert(row.kid, PublicKey { bytes: row.public_key, decoding });
        }
        let signs = cache.current.is_some();
        *self.cache.write().unwrap_or_else(PoisonError::into_inner) = cache;
        Ok(signs)
    }

    /// The key that signs now, and its id.
    pub(super) fn current(&self) -> anyhow::Result<(String, EncodingKey)> {
        let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
        cache.current.clone().context("no signing key was loaded")
    }

    /// The public key with the id `kid`; asks Postgres, at most once a second, when it is new.
    pub(super) async fn public(&self, kid: &str) -> Option<DecodingKey> {
        if let Some(key) = self.cached(kid) {
            return Some(key);
        }
        let mut asked_at = self.asked_at.lock().await;
        if asked_at.is_none_or(|at| at.elapsed() >= ASK_AT_MOST_EVERY) {
            *asked_at = Some(Instant::now());
            self.refresh().await;
        }
        self.cached(kid)
    }

    fn cached(&self, kid: &str) -> Option<DecodingKey> {
        let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
        cache.public.get(kid).map(|key| key.decoding.clone())
    }

    /// The public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub fn jwks(&self) -> serde_json::Value {
        let cache = self.cache.read().unwrap_or_else(PoisonError::into_inner);
        let keys = cache.public.iter().map(|(kid, key)| {
            let x = BASE64_URL_SAFE_NO_PAD.encode(&key.bytes);
            serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x })
        });
        serde_json::json!({ "keys": keys.collect::<Vec<_>>() })
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKeys")
    }
}

/// Whether `secret` opens the key that signs; `None` where there is none.
pub async fn opens_signing_keys(
    conn: &mut PgConnection,
    secret: &SecretKey,
) -> anyhow::Result<Option<bool>> {
    let current = stored(conn).await?.into_iter().find(|row| row.current);
    Ok(current.map(|row| row.open(secret).is_some()))
}

struct Stored {
    kid: String,
    public_key: Vec<u8>,
    sealed_private_key: Vec<u8>,
    /// Whether it signs.
    current: bool,
}

impl Stored {
    fn open(&self, secret: &SecretKey) -> Option<Vec<u8>> {
        secret.open(PURPOSE, self.kid.as_bytes(), &self.sealed_private_key)
    }
}

async fn stored(conn: &mut PgConnection) -> sqlx::Result<Vec<Stored>> {
    let rows = sqlx::query_as!(
        Stored,
        "select kid, public_key, sealed_private_key, retired_at is null as \"current!\" from signing_keys"
    );
    rows.fetch_all(conn).await
}

/// Lets a new key sign from now on and returns its id.
///
/// Tokens signed with the old one stay valid until they expire; keys long retired are deleted.
pub async fn rotate(
    conn: &mut PgConnection,
    secret: &SecretKey,
    now: DateTime<Utc>,
) -> Result<String> {
    sqlx::query!("delete from signing_keys where retired_at < $1", now - KEPT_FOR)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("update signing_keys set retired_at = $1 where retired_at is null", now)
        .execute(&mut *conn)
        .await?;
    let key = NewKey::generate(secret)?;
    sqlx::query!(
        "insert into signing_keys (kid, public_key, sealed_private_key) values ($1, $2, $3)",
        key.kid,
        key.public,
        key.sealed,
    )
    .execute(conn)
    .await?;
    Ok(key.kid)
}

/// Of several copies that start at once on an empty table, one inserts.
async fn insert_first(conn: &mut PgConnection, secret: &SecretKey) -> Result<()> {
    let key = NewKey::generate(secret)?;
    sqlx::query!(
        "insert into signing_keys (kid, public_key, sealed_private_key) values ($1, $2, $3)
         on conflict do nothing",
        key.kid,
        key.public,
        key.sealed,
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct NewKey {
    kid: String,
    public: Vec<u8>,
    sealed: Vec<u8>,
}

impl NewKey {
    fn generate(secret: &SecretKey) -> anyhow::Result<Self> {
        let pair = Ed25519KeyPair::generate().context("generating an Ed25519 key")?;
        let private = pair.to_pkcs8v1().context("encoding an Ed25519 key")?;
        let public = pair.public_key().as_ref().to_vec();
        let x = BASE64_URL_SAFE_NO_PAD.encode(&public);
        // The thumbprint of RFC 7638: required members, sorted, without white space.
        let thumbprint = digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#).as_bytes());
        let kid = BASE64_URL_SAFE_NO_PAD.encode(thumbprint);
        let sealed = secret.seal(PURPOSE, kid.as_bytes(), private.as_ref());
        Ok(Self { kid, public, sealed })
    }
}
