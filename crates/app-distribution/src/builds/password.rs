//! The password that opens the install pages of an app.

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::Response,
};
use chrono::Utc;
use secrecy::SecretString;
use securevox_core::{
    Result,
    auth::PasswordRefused,
    extract::Path,
    http::ClientAddress,
    web::{Form, View, see_other},
};
use securevox_protocol::BuildId;
use serde::Deserialize;

use super::{problem::NO_SUCH_BUILD, store};
use crate::{
    access,
    app::App,
    words::{DistributionWords, PeopleWords},
};

#[derive(Template)]
#[template(path = "build/password.html")]
struct PasswordPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    people: &'static PeopleWords,
    build: BuildId,
    wrong: bool,
}

#[derive(Deserialize)]
pub(super) struct Tried {
    password: String,
}

/// Asks for it.
pub(super) fn page(view: &View, build: BuildId, wrong: bool) -> Response {
    let status = if wrong { StatusCode::FORBIDDEN } else { StatusCode::OK };
    let words = DistributionWords::of(view.language);
    let people = PeopleWords::of(view.language);
    let page = PasswordPage { view, words, people, build, wrong };
    view.page_with(status, &page)
}

/// Whoever knows it is remembered by a cookie.
pub(super) async fn enter(
    State(app): State<App>,
    address: ClientAddress,
    Path(build): Path<BuildId>,
    Form(view, tried): Form<Tried>,
) -> Result<Response> {
    app.limits.of_strangers.tried_from.check(&address).await?;
    let now = Utc::now();
    let mut conn = app.db.acquire().await?;
    let row = store::find(&mut conn, build).await?.ok_or(NO_SUCH_BUILD)?;
    let shown = access::is_shown(&mut conn, build, now).await?;
    let hash = access::password_of(&mut conn, row.app()).await?;
    // Not held while the password is hashed: connections are few.
    drop(conn);
    let hash = hash.filter(|_| shown).ok_or(NO_SUCH_BUILD)?;
    // For each address by itself: nobody can shut out those who know it.
    let wrong = &app.limits.of_strangers.wrong_passwords;
    let tried_by = format!("{} {address}", row.app());
    wrong.still(&tried_by)?;
    let password = SecretString::from(tried.password);
    if let Err(PasswordRefused) = app.passwords.verify(password, Some(hash.clone())).await? {
        app.gate.failures.with_label_values(&["app-password"]).inc();
        wrong.check(&tried_by).await?;
        return Ok(page(&view, build, true));
    }
    let expires = now + app.people.password_lifetime.delta();
    let mut response = see_other(&format!("/builds/{build}"));
    let cookie = app.cookies.unlock(row.app(), &hash, expires, now);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
