//! API tokens for CI: `svx_<public id>_<secret><checksum>`.
//!
//! The public id finds the row, the secret is kept as a hash, and the checksum lets a
//! scanner tell a leaked token from a random word without asking us.

use aws_lc_rs::constant_time;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use securevox_protocol::{AccountId, AppId, TokenId, accounts::Role, tokens::Scope};
use sqlx::PgConnection;

use super::opaque::digest;
use crate::{Result, hex::hex, secret_key::random_bytes};

/// What every API token begins with.
pub const SCHEME: &str = "svx_";
const PUBLIC_ID_BYTES: usize = 9;
const CHECKSUM_BYTES: usize = 3;

/// A token that was just made: `text` is for its owner, the rest for the database.
pub struct NewApiToken {
    /// Shown once.
    pub text: String,
    /// Finds the row.
    pub public_id: String,
    /// SHA-256 of the secret.
    pub secret_hash: [u8; 32],
}

impl NewApiToken {
    /// A token nobody has.
    pub fn random() -> Self {
        let public_id = hex(&random_bytes::<PUBLIC_ID_BYTES>());
        let secret = random_bytes::<32>();
        let encoded = BASE64_URL_SAFE_NO_PAD.encode(secret);
        let text = format!("{SCHEME}{public_id}_{encoded}{}", checksum(&public_id, &encoded));
        Self { text, public_id, secret_hash: digest(&secret) }
    }
}

/// The parts of a token that is well-formed; whether it exists is for the database to say.
pub(super) struct Presented<'a> {
    public_id: &'a str,
    secret: Vec<u8>,
}

impl<'a> Presented<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (public_id, rest) = text.strip_prefix(SCHEME)?.split_once('_')?;
        let (secret, check) = rest.split_at_checked(rest.len().checked_sub(CHECKSUM_BYTES * 2)?)?;
        if checksum(public_id, secret) != check {
            return None;
        }
        let secret = BASE64_URL_SAFE_NO_PAD.decode(secret).ok()?;
        Some(Self { public_id, secret })
    }
}

fn checksum(public_id: &str, secret: &str) -> String {
    hex(&digest(format!("{public_id}_{secret}").as_bytes())[..CHECKSUM_BYTES])
}

/// An API token that exists and is in force, and what it may do.
pub(super) struct Found {
    pub(super) id: TokenId,
    pub(super) account: AccountId,
    pub(super) role: Role,
    pub(super) scopes: Vec<Scope>,
    pub(super) app: Option<AppId>,
}

/// The token, if its secret is right, it has not expired and its account is not locked.
pub(super) async fn find(
    conn: &mut PgConnection,
    token: &Presented<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Found>> {
    let row = sqlx::query!(
        "select t.id, t.secret_hash, t.account_id, t.scopes, t.app_id, t.last_used_at, a.role
         from api_tokens t join accounts a on a.id = t.account_id
         where t.public_id = $1 and a.disabled_at is null
           and (t.expires_at is null or t.expires_at > $2)",
        token.public_id,
        now,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let hash = digest(&token.secret);
    if constant_time::verify_slices_are_equal(&hash, &row.secret_hash).is_err() {
        return Ok(None);
    }
    let fresh = row.last_used_at.is_some_and(|last| (now - last).num_seconds() < 60);
    if !fresh {
        sqlx::query!("update api_tokens set last_used_at = $2 where id = $1", row.id.0, now)
            .execute(conn)
            .await?;
    }
    // A scope of a newer version, after a roll-back, grants nothing.
    let scopes = row.scopes.iter().filter_map(|scope| scope.parse().ok()).collect();
    Ok(Some(Found { id: row.id, account: row.account_id, role: row.role, scopes, app: row.app_id }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_parses_and_a_mistyped_one_does_not() {
        let token = NewApiToken::random();
        let presented = Presented::parse(&token.text).expect("well-formed");
        assert_eq!(presented.public_id, token.public_id);
        assert_eq!(digest(&presented.secret), token.secret_hash);

        let mut mistyped = token.text.clone();
        let last = if mistyped.ends_with('0') { '1' } else { '0' };
        mistyped.pop();
        mistyped.push(last);
        assert!(Presented::parse(&mistyped).is_none());
        for text in ["", "svx_", "svx__", "svx_a_b", "ghp_x", "svx_é_é€é"] {
            assert!(Presented::parse(text).is_none(), "{text}");
        }
    }
}
