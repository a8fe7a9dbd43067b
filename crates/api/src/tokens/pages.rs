//! The page on which people make API tokens for their CI, and revoke them.

use std::str::FromStr;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use chrono::{DateTime, Utc};
use securevox_core::{
    Error, Result,
    auth::BrowserPerson,
    error::NOT_FOUND,
    extract::{Paging, Path, Query},
    web::{Form, SignedInView, View, see_other},
};
use securevox_protocol::{
    Page, Problem, TokenId,
    accounts::Role,
    builds::Platform,
    tokens::{CreateToken, CreatedToken, Scope},
};
use serde::Deserialize;

use super::{
    PAGE, Wanted,
    create::{self, PUBLISHERS_ONLY, TOO_MANY_TOKENS},
    revoke as revocation,
    store::{self, Choice, Listed},
    words::TokenWords,
};
use crate::app::App;

/// Apps to choose from; who has more restricts a token through the API.
const MOST_APPS: i64 = 200;

#[derive(Template)]
#[template(path = "tokens/tokens.html")]
struct TokensPage<'a> {
    view: &'a View,
    words: &'static TokenWords,
    /// Whether they may have tokens.
    publishes: bool,
    listed: &'a Page<Listed>,
    is_first: bool,
    apps: &'a [Choice],
    /// To choose from; that of a CI first.
    scopes: [Scope; 2],
    /// Where the apps are.
    home: &'a str,
    now: DateTime<Utc>,
    outcome: &'a Outcome,
}

#[derive(Template)]
#[template(path = "tokens/revoke.html")]
struct RevokePage<'a> {
    view: &'a View,
    words: &'static TokenWords,
    token: &'a Listed,
}

/// What the form holds, as it was sent.
#[derive(Default, Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    name: String,
    #[serde(default)]
    scope: String,
    /// Empty for all.
    #[serde(default)]
    app: String,
    /// Until it ends; empty for never.
    #[serde(default)]
    days: String,
}

/// What came of a form.
#[derive(Default)]
struct Outcome {
    made: Option<CreatedToken>,
    sent: Sent,
    /// The field, and what is wrong with it; no field where it is none of them.
    fault: Option<(&'static str, &'static str)>,
    revoked: bool,
}

impl Outcome {
    /// What is wrong with a field.
    fn fault_of(&self, field: &str) -> Option<&'static str> {
        self.fault.filter(|(at, _)| *at == field).map(|(_, words)| words)
    }
}

#[derive(Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    revoked: bool,
}

