//! A new API token, made by its account or by an operator on the host.

use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{
    Error, Result,
    audit::{self, Entry},
    auth::NewApiToken,
    extract::Checks,
};
use securevox_protocol::{
    AccountId, AppId, Problem,
    accounts::Role,
    history::Action,
    tokens::{CreateToken, CreatedToken, Scope},
};
use sqlx::PgConnection;

use super::store;
use crate::accounts;

pub(super) const PUBLISHERS_ONLY: Problem = Problem::new(
    403,
    "/problems/publishers-only",
    "Only publishers, developers of an app and administrators have tokens for builds",
);
pub(super) const TOO_MANY_TOKENS: Problem =
    Problem::new(409, "/problems/too-many-tokens", "The account has too many API tokens");

/// What a token shall be. `scopes` is not empty.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub app: Option<AppId>,
    pub expires: Option<DateTime<Utc>>,
}

impl Wanted {
    /// What a request asks for, if a token may be like that.
    pub(super) fn of(request: CreateToken, now: DateTime<Utc>) -> Result<Self> {
        let days = request.expires_in_days;
        let mut scopes = request.scopes;
        scopes.sort();
        scopes.dedup();
        let mut checks = Checks::default();
        checks.text(&request.name, "#/name", (1, 64));
        checks.require(!scopes.is_empty(), "#/scopes", "must hold at least one scope");
        let in_range = days.is_none_or(|days| (1..=3_650).contains(&days));
        checks.require(in_range, "#/expires_in_days", "must be 1 to 3650");
        checks.finish()?;
        let expires = days.map(|days| now + TimeDelta::days(days.into()));
        Ok(Self { name: request.name, scopes, app: request.app_id, expires })
    }
}

/// Makes a token of `account`, which may have `most`; its text is in the answer and nowhere else.
pub async fn create(
    conn: &mut PgConnection,
    account: AccountId,
    wanted: &Wanted,
    most: u32,
) -> Result<CreatedToken> {
    let owner = accounts::store::lock(conn, account).await?;
    let publishes = owner.is_some_and(|owner| owner.role >= Role::Publisher);
    if !publishes && !store::develops(conn, account).await? {
        return Err(PUBLISHERS_ONLY.into());
    }
    if store::count(conn, account).await? >= i64::from(most) {
        let detail = format!("{most} are allowed; revoke one first.");
        return Err(TOO_MANY_TOKENS.with_detail(detail).into());
    }
    if let Some(app) = wanted.app
        && !store::is_app_of(conn, app, account).await?
    {
        return Err(Error::invalid_field("#/app_id", "is not an app of yours"));
    }
    let token = NewApiToken::random();
    let info = store::insert(conn, account, wanted, &token).await?;
    let (actor, target) = (Some(account), Some(info.id.0));
    audit::record(conn, Entry { actor, account: actor, action: Action::TokenCreated, target })
        .await?;
    Ok(CreatedToken { info, token: token.text })
}
