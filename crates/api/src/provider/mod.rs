//! The OpenID provider, as we ask it: what it says of itself, its keys, and who somebody is.
//!
//! The operator chose it, so it may be anywhere, in a network of the house too; that is why this
//! is not `core::outbound`. It is asked with time limits, without redirects, and no more of its
//! answers is read than they need.

mod ask;
mod claims;
mod id_token;
mod kept;
mod keys;
mod metadata;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use jsonwebtoken::Header;
use securevox_core::config::OpenIdProvider;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

pub(crate) use self::claims::Claims;
#[cfg(test)]
pub(crate) use self::claims::tests::claims;
pub use self::metadata::Metadata;
use self::{ask::Asker, id_token::Expected, kept::Kept, keys::Keys};

/// How long metadata and keys are kept; a key that is not among them is looked for before.
const KEEP: Duration = Duration::from_hours(1);
/// How often keys are looked for that are not there: anybody can invent the name of one.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Why nobody is proven.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// It does not answer, or says that it cannot just now.
    #[error("{0}")]
    Away(String),
    /// It and our settings do not fit each other.
    #[error("{0}")]
    Unfit(String),
    /// What it answers proves nobody.
    #[error("the ID token is refused: {0}")]
    Unproven(&'static str),
    /// The code was used, took too long, or is no code.
    #[error("the provider does not take the code")]
    Over,
}

/// The provider.
#[derive(Debug)]
pub struct Provider {
    pub(crate) settings: OpenIdProvider,
    /// Where it sends people back to.
    redirect: Url,
    asker: Asker,
    metadata: Kept<Metadata>,
    keys: Kept<Keys>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

impl Provider {
    /// As `settings` say; people come back to `api`. Nothing is asked yet.
    pub fn new(settings: &OpenIdProvider, api: &Url) -> anyhow::Result<Self> {
        Ok(Self {
            settings: settings.clone(),
            redirect: api.join("/login/sso/callback")?,
            asker: Asker::new(settings)?,
            metadata: Kept::default(),
            keys: Kept::default(),
        })
    }

    /// What it says of itself, checked.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, Fault> {
        let fetch = async || {
            let url = self.settings.issuer.discovery();
            let metadata: Metadata = self.asker.get(url, "its description", None).await?;
            metadata.check(&self.settings.issuer)?;
            Ok(metadata)
        };
        self.metadata.get(|_, age| age < KEEP, fetch).await
    }

    /// How many keys it has, for who wants to know whether they can be had.
    pub async fn key_count(&self) -> Result<usize, Fault> {
        let metadata = self.metadata().await?;
        Ok(self.keys(&metadata, None).await?.count())
    }

    /// Where somebody signs in for whom this was begun here.
    pub(crate) fn sign_in(
        &self,
        metadata: &Metadata,
        (state, nonce, verifier): (&str, &str, &str),
    ) -> Url {
        let mut page = metadata.authorization_endpoint.clone();
        page.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", self.redirect.as_str())
            .append_pair("scope", &self.settings.scopes)
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", &ask::challenge(verifier))
            .append_pair("code_challenge_method", "S256");
        page
    }

    /// Who brings `code`, which came with `issuer` (RFC 9207), for what was begun with `nonce` and `verifier`.
    pub(crate) async fn prove(
        &self,
        (code, issuer): (&str, Option<&str>),
        (nonce, verifier): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<Claims, Fault> {
        let metadata = self.metadata().await?;
        let is_named = issuer.is_some() || !metadata.names_itself;
        if !is_named || issuer.is_some_and(|issuer| issuer != self.settings.issuer.as_str()) {
            return Err(Fault::Unproven("the answer is another provider's"));
        }
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect.as_str()),
            ("code_verifier", verifier),
        ];
        let tokens: Tokens = self.asker.exchange(&metadata, &form).await?;
        let header = id_token::header(&tokens.id_token)?;
        let keys = self.keys(&metadata, Some(&header)).await?;
        let key = keys.find(&header).ok_or(Fault::Unproven("it is signed by an unknown key"))?;
        let expected = Expected {
            issuer: self.settings.issuer.as_str(),
            client_id: &self.settings.client_id,
            nonce,
        };
        let mut claims = id_token::verify((&tokens.id_token, &header), key, &expected, now)?;
        if let Some(token) = &tokens.access_token
            && claims.lack(&self.settings)
            && let Some(url) = &metadata.userinfo_endpoint
        {
            let more: Map<String, Value> =
                self.asker.get(url.clone(), "its userinfo", Some(token)).await?;
            claims.add(more)?;
        }
        Ok(claims)
    }

    /// Its keys, newer ones if the one that signs with `header` is not among them.
    async fn keys(&self, metadata: &Metadata, header: Option<&Header>) -> Result<Arc<Keys>, Fault> {
        let fresh = |keys: &Keys, age| {
            let has = header.is_none_or(|header| keys.find(header).is_some());
            age < KEEP && (has || age < LOOK_AGAIN)
        };
        let fetch = async || {
            self.asker.get(metadata.jwks_uri.clone(), "its keys", None).await.map(Keys::of)
        };
        self.keys.get(fresh, fetch).await
    }
}
