//! The page that ends mails, and the one click of a mail program (RFC 8058).

use askama::Template;
use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::Path,
    web::{View, unkept},
};
use securevox_protocol::{AppId, Problem, TesterId};
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

/// Who holds the link may, and nobody guesses one: there is no session that another site could abuse, and mail programs
/// send neither cookies nor our token.
pub(in crate::events) async fn change(
    State(app): State<App>,
    view: View,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<Response> {
    let (tester, about) = opened(&app, &token)?;
    let sent = String::from_utf8_lossy(&body);
    let mut tx = app.db.begin().await?;
    if sent.contains("scope=all") {
        store::end_all(&mut tx, tester, Utc::now()).await?;
    } else if sent.contains("scope=again") {
        store::resume(&mut tx, tester, about).await?;
    } else {
        store::end_app(&mut tx, tester, about).await?;
    }
    tx.commit().await?;
    page(&app, &view, &token, true).await
}

fn opened(app: &App, token: &str) -> Result<(TesterId, AppId)> {
    let opened = app.events.unsubscribing.verify_with(token, Utc::now());
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
