//! Signing in and out in a browser. The only login page of all hosts: the others are handed the session.

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::Response,
};
use chrono::{DateTime, Utc};
use securevox_core::{
    Error, Result,
    auth::{BrowserPerson, find_browser_person},
    extract::Query,
    http::ClientAddress,
    translations,
    web::{Form, Nothing, View, local_path, see_other},
};
use securevox_protocol::{AccountId, SessionId, auth::Login, history::Action};
use serde::Deserialize;
use url::Url;

use super::{
    hand_over::{Wanted, hand_over},
    login, start,
};
use crate::{accounts, app::App, sessions::revoke};

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
        sso: "Sign in with", "Accedi con";
        only: "This server uses single sign-on.", "Questo server usa il single sign-on.";
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
    /// The other way in, and what it is called.
    sso: Option<(&'a str, String)>,
    passwords: bool,
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
    // Else it would be told in place, as a wrong password is.
    accounts::require_passwords(&app.sso)?;
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
    arrive(&app, &started, &wanted, now).await
}

/// Signed in: the browser keeps the session, and goes where it wanted.
pub(crate) async fn arrive(
    app: &App,
    started: &start::InBrowser,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let next = hand_over(&mut tx, app, started.session, wanted, now).await?;
    tx.commit().await?;
    let mut response = see_other(&next);
    let headers = response.headers_mut();
    // The visit ends here, and with it what began in it.
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
    let without = without_account(app, wanted).filter(|_| !app.sso.only);
    let sso = app.sso.name().map(|name| (name, wanted.page("/login/sso")));
    let passwords = !app.sso.only;
    let page = LoginPage { view, words, wanted, handle, fault, without, sso, passwords };
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
        let ended = revoke::revoke(&mut tx, account, of, Action::SessionEnded, now).await?;
        tx.commit().await?;
        app.forget(account, &ended, now).await;
    }
    let mut response = see_other(app.site.urls().distribution.as_str());
    for cookie in app.site.forget() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
