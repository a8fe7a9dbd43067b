use askama::Template;
use axum::{extract::State, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    audit::{self, Entry},
    auth::{Opaque, single_use},
    extract::Path,
    rate_limit::Within,
    translations,
    web::{Form, Nothing, View},
};
use securevox_protocol::{AccountId, Problem, history::Action};

use super::purpose;
use crate::{
    accounts,
    app::App,
    auth::{self, ACCOUNT_LOCKED, Wanted, arrive},
    limits::CodeUses,
    ways_in::WAYS,
};

const LINK_OVER: Problem =
    Problem::new(410, "/problems/let-in-over", "The sign-in link was used or has expired");

translations! {
    pub(super) LetInWords {
        title: "Sign in", "Accedi";
        lead: "This link was made for you by whoever runs the server. It works once.", "Questo link è stato creato per te da chi gestisce il server. Funziona una volta sola.";
        submit: "Sign in as", "Accedi come";
    }
}

#[derive(Template)]
#[template(path = "let_in.html")]
struct LetInPage<'a> {
    view: &'a View,
    words: &'static LetInWords,
    handle: &'a str,
}

/// A button: whatever looks into messages before people do uses nothing up.
pub(super) async fn show(
    State(app): State<App>,
    _: Within<CodeUses>,
    view: View,
    Path((account, code)): Path<(AccountId, String)>,
) -> Result<Response> {
    let code: Opaque = code.parse().map_err(|()| LINK_OVER)?;
    let mut conn = app.db.acquire().await?;
    if !single_use::is_valid(&mut conn, &code, &purpose(account), Utc::now()).await? {
        return Err(LINK_OVER.into());
    }
    let handle = accounts::store::find(&mut conn, account).await?.ok_or(LINK_OVER)?.handle;
    let words = LetInWords::of(view.language);
    Ok(view.page(&LetInPage { view: &view, words, handle: &handle }))
}

/// Signs in, and on to where the account can be linked with the provider, if there is one.
pub(super) async fn enter(
    State(app): State<App>,
    _: Within<CodeUses>,
    Path((account, code)): Path<(AccountId, String)>,
    Form(_, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let code: Opaque = code.parse().map_err(|()| LINK_OVER)?;
    let now = Utc::now();
    let mut tx = app.db.begin().await?;
    single_use::redeem(&mut tx, &code, &purpose(account), now).await?.ok_or(LINK_OVER)?;
    let found = accounts::store::lock(&mut tx, account).await?.ok_or(LINK_OVER)?;
    if found.disabled_at.is_some() {
        return Err(ACCOUNT_LOCKED.into());
    }
    let started = auth::in_browser(&mut tx, &app, account, now).await?;
    let (actor, target) = (Some(account), Some(started.session.0));
    let entry = Entry { actor, account: actor, action: Action::SignInLinkUsed, target };
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    app.forget(account, &started.ended, now).await;
    let wanted = match app.sso.name() {
        Some(_) => Wanted::here(WAYS),
        None => Wanted::default(),
    };
    arrive(&app, &started, &wanted, now).await
}
