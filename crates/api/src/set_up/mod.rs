//! The first administrator: a link that works once, for an installation that has none.

mod pages;
mod store;

use axum::{Router, routing::get};
use chrono::{TimeDelta, Utc};
use securevox_core::{Result, auth::single_use};
use sqlx::PgConnection;

use crate::app::App;

/// How long the link works; the next start makes a new one.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/setup/{code}", get(pages::show).post(pages::create))
}

/// The path of a new set-up link, and of none before; `None` where there is an administrator.
pub async fn link(conn: &mut PgConnection) -> Result<Option<String>> {
    if store::has_administrator(conn).await? {
        return Ok(None);
    }
    single_use::withdraw(conn, single_use::SET_UP).await?;
    let code = single_use::issue(conn, single_use::SET_UP, None, Utc::now() + LIFETIME).await?;
    Ok(Some(format!("setup/{code}")))
}
