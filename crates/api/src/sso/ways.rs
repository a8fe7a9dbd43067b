//! The page on which the owner of an account links it with identities, and unlinks it.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::Response,
};
use chrono::Utc;
use securevox_core::{
    Result, translations,
    web::{Form, Nothing, SignedInView, View, see_other},
};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

use super::{
    attempt::{self, Attempt},
    enter, store,
};
use crate::{
    app::App,
    auth::{SESSION_ENDED, Wanted},
    ways_in::WAYS,
};

translations! {
    pub(super) WaysWords {
        title: "Single sign-on", "Single sign-on";
        lead: "Whoever signs in at the provider as one of these people comes in as you.", "Chi accede presso il provider come una di queste persone entra qui come te.";
        none: "This account is not linked with anybody at the provider yet.", "Questo account non è ancora collegato a nessuno presso il provider.";
        linked: "Linked", "Collegato il";
        used: "last used", "ultimo uso";
        unused: "never used", "mai usato";
        unlink: "Unlink", "Scollega";
        link: "Link with", "Collega con";
        onward: "On to", "Si va a";
        onward_lead: "Sign in there with the account that you want to link.", "Accedi lì con l’account che vuoi collegare.";
        go_on: "Go on", "Continua";
        apps: "To the apps", "Alle app";
    }
}

#[derive(Template)]
#[template(path = "sso/ways.html")]
struct WaysPage<'a> {
    view: &'a View,
    words: &'static WaysWords,
    provider: &'a str,
    identities: &'a [store::Identity],
    apps: &'a Url,
}

/// Leads on by itself; a form that ended at the provider would be refused by browsers.
#[derive(Template)]
#[template(path = "sso/onward.html")]
struct OnwardPage<'a> {
    view: &'a View,
    words: &'static WaysWords,
    provider: &'a str,
    next: &'a Url,
}

#[derive(Deserialize)]
pub(super) struct Unlink {
    identity: Uuid,
}

pub(super) async fn show(
    State(app): State<App>,
    SignedInView { view, person }: SignedInView,
) -> Result<Response> {
    let provider = &app.sso.provider()?.settings.name;
    let mut conn = app.db.acquire().await?;
    let identities = store::list(&mut conn, person.account).await?;
    let words = WaysWords::of(view.language);
    let apps = &app.site.urls().distribution;
    let page = WaysPage { view: &view, words, provider, identities: &identities, apps };
    Ok(view.page(&page))
}

/// To the provider, to be linked with whoever signs in there.
pub(super) async fn link(
    State(app): State<App>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let provider = app.sso.provider()?;
    let account = view.person.as_ref().ok_or(SESSION_ENDED)?.account;
    let attempt = Attempt::new(Some(account), Wanted::default());
    let metadata = provider.metadata().await?;
    let mut tx = app.db.begin().await?;
    let begun = (&attempt, &*metadata);
    let next = attempt::begin(&mut tx, provider, begun, &view, Utc::now()).await?;
    tx.commit().await?;
    let (words, provider) = (WaysWords::of(view.language), &provider.settings.name);
    let mut page = view.page(&OnwardPage { view: &view, words, provider, next: &next });
    if let Ok(onward) = HeaderValue::try_from(format!("0; url={next}")) {
        page.headers_mut().insert(HeaderName::from_static("refresh"), onward);
    }
    Ok(page)
}

pub(super) async fn unlink(
    State(app): State<App>,
    Form(view, Unlink { identity }): Form<Unlink>,
) -> Result<Response> {
    app.sso.provider()?;
    let account = view.person.ok_or(SESSION_ENDED)?.account;
    let mut tx = app.db.begin().await?;
    enter::unlink(&mut tx, account, identity, !app.sso.only).await?;
    tx.commit().await?;
    Ok(see_other(WAYS))
}
