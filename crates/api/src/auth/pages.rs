//! Signing in and out in a browser. The only login page of all hosts: the others are handed the session.

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{
    Error, Result,
    auth::{BrowserPerson, find_browser_person, single_use},
    extract::Query,
    http::ClientAddress,
    translations,
    web::{Form, Nothing, View, local_path, see_other},
};
use securevox_protocol::{AccountId, SessionId, auth::Login};
use serde::Deserialize;
use sqlx::PgConnection;
use url::Url;

use super::login;
use crate::{
    app::App,
    sessions::{revoke, start},
    tokens,
};

/// How long the code that brings a session to another host works.
const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);

translations! {
    pub(super) LoginWords {
        title: "Sign in", "Accedi";
        lead: "With the account you have on this server.", "Con l’account che hai su questo server.";
        handle: "Handle", "Nome utente";
        password: "Password", "Password";
        submit: "Sign in", "Accedi";
        wrong: "The handle or the password is wrong.", "Il nome utente o la password sono sbagliati.";
        locked: "An administrator has locked this account.", "Un amministratore ha bloccato questo account.";
        too_often: "Too many tries. Wait a minute and try again.", "Troppi tentativi. Aspetta un minuto e riprova.";
        without: "Test without an account", "Prova senza un account";
        help: "Forgotten your password? Ask an administrator to set a new one.", "Hai dimenticato la password? Chiedi a un amministratore di impostarne una nuova.";
    }
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    view: &'a View,
    words: &'static LoginWords,
    wanted: &'a Wanted,
    handle: &'a str,
    fault: Option<&'static str>,
    /// Where somebody without an account comes in who was sent here from an app.
    without: Option<Url>,
}

/// Where somebody wants to be after signing in.
#[derive(Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    to: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    path: String,
}

#[derive(Deserialize)]
pub(super) struct LoginForm {
    handle: String,
    password: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    path: String,
}

#[derive(Deserialize)]
pub(super) struct Ending {
    token: Option<String>,
}

/// There is nothing of its own at the root yet: on to the apps.
pub(super) async fn home(State(app): State<App>) -> Response {
    see_other(app.site.urls().distribution.as_str())
}

pub(super) async fn show(
    State(app): State<App>,
    view: View,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let now = Utc::now();
    let Some(person) = &view.person else {
        return Ok(page(&app, &view, &wanted, ("", None)));
    };
    let mut tx = app.db.begin().await?;
    let next = hand_over(&mut tx, &app, person.session, &wanted, now).await?;
    tx.commit().await?;
    Ok(see_other(&next))
}

