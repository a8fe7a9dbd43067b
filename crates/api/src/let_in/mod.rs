//! The door for whoever is locked out: a link that signs in to one account, once, made by an
//! operator on the host. It needs no password and no provider, so neither can lock everybody out.

mod pages;

use axum::{Router, routing::get};
use chrono::{TimeDelta, Utc};
use securevox_core::{
    Result,
    audit::{self, Entry},
    auth::single_use,
};
use securevox_protocol::{AccountId, history::Action};
use sqlx::PgConnection;

use crate::app::App;

/// How long the link works.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/sign-in/{account}/{code}", get(pages::show).post(pages::enter))
}

/// The purpose of a code that signs in to `account` and no other.
fn purpose(account: AccountId) -> String {
    format!("sign-in {account}")
}

/// The path of a new link for `account`; those before it are over.
pub async fn link(conn: &mut PgConnection, account: AccountId) -> Result<String> {
    let purpose = purpose(account);
    single_use::withdraw(conn, &purpose).await?;
    let code = single_use::issue(conn, &purpose, None, Utc::now() + LIFETIME).await?;
    let action = Action::SignInLinkMade;
    let entry = Entry { actor: None, account: Some(account), action, target: None };
    audit::record(conn, entry).await?;
    Ok(format!("sign-in/{account}/{code}"))
}
