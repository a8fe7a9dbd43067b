//! The page that ends mails, and the one click of a mail program (RFC 8058).

use askama::Template;
use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    extract::Path,
    web::{View, unkept},
};
use securevox_protocol::{AppId, Problem, TesterId};
use sqlx::PgConnection;
use url::form_urlencoded;
use uuid::Uuid;

use super::store::{self, Ends};
use crate::{app::App, events::words::MailWords, words::DistributionWords};

const NO_SUCH_LINK: Problem =
    Problem::new(404, "/problems/no-such-unsubscribe-link", "The link leads nowhere any more");

#[derive(Template)]
#[template(path = "events/unsubscribe.html")]
struct Page<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    mails: &'static MailWords,
    token: &'a str,
    ends: &'a Ends,
    /// What was just done.
    done: bool,
}

pub(in crate::events) async fn show(
    State(app): State<App>,
    view: View,
    Path(token): Path<String>,
) -> Result<Response> {
    page(&app, &view, &token, false).await
}

/// A mail program sends `List-Unsubscribe=One-Click`, perhaps as another kind of form, and no scope.
///
/// Who holds the link may, and nobody guesses one: there is no session that another site could abuse, and mail programs
/// send neither cookies nor our token.
pub(in crate::events) async fn change(
    State(app): State<App>,
    view: View,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response> {
    let (tester, about) = opened(&app, &token)?;
    let scope = form_urlencoded::parse(&body).find(|(name, _)| name == "scope");
    let mut tx = app.db.begin().await?;
    match scope.as_ref().map(|(_, value)| &**value) {
        Some("all") => store::end_all(&mut tx, tester, Utc::now()).await?,
        Some("again") => store::resume(&mut tx, tester, Some(about)).await?,
        _ => store::end_app(&mut tx, tester, about).await?,
    }
    tx.commit().await?;
    page(&app, &view, &token, true).await
}

/// Whether somebody is mailed from now on, about an app or about any.
pub(crate) async fn choose_mail(
    conn: &mut PgConnection,
    (tester, about): (TesterId, Option<AppId>),
    wanted: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    match about {
        about if wanted => store::resume(conn, tester, about).await,
        Some(about) => store::end_app(conn, tester, about).await,
        None => store::end_all(conn, tester, now).await,
    }
}

fn opened(app: &App, token: &str) -> Result<(TesterId, AppId)> {
    let opened = app.telling.unsubscribing.verify_with(token, Utc::now());
    let (opened, about) = opened.map_err(|_| NO_SUCH_LINK)?;
    let about = Uuid::from_slice(&about).map_err(|_| NO_SUCH_LINK)?;
    Ok((TesterId(opened.id), AppId(about)))
}

async fn page(app: &App, view: &View, token: &str, done: bool) -> Result<Response> {
    let (tester, about) = opened(app, token)?;
    let ends = store::ends(&mut *app.db.acquire().await?, tester, about).await?;
    let page = Page {
        view,
        words: DistributionWords::of(view.language),
        mails: MailWords::of(view.language),
        token,
        ends: &ends.ok_or(NO_SUCH_LINK)?,
        done,
    };
    Ok(unkept(view.page_with(StatusCode::OK, &page)))
}
