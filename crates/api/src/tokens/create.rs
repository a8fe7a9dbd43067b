//! A new API token, made by its account or by an operator on the host.

use chrono::{DateTime, Utc};
use securevox_core::{
    Error, Result,
    audit::{self, Entry},
    auth::NewApiToken,
};
use securevox_protocol::{
    AccountId, AppId, Problem,
    accounts::Role,
    tokens::{CreatedToken, Scope},
};
use sqlx::PgConnection;

use super::store;
use crate::accounts;

const PUBLISHERS_ONLY: Problem = Problem::new(
    403,
    "/problems/publishers-only",
    "Only publishers, developers of an app and administrators have tokens for builds",
);
const TOO_MANY_TOKENS: Problem =
    Problem::new(409, "/problems/too-many-tokens", "The account has too many API tokens");

/// What a token shall be. `scopes` is not empty.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub app: Option<AppId>,
    pub expires: Option<DateTime<Utc>>,
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
    audit::record(conn, Entry { actor, account: actor, action: "token.created", target }).await?;
    Ok(CreatedToken { info, token: token.text })
}