#[derive(Deserialize)]
pub(super) struct TokenPath {
    token: TokenId,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

impl Sent {
    fn request(&self) -> Result<CreateToken> {
        Ok(CreateToken {
            name: self.name.trim().to_owned(),
            scopes: vec![chosen(&self.scope, "#/scope")?],
            app_id: optional(&self.app, "#/app")?,
            expires_in_days: optional(&self.days, "#/days")?,
        })
    }
}

fn chosen<T: FromStr>(text: &str, pointer: &str) -> Result<T> {
    text.parse().map_err(|_| Error::invalid_field(pointer, "is none of the choices"))
}

fn optional<T: FromStr>(text: &str, pointer: &str) -> Result<Option<T>> {
    if text.is_empty() { Ok(None) } else { chosen(text, pointer).map(Some) }
}

pub(super) async fn show(
    State(app): State<App>,
    SignedInView { view, person }: SignedInView,
    Query(paging): Query<Paging>,
    Query(told): Query<Told>,
) -> Result<Response> {
    let outcome = Outcome { revoked: told.revoked, ..Outcome::default() };
    page(&app, (&view, &person), &paging, &outcome).await
}

pub(super) async fn create(
    State(app): State<App>,
    SignedInView { person, .. }: SignedInView,
    Form(view, sent): Form<Sent>,
) -> Result<Response> {
    let words = TokenWords::of(view.language);
    let (made, fault) = match make(&app, &person, &sent).await {
        Ok(made) => (Some(made), None),
        Err(Error::Problem(problem)) => {
            let fault = told(&problem, words).ok_or(Error::Problem(problem))?;
            (None, Some(fault))
        }
        Err(error) => return Err(error),
    };
    // What was made is not in the form any more.
    let sent = if made.is_some() { Sent::default() } else { sent };
    let outcome = Outcome { made, sent, fault, revoked: false };
    page(&app, (&view, &person), &Paging::default(), &outcome).await
}

async fn make(app: &App, person: &BrowserPerson, sent: &Sent) -> Result<CreatedToken> {
    app.limits.tokens_made_by.check(person.account).await?;
    let wanted = Wanted::of(sent.request()?, Utc::now())?;
    let mut tx = app.db.begin().await?;
    let most = app.config.tokens_per_account;
    let made = create::create(&mut tx, person.account, &wanted, most).await?;
    tx.commit().await?;
    Ok(made)
}

/// The field that a problem is about, and what the page says of it.
fn told(problem: &Problem, words: &'static TokenWords) -> Option<(&'static str, &'static str)> {
    if problem.kind == TOO_MANY_TOKENS.kind {
        return Some(("", words.too_many));
    }
    if problem.kind == PUBLISHERS_ONLY.kind {
        return Some(("", words.publishers_only));
    }
    let pointer = problem.errors.first()?.pointer.as_str();
    match pointer {
        "#/name" => Some(("name", words.bad_name)),
        "#/app" | "#/app_id" => Some(("app", words.bad_choice)),
        "#/days" | "#/expires_in_days" => Some(("days", words.bad_choice)),
        _ => Some(("scope", words.bad_choice)),
    }
}

async fn page(
    app: &App,
    (view, person): (&View, &BrowserPerson),
    paging: &Paging,
    outcome: &Outcome,
) -> Result<Response> {
    let (after, limit) = (paging.after(), paging.limit()?);
    let mut conn = app.db.acquire().await?;
    let tokens = store::listed(&mut conn, person.account, None, (after, limit)).await?;
    let apps = store::apps_of(&mut conn, person.account, MOST_APPS).await?;
    let publishes =
        person.role >= Role::Publisher || store::develops(&mut conn, person.account).await?;
    drop(conn);
    let page = TokensPage {
        words: TokenWords::of(view.language),
        publishes,
        listed: &paging.page(tokens, |token| token.id.0),
        is_first: after.is_none(),
        apps: &apps,
        scopes: [Scope::BuildsWrite, Scope::BuildsRead],
        home: app.site.urls().distribution.as_str(),
        now: Utc::now(),
        outcome,
        view,
    };
    let wrong = outcome.fault.is_some();
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut response = view.page_with(status, &page);
    if outcome.made.is_some() {
        let no_store = HeaderValue::from_static("no-store");
        response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    }
    Ok(response)
}

/// Names what would be revoked, before it is.
pub(super) async fn ask(
    State(app): State<App>,
    SignedInView { view, person }: SignedInView,
    path: Result<Path<TokenPath>>,
) -> Result<Response> {
    let Path(TokenPath { token }) = path.map_err(|_| NOT_FOUND)?;
    let mut conn = app.db.acquire().await?;
    let found = store::listed(&mut conn, person.account, Some(token), (None, 1)).await?;
    let token = found.first().ok_or(NOT_FOUND)?;
    Ok(view.page(&RevokePage { view: &view, words: TokenWords::of(view.language), token }))
}

pub(super) async fn revoke(
    State(app): State<App>,
    SignedInView { person, .. }: SignedInView,
    path: Result<Path<TokenPath>>,
    Form(_, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let Path(TokenPath { token }) = path.map_err(|_| NOT_FOUND)?;
    let mut tx = app.db.begin().await?;
    revocation::revoke(&mut tx, person.account, token).await?;
    tx.commit().await?;
    Ok(see_other(&format!("{PAGE}?revoked=true")))
}
