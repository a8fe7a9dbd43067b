//! The extractors that say who is calling.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use chrono::Utc;
use prometheus::IntCounterVec;
use securevox_protocol::{
    AccountId, AppId, DeviceId, Problem, SessionId, TokenId, accounts::Role, tokens::Scope,
};
use sqlx::{PgConnection, PgPool};

use super::{AccessTokens, Revocations, access_token::Bearer, api_token};
use crate::{Error, Result, telemetry::pseudonym};

/// No token, or none that is valid.
const UNAUTHENTICATED: Problem =
    Problem::new(401, "/problems/unauthenticated", "Sign in, or send a valid token");
const TOKEN_NOT_ACCEPTED: Problem =
    Problem::new(403, "/problems/token-not-accepted", "An API token may not do this");
const SCOPE_MISSING: Problem =
    Problem::new(403, "/problems/scope-missing", "The API token lacks a scope");
const ROLE_MISSING: Problem =
    Problem::new(403, "/problems/role-missing", "The role of the account does not allow this");

/// What the extractors need to prove a caller. Clones share everything.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Proves sessions.
    pub tokens: AccessTokens,
    /// Refuses those that were revoked.
    pub revocations: Revocations,
    /// Counts what was refused.
    pub failures: IntCounterVec,
}

impl Gate {
    /// Who is behind an access token that did not come in a header; `None` if it is not valid.
    pub async fn prove(&self, access_token: &str) -> Option<SignedIn> {
        let Bearer { account, device, session } = by_access_token(access_token, self).await?;
        Some(SignedIn { account, session, device })
    }
}

/// Whoever makes a request: an account through a session, or through an API token.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account that is responsible.
    pub account: AccountId,
    /// What the caller holds.
    pub grant: Grant,
}

/// By what a caller is proven.
#[derive(Clone, Debug)]
pub enum Grant {
    /// A person who signed in; may do whatever the account may.
    Session {
        /// Named in the access token.
        id: SessionId,
        /// The device of the session.
        device: Option<DeviceId>,
    },
    /// An API token; may do what its scopes say.
    Token {
        /// Which token.
        id: TokenId,
        /// What it may do.
        scopes: Vec<Scope>,
        /// The one app it is restricted to.
        app: Option<AppId>,
        /// The role of its account.
        role: Role,
    },
}

/// A caller who signed in. API tokens are refused with 403.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// Its device.
    pub device: Option<DeviceId>,
}

/// A caller who signed in and is an administrator, read from Postgres at each request.
#[derive(Clone, Copy, Debug)]
pub struct Administrator {
    /// The account.
    pub account: AccountId,
}

impl Caller {
    /// 403 unless the caller may do what `scope` allows.
    pub fn require(&self, scope: Scope) -> Result<()> {
        match &self.grant {
            Grant::Session { .. } => Ok(()),
            Grant::Token { scopes, .. } if scopes.iter().any(|held| held.grants(scope)) => Ok(()),
            Grant::Token { .. } => {
                let detail = format!("It needs the scope {scope}.");
                Err(SCOPE_MISSING.with_detail(detail).into())
            }
        }
    }

    /// 403 unless the account's role, read from Postgres, is `least` or above; the role.
    pub async fn require_role(&self, conn: &mut PgConnection, least: Role) -> Result<Role> {
        let role = match self.grant {
            Grant::Token { role, .. } => Some(role),
            Grant::Session { .. } => role_of(conn, self.account).await?,
        };
        let role = role.ok_or(UNAUTHENTICATED)?;
        if role >= least { Ok(role) } else { Err(role_missing(least)) }
    }

    /// The one app the caller is restricted to.
    pub fn only_app(&self) -> Option<AppId> {
        match self.grant {
            Grant::Token { app, .. } => app,
            Grant::Session { .. } => None,
        }
    }
}

fn role_missing(least: Role) -> Error {
    ROLE_MISSING.with_detail(format!("It needs the role {least}.")).into()
}

