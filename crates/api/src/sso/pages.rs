//! To the provider and back.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::Query,
    http::ClientAddress,
    rate_limit::Within,
    translations,
    web::{View, see_other},
};
use serde::Deserialize;

use super::{
    attempt::{self, Attempt},
    enter,
};
use crate::{
    app::App,
    auth::{self, Wanted},
    limits::CodeUses,
    provider::{Claims, Fault, Provider},
    ways_in::WAYS,
};

translations! {
    pub(super) StrangerWords {
        title: "You have no account here yet", "Qui non hai ancora un account";
        lead: "You are signed in at the provider, but nobody here knows you by that.", "Hai fatto l’accesso presso il provider, ma qui nessuno ti conosce così.";
        owner: "Do you have an account on this server? Sign in with its password once and link the two.", "Hai un account su questo server? Accedi una volta con la sua password e collega i due.";
        sign_in: "Sign in with the password", "Accedi con la password";
        ask: "Or ask an administrator to link you, and tell them who you are there:", "Oppure chiedi a un amministratore di collegarti e digli chi sei lì:";
        only_ask: "Ask an administrator to link you, and tell them who you are there:", "Chiedi a un amministratore di collegarti e digli chi sei lì:";
    }
}

/// For whom the provider proves, and no account is there.
#[derive(Template)]
#[template(path = "sso/stranger.html")]
struct StrangerPage<'a> {
    view: &'a View,
    words: &'static StrangerWords,
    subject: &'a str,
    sign_in: Option<&'a str>,
}

/// What the provider sends people back with.
#[derive(Deserialize)]
pub(super) struct Answer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// On to the provider.
pub(super) async fn begin(
    State(app): State<App>,
    address: ClientAddress,
    view: View,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let provider = app.sso.provider()?;
    if view.person.is_some() {
        return Ok(see_other(&wanted.login_page()));
    }
    app.limits.logins_from.check(&address).await?;
    let attempt = Attempt::new(None, wanted);
    // First: nothing of the database is held while the provider is asked.
    let metadata = provider.metadata().await?;
    let mut tx = app.db.begin().await?;
    let begun = (&attempt, &*metadata);
    let page = attempt::begin(&mut tx, provider, begun, &view, Utc::now()).await?;
    tx.commit().await?;
    Ok(view.see_other(page.as_str()))
}

/// Back from the provider: signed in, or linked.
pub(super) async fn end(
    State(app): State<App>,
    _: Within<CodeUses>,
    view: View,
    Query(answer): Query<Answer>,
) -> Result<Response> {
    let provider = app.sso.provider()?;
    let now = Utc::now();
    let mut tx = app.db.begin().await?;
    let attempt = attempt::end(&mut tx, answer.state.as_deref(), &view, now).await?;
    // Used up, whatever comes of it.
    tx.commit().await?;
    let code = match (&answer.code, answer.error.as_deref()) {
        (Some(code), None) => code,
        (_, Some("access_denied")) => return Ok(see_other(&back(&attempt))),
        (_, error) => return Err(refused(error.unwrap_or_default()).into()),
    };
    let begun = (attempt.nonce.as_str(), attempt.verifier.as_str());
    let person = provider.prove((code, answer.iss.as_deref()), begun, now).await;
    if matches!(person, Err(Fault::Unproven(_))) {
        app.gate.failures.with_label_values(&["openid"]).inc();
    }
    let person = person?;
    match attempt.account {
        Some(account) => {
            let mut tx = app.db.begin().await?;
            enter::link_proven(&mut tx, &provider.settings, account, &person, now).await?;
            tx.commit().await?;
            Ok(see_other(WAYS))
        }
        None => sign_in(&app, &view, (provider, &person), &attempt.wanted).await,
    }
}

/// Where whoever changed their mind goes.
fn back(attempt: &Attempt) -> String {
    if attempt.account.is_some() { WAYS.to_owned() } else { attempt.wanted.login_page() }
}

/// What an error means that the provider sends people back with (RFC 6749, 4.1.2.1).
fn refused(error: &str) -> Fault {
    let error: String = error.chars().filter(char::is_ascii_graphic).take(40).collect();
    let words = format!("the provider sends people back with the error {error:?}");
    match error.as_str() {
        "temporarily_unavailable" | "server_error" => Fault::Away(words),
        _ => Fault::Unfit(words),
    }
}

async fn sign_in(
    app: &App,
    view: &View,
    (provider, person): (&Provider, &Claims),
    wanted: &Wanted,
) -> Result<Response> {
    let now = Utc::now();
    let mut tx = app.db.begin().await?;
    let account = enter::account_of(&mut tx, &provider.settings, person, now).await?;
    let Some(account) = account else { return Ok(stranger(app, view, person)) };
    let started = auth::in_browser(&mut tx, app, account, now).await?;
    tx.commit().await?;
    app.forget(account, &started.ended, now).await;
    auth::arrive(app, &started, wanted, now).await
}

fn stranger(app: &App, view: &View, person: &Claims) -> Response {
    let sign_in = Wanted::here(WAYS).login_page();
    let page = StrangerPage {
        view,
        words: StrangerWords::of(view.language),
        subject: &person.subject,
        sign_in: (!app.sso.only).then_some(&sign_in),
    };
    view.page_with(StatusCode::FORBIDDEN, &page)
}
