use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use secrecy::SecretString;
use securevox_core::{
    Error, Result,
    audit::{self, Entry},
    auth::{PasswordRefused, SignedIn},
    error::NOT_FOUND,
    extract::{Checks, Json, Paging, Query},
    openapi::{BodyProblems, CallerProblems, Limited, Missing, QueryProblems},
};
use securevox_protocol::{
    Page,
    accounts::{Account, Activity, ChangePassword, UpdateAccount},
    history::Action,
};

use super::{check_email, check_password, problem::WRONG_PASSWORD, require_passwords, store};
use crate::{app::App, sessions::revoke};

/// The caller's account.
#[utoipa::path(get, path = "/v1/account", tag = "account", security(("bearer" = [])),
    responses((status = 200, body = Account), CallerProblems, Missing))]
pub(super) async fn show(State(app): State<App>, caller: SignedIn) -> Result<Json<Account>> {
    let mut conn = app.db.acquire().await?;
    Ok(Json(store::find(&mut conn, caller.account).await?.ok_or(NOT_FOUND)?))
}

/// Changes the caller's account.
#[utoipa::path(patch, path = "/v1/account", tag = "account", security(("bearer" = [])),
    request_body = UpdateAccount,
    responses((status = 200, body = Account), CallerProblems, Missing, BodyProblems))]
pub(super) async fn update(
    State(app): State<App>,
    caller: SignedIn,
    Json(request): Json<UpdateAccount>,
) -> Result<Json<Account>> {
    let mut tx = app.db.begin().await?;
    if let Some(email) = request.email {
        let email = Some(email.as_str()).filter(|email| !email.is_empty());
        let mut checks = Checks::default();
        check_email(&mut checks, email, "#/email");
        checks.finish()?;
        store::set_email(&mut tx, caller.account, email).await?;
    }
    let account = store::find(&mut tx, caller.account).await?.ok_or(NOT_FOUND)?;
    tx.commit().await?;
    Ok(Json(account))
}

/// Changes the caller's password and ends all other sessions of the account.
#[utoipa::path(post, path = "/v1/account/password", tag = "account", security(("bearer" = [])),
    request_body = ChangePassword,
    responses((status = 204, description = "Changed"), CallerProblems, BodyProblems, Limited))]
pub(super) async fn change_password(
    State(app): State<App>,
    caller: SignedIn,
    Json(request): Json<ChangePassword>,
) -> Result<StatusCode> {
    require_passwords(&app.sso)?;
    let mut checks = Checks::default();
    check_password(&mut checks, &request.new_password, "#/new_password");
    checks.finish()?;
    // Only what is a guess counts.
    app.limits.password_changes_of.check(&caller.account).await?;

    let mut conn = app.db.acquire().await?;
    let current = store::password_hash(&mut conn, caller.account).await?;
    drop(conn);
    let password = SecretString::from(request.current_password);
    let refused = || Error::from(WRONG_PASSWORD);
    let proven = app.passwords.verify(password, current.clone()).await?;
    proven.map_err(|PasswordRefused| refused())?;
    let current = current.ok_or_else(refused)?;
    let hash = app.passwords.hash(SecretString::from(request.new_password)).await?;

    let now = Utc::now();
    let mut tx = app.db.begin().await?;
    if !store::replace_password(&mut tx, caller.account, &current, &hash).await? {
        return Err(refused());
    }
    let of = revoke::Of::AllBut(caller.session);
    let ended = revoke::revoke(&mut tx, caller.account, of, Action::SessionRevoked, now).await?;
    let actor = Some(caller.account);
    let entry = Entry { actor, account: actor, action: Action::PasswordChanged, target: None };
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    app.forget(caller.account, &ended, now).await;
    Ok(StatusCode::NO_CONTENT)
}

/// What happened to the caller's account, newest first: sign-ins, revocations, a copied refresh token.
#[utoipa::path(get, path = "/v1/account/activity", tag = "account", params(Paging),
    security(("bearer" = [])),
    responses((status = 200, body = Page<Activity>), CallerProblems, QueryProblems))]
pub(super) async fn activity(
    State(app): State<App>,
    caller: SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Activity>>> {
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let rows = store::activity(&mut conn, caller.account, paging.after(), limit).await?;
    let page = paging.page(rows, |(id, _)| *id);
    let items = page.items.into_iter().map(|(_, activity)| activity).collect();
    Ok(Json(Page { items, next: page.next }))
}
