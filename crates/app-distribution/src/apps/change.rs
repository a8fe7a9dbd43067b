//! The settings of an app.

use secrecy::SecretString;
use securevox_core::{Error, Result, audit::CHANGED, auth::Passwords, extract::Checks};
use securevox_protocol::{
    apps::{Access, AppDetails, AppRole, UpdateApp},
    history::Action,
};
use sqlx::PgConnection;

use super::store;
use crate::{
    access::{Belonging, NO_SUCH_APP},
    history::{Told, changes, record_change},
};

/// A hundred years, as the table has it: Postgres knows no day before all of time.
const LONGEST_KEPT: i32 = 36_500;

/// What the log tells of a change.
const LOGGED: &[(&str, Told)] = &[
    ("access", Told::Value),
    ("keep_builds", Told::Value),
    ("keep_days", Told::Value),
    ("quota_bytes", Told::Value),
    ("description", Told::Changed),
    ("testflight_url", Told::Changed),
    ("play_url", Told::Changed),
];

/// A change that was checked, its password hashed.
pub(crate) struct Change {
    pub(crate) request: UpdateApp,
    pub(super) password_hash: Option<String>,
}

/// Looks at what was sent, before any connection is held.
pub(crate) async fn check(
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

pub(crate) async fn apply(
    conn: &mut PgConnection,
    belonging: &Belonging,
    change: &Change,
) -> Result<AppDetails> {
    let has_password = store::lock(&mut *conn, belonging.app).await?.ok_or(NO_SUCH_APP)?;
    let needs_password = change.request.access == Some(Access::Password);
    if needs_password && !has_password && change.password_hash.is_none() {
        return Err(Error::invalid_field("#/password", "is needed: the app has none yet"));
    }
    let before = store::details_for(&mut *conn, belonging).await?;
    store::update(&mut *conn, belonging.app, change).await?;
    let after = store::details_for(&mut *conn, belonging).await?;
    let mut details = changes(&before, &after, LOGGED);
    details.extend(change.password_hash.as_ref().map(|_| ("password", CHANGED.to_owned())));
    let act = belonging.actor.act(Action::AppChanged, belonging.app.0);
    record_change(conn, &[belonging.app], act, &details).await?;
    Ok(after)
}

/// Deletes the app. Its packages are named by no build any more: the sweep deletes them.
pub(super) async fn delete(conn: &mut PgConnection, belonging: &Belonging) -> Result<()> {
    belonging.require(AppRole::Owner)?;
    let app = belonging.app;
    belonging.actor.record(&mut *conn, &[app], Action::AppDeleted, app.0).await?;
    store::delete(conn, app).await
}

fn is_https(text: &str) -> bool {
    let url = url::Url::parse(text).ok();
    text.len() <= 2_000 && url.is_some_and(|url| url.scheme() == "https" && url.has_host())
}