/// The role of an account; `None` if it is locked, or gone.
pub async fn role_of(conn: &mut PgConnection, account: AccountId) -> Result<Option<Role>> {
    let role = sqlx::query_scalar!(
        "select role from accounts where id = $1 and disabled_at is null",
        account.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(role)
}

/// The credential in a request's `Authorization`, after it was looked at: by the layer that counts
/// requests, for all who ask later.
#[derive(Clone, Debug)]
pub(crate) struct Shown(Option<Caller>);

impl Shown {
    /// Whom it proves.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.0.as_ref()
    }
}

/// Whether the credential in `Authorization` calls itself an API token.
pub(crate) fn shows_api_token(headers: &HeaderMap) -> bool {
    credential(headers).is_some_and(|token| token.starts_with(api_token::SCHEME))
}

/// Looks at the credential in `Authorization`; `None` where there is none.
pub(crate) async fn prove(headers: &HeaderMap, db: &PgPool, gate: &Gate) -> Result<Option<Shown>> {
    let caller = match credential(headers) {
        None => return Ok(None),
        Some(token) if token.starts_with(api_token::SCHEME) => {
            by_api_token(token, db, gate).await?
        }
        Some(token) => {
            by_access_token(token, gate).await.map(|Bearer { account, device, session: id }| {
                Caller { account, grant: Grant::Session { id, device } }
            })
        }
    };
    Ok(Some(Shown(caller)))
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    PgPool: FromRef<S>,
    Gate: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let shown = match parts.extensions.get::<Shown>() {
            Some(shown) => Some(shown.clone()),
            None => prove(&parts.headers, &PgPool::from_ref(state), &Gate::from_ref(state)).await?,
        };
        let caller = shown.and_then(|Shown(caller)| caller).ok_or(UNAUTHENTICATED)?;
        tracing::Span::current().record("account.id", pseudonym(caller.account));
        Ok(caller)
    }
}

async fn by_access_token(token: &str, gate: &Gate) -> Option<Bearer> {
    let bearer = gate.tokens.verify(token).await;
    let bearer = bearer.filter(|bearer| !gate.revocations.contains(bearer.session));
    if bearer.is_none() {
        gate.failures.with_label_values(&["access-token"]).inc();
    }
    bearer
}

async fn by_api_token(token: &str, db: &PgPool, gate: &Gate) -> Result<Option<Caller>> {
    let found = match api_token::Presented::parse(token) {
        Some(presented) => {
            let mut conn = db.acquire().await?;
            api_token::find(&mut conn, &presented, Utc::now()).await?
        }
        None => None,
    };
    let Some(found) = found else {
        gate.failures.with_label_values(&["api-token"]).inc();
        return Ok(None);
    };
    let api_token::Found { id, account, role, scopes, app } = found;
    Ok(Some(Caller { account, grant: Grant::Token { id, scopes, app, role } }))
}

/// The token of `Authorization: Bearer …` or `Authorization: Token …`.
fn credential(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.trim().split_once(' ')?;
    let known = ["bearer", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    known.then_some(token.trim())
}

impl<S> FromRequestParts<S> for SignedIn
where
    S: Send + Sync,
    PgPool: FromRef<S>,
    Gate: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Caller { account, grant } = Caller::from_request_parts(parts, state).await?;
        match grant {
            Grant::Session { id, device } => Ok(Self { account, session: id, device }),
            Grant::Token { .. } => Err(TOKEN_NOT_ACCEPTED.into()),
        }
    }
}

impl<S> FromRequestParts<S> for Administrator
where
    S: Send + Sync,
    PgPool: FromRef<S>,
    Gate: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let SignedIn { account, .. } = SignedIn::from_request_parts(parts, state).await?;
        let mut conn = PgPool::from_ref(state).acquire().await?;
        match role_of(&mut conn, account).await? {
            Some(Role::Admin) => Ok(Self { account }),
            Some(_) => Err(role_missing(Role::Admin)),
            None => Err(UNAUTHENTICATED.into()),
        }
    }
}
