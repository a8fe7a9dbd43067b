//! From a desk to a phone: the page on the desk shows a code to its camera, which opens that one
//! build there, once, with the right of whoever looks at the desk and no session of theirs.
//!
//! The page behind the code does nothing by itself: cameras and chats look ahead into links.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::{Opaque, hex},
    extract::Path,
    http::ClientAddress,
    web::{Form, Nothing, View, see_other, unkept},
};
use securevox_protocol::BuildId;

use super::{store, words::InstallWords};
use crate::{
    access,
    app::{App, Who},
    words::{DistributionWords, PeopleWords},
};

/// The address that a code shows which opens `build` for `who`. Nothing for whom it would open no
/// more than the page does, or who has asked for too many.
pub(crate) async fn code(app: &App, build: BuildId, who: Who) -> Result<Option<String>> {
    if who == Who::Public || who.is_holder() {
        return Ok(None);
    }
    if app.limits.phone_codes_of.check(hex(&who.to_bytes())).await.is_err() {
        return Ok(None);
    }
    let (code, expires) = (Opaque::random(), Utc::now() + app.config.phone_code_lifetime.delta());
    let mut conn = app.db.acquire().await?;
    store::insert_code(&mut conn, &code.hash(), (build, who), expires).await?;
    Ok(Some(app.addresses.phone(&code)))
}

#[derive(Template)]
#[template(path = "install/phone.html")]
struct PhonePage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    people: &'static PeopleWords,
    install: &'static InstallWords,
    code: &'a str,
    /// Whether the code opens anything yet.
    is_fresh: bool,
    /// What it is for, or was.
    build: Option<BuildId>,
}

/// The button, or why there is none and which ways in are left.
pub(super) async fn show(
    State(app): State<App>,
    view: View,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response> {
    let now = Utc::now();
    let found = match code.parse::<Opaque>() {
        Ok(code) => store::find_code(&mut *app.db.acquire().await?, &code.hash(), now).await?,
        Err(()) => None,
    };
    let build = found.as_ref().map(|found| found.build_id);
    if let Some(build) = build
        && app.phones.who(&headers, build, now).is_some()
    {
        // The phone that used it opens the camera's link again.
        return Ok(see_other(&format!("/builds/{build}")));
    }
    Ok(page(&view, &code, (build, found.is_some_and(|found| found.is_fresh))))
}

/// Uses the code up, and opens its build here.
pub(super) async fn redeem(
    State(app): State<App>,
    address: ClientAddress,
    Path(text): Path<String>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    app.limits.of_strangers.tried_from.check(&address).await?;
    let Ok(code) = text.parse::<Opaque>() else { return Ok(page(&view, &text, (None, false))) };
    let now = Utc::now();
    let mut tx = app.db.begin().await?;
    let taken = store::take_code(&mut tx, &code.hash(), now).await?;
    let taken = taken.and_then(|(build, who)| Some((build, Who::from_bytes(&who)?)));
    let opened = match taken {
        Some((build, who)) if access::still_sees(&mut tx, build, who, now).await? => {
            Some((build, who))
        }
        _ => None,
    };
    let known = store::find_code(&mut tx, &code.hash(), now).await?;
    tx.commit().await?;
    let Some((build, who)) = opened else {
        return Ok(page(&view, &text, (known.map(|code| code.build_id), false)));
    };
    let expires = now + app.config.phone_lifetime.delta();
    let mut response = see_other(&format!("/builds/{build}"));
    let cookie = app.phones.keep((build, who), expires, now);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn page(view: &View, code: &str, (build, is_fresh): (Option<BuildId>, bool)) -> Response {
    let page = PhonePage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        install: InstallWords::of(view.language),
        code,
        is_fresh,
        build,
        view,
    };
    let status = if is_fresh { StatusCode::OK } else { StatusCode::GONE };
    unkept(view.page_with(status, &page))
}
