//! The settings of an app.

use secrecy::SecretString;
use securevox_core::{Error, Result, auth::Passwords, extract::Checks};
use securevox_protocol::{
    apps::{Access, AppDetails, AppRole, UpdateApp},
    history::Action,
};
use sqlx::PgConnection;

use super::{
    standing::{Belonging, NO_SUCH_APP},
    store,
};

/// A hundred years, as the table has it: Postgres knows no day before all of time.
const LONGEST_KEPT: i32 = 36_500;

/// A change that was checked, its password hashed.
pub(super) struct Change {
    pub(super) request: UpdateApp,
    pub(super) password_hash: Option<String>,
}

/// Looks at what was sent, before any connection is held.
pub(super) async fn check(
    passwords: &Passwords,
    belonging: &Belonging,
    mut request: UpdateApp,
) -> Result<Change> {
    belonging.require(AppRole::Manager)?;
    let mut checks = Checks::default();
    if let Some(Some(text)) = &request.description {
        checks.require(text.chars().count() <= 5_000, "#/description", "is too long");
        let plain = |c: char| !c.is_control() || c == '\n' || c == '\r' || c == '\t';
        checks.require(
            text.chars().all(plain),
            "#/description",
            "must not hold control characters",
        );
    }
    for (pointer, url) in
        [("#/testflight_url", &request.testflight_url), ("#/play_url", &request.play_url)]
    {
        let url = url.as_ref().and_then(Option::as_deref);
        checks.require(url.is_none_or(is_https), pointer, "must be an https:// address");
    }
    for (pointer, count) in [
        ("#/keep_builds", request.keep_builds.flatten().map(i64::from)),
        ("#/quota_bytes", request.quota_bytes.flatten()),
    ] {
        checks.require(count.is_none_or(|count| count > 0), pointer, "must be at least 1");
    }
    let days = request.keep_days.flatten();
    let may_be = days.is_none_or(|days| (1..=LONGEST_KEPT).contains(&days));
    checks.require(may_be, "#/keep_days", "must be 1 to 36500");
    let password = request.password.take();
    if let Some(password) = &password {
        let length = password.chars().count();
        checks.require(
            (8..=256).contains(&length),
            "#/password",
            "must be 8 to 256 characters long",
        );
    }
    checks.finish()?;
    let password_hash = match password {
        Some(password) => Some(passwords.hash(SecretString::from(password)).await?),
        None => None,
    };
    Ok(Change { request, password_hash })
}

pub(super) async fn apply(
    conn: &mut PgConnection,
    belonging: &Belonging,
    change: &Change,
) -> Result<AppDetails> {
    let has_password = store::lock(&mut *conn, belonging.app).await?.ok_or(NO_SUCH_APP)?;
    let needs_password = change.request.access == Some(Access::Password);
    if needs_password && !has_password && change.password_hash.is_none() {
        return Err(Error::invalid_field("#/password", "is needed: the app has none yet"));
    }
    store::update(&mut *conn, belonging.app, change).await?;
    record(&mut *conn, belonging, Action::AppChanged).await?;
    store::details_for(conn, belonging).await
}

/// Deletes the app. Its packages are named by no build any more: the sweep deletes them.
pub(super) async fn delete(conn: &mut PgConnection, belonging: &Belonging) -> Result<()> {
    belonging.require(AppRole::Owner)?;
    record(&mut *conn, belonging, Action::AppDeleted).await?;
    store::delete(conn, belonging.app).await
}

async fn record(conn: &mut PgConnection, belonging: &Belonging, action: Action) -> Result<()> {
    belonging.actor.record(conn, &[belonging.app], action, belonging.app.0).await
}

fn is_https(text: &str) -> bool {
    let url = url::Url::parse(text).ok();
    text.len() <= 2_000 && url.is_some_and(|url| url.scheme() == "https" && url.has_host())
}