pub(super) async fn login(
    State(app): State<App>,
    address: ClientAddress,
    Form(view, form): Form<LoginForm>,
) -> Result<Response> {
    let now = Utc::now();
    let LoginForm { handle, password, to, state, path } = form;
    let wanted = Wanted { to, state, path };
    let request = Login { handle: handle.clone(), password, device: None };
    let entered = enter(&app, address, request, now).await;
    let started = match entered {
        Ok(started) => started,
        Err(Error::Problem(problem)) if matches!(problem.status, 401 | 403 | 429) => {
            let mut page = page(&app, &view, &wanted, (&handle, Some(problem.status)));
            if let Some(seconds) = problem.retry_after {
                page.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            return Ok(page);
        }
        Err(error) => return Err(error),
    };
    let mut tx = app.db.begin().await?;
    let next = hand_over(&mut tx, &app, started.session, &wanted, now).await?;
    tx.commit().await?;
    let mut response = see_other(&next);
    let headers = response.headers_mut();
    // The visit ends here, and with it the form that was sent.
    for cookie in app.site.forget() {
        headers.append(header::SET_COOKIE, cookie);
    }
    headers.append(header::SET_COOKIE, app.site.keep(started.session, started.expires, now));
    Ok(response)
}

/// A session for whoever knows the password.
async fn enter(
    app: &App,
    address: ClientAddress,
    request: Login,
    now: DateTime<Utc>,
) -> Result<start::InBrowser> {
    let proven = login::prove(app, address, request).await?;
    let mut tx = app.db.begin().await?;
    let account = login::confirm(&mut tx, &proven).await?;
    let started = start::in_browser(&mut tx, app, account, now).await?;
    tx.commit().await?;
    app.forget(account, &started.ended, now).await;
    Ok(started)
}

/// Where the browser goes next: to the host that sent it, with a code, or to a page of ours; else to the apps.
async fn hand_over(
    conn: &mut PgConnection,
    app: &App,
    session: SessionId,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<String> {
    let is_here = wanted.to.as_str() == app.site.service();
    if is_here && wanted.path == tokens::PAGE {
        return Ok(tokens::PAGE.to_owned());
    }
    let Some(host) = app.site.address(&wanted.to).filter(|_| !is_here && !wanted.state.is_empty())
    else {
        return Ok(arrival(&app.site.urls().distribution).into());
    };
    let purpose = single_use::session_purpose(&wanted.to);
    let code = single_use::issue(conn, &purpose, Some(session), now + CODE_LIFETIME).await?;
    let mut next = arrival(host);
    next.query_pairs_mut()
        .append_pair("code", &code.to_string())
        .append_pair("state", &wanted.state)
        .append_pair("path", local_path(&wanted.path).unwrap_or("/"));
    Ok(next.into())
}

fn arrival(host: &Url) -> Url {
    host.join("session").unwrap_or_else(|_| host.clone())
}

/// Testers have no account: they are mailed a link where they came from.
fn without_account(app: &App, wanted: &Wanted) -> Option<Url> {
    let mut page = app.site.urls().distribution.join("t").ok()?;
    let path = local_path(&wanted.path).unwrap_or("/");
    page.query_pairs_mut().append_pair("path", path);
    (wanted.to == "app-distribution").then_some(page)
}

fn page(
    app: &App,
    view: &View,
    wanted: &Wanted,
    (handle, refused): (&str, Option<u16>),
) -> Response {
    let words = LoginWords::of(view.language);
    let fault = refused.map(|status| match status {
        403 => words.locked,
        429 => words.too_often,
        _ => words.wrong,
    });
    let status = refused.and_then(|status| StatusCode::from_u16(status).ok());
    let without = without_account(app, wanted);
    let page = LoginPage { view, words, wanted, handle, fault, without };
    view.page_with(status.unwrap_or(StatusCode::OK), &page)
}

/// Signs out on this host.
pub(super) async fn logout(
    State(app): State<App>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    ended(&app, view.person.map(|person| (person.account, person.session))).await
}

/// Signs out for another host, which signed the request.
pub(super) async fn end(State(app): State<App>, Query(ending): Query<Ending>) -> Result<Response> {
    let now = Utc::now();
    let token = ending.token.as_deref().unwrap_or_default();
    let Ok(opened) = app.site.endings().verify(token, now) else {
        // Nobody is signed out by a link that somebody else made.
        return Ok(see_other(app.site.urls().distribution.as_str()));
    };
    let mut conn = app.db.acquire().await?;
    let person = find_browser_person(&mut conn, SessionId(opened.id), now).await?;
    drop(conn);
    ended(&app, person.map(|BrowserPerson { account, session, .. }| (account, session))).await
}

/// Revokes the session everywhere and forgets it in this browser.
async fn ended(app: &App, session: Option<(AccountId, SessionId)>) -> Result<Response> {
    let now = Utc::now();
    if let Some((account, session)) = session {
        let of = revoke::Of::Session(session);
        let mut tx = app.db.begin().await?;
        let ended = revoke::revoke(&mut tx, account, of, "session.ended", now).await?;
        tx.commit().await?;
        app.forget(account, &ended, now).await;
    }
    let mut response = see_other(app.site.urls().distribution.as_str());
    for cookie in app.site.forget() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
