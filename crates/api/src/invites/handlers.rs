use axum::{extract::State, http::StatusCode};
use chrono::{TimeDelta, Utc};
use securevox_core::{
    Error, Result,
    audit::{self, Entry},
    auth::{Opaque, SignedIn},
    error::NOT_FOUND,
    extract::{Checks, Json, Paging, Path, Query},
    openapi::{BodyProblems, CallerProblems, Conflict, Limited, Missing, QueryProblems},
    rate_limit::Within,
};
use securevox_protocol::{
    InviteId, Page, Problem,
    accounts::Role,
    history::Action,
    invites::{CreateInvite, CreatedInvite, Invite},
};

use super::store;
use crate::{accounts, app::App, limits::InviteCreations};

const ADMINISTRATORS_ONLY: Problem = Problem::new(
    403,
    "/problems/administrators-only",
    "Only administrators invite more than one person, or to another role",
);
const TOO_MANY_INVITES: Problem =
    Problem::new(409, "/problems/too-many-invites", "The account has too many open invitations");

/// The open invitations of the caller, newest first.
#[utoipa::path(get, path = "/v1/invites", tag = "invites", params(Paging),
    security(("bearer" = [])),
    responses((status = 200, body = Page<Invite>), CallerProblems, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    caller: SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Invite>>> {
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let invites = store::list(&mut conn, caller.account, paging.after(), limit).await?;
    Ok(Json(paging.page(invites, |invite| invite.id.0)))
}

/// Makes an invitation. The code is shown this once.
#[utoipa::path(post, path = "/v1/invites", tag = "invites", security(("bearer" = [])),
    request_body = CreateInvite,
    responses((status = 201, body = CreatedInvite), CallerProblems, BodyProblems, Conflict, Limited))]
pub(super) async fn create(
    State(app): State<App>,
    Within(caller): Within<InviteCreations>,
    Json(request): Json<CreateInvite>,
) -> Result<(StatusCode, Json<CreatedInvite>)> {
    let role = request.role.unwrap_or(Role::User);
    let uses = request.uses.unwrap_or(1);
    let hours = request.expires_in_hours.unwrap_or(168);
    let mut checks = Checks::default();
    checks.require((1..=1_000).contains(&uses), "#/uses", "must be 1 to 1000");
    checks.require((1..=720).contains(&hours), "#/expires_in_hours", "must be 1 to 720");
    checks.finish()?;

    let mut tx = app.db.begin().await?;
    let account = accounts::store::lock(&mut tx, caller.account).await?.ok_or(NOT_FOUND)?;
    if account.role != Role::Admin && (uses > 1 || role != Role::User) {
        return Err(ADMINISTRATORS_ONLY.into());
    }
    let now = Utc::now();
    let most = i64::from(app.config.invites_per_account);
    if store::count(&mut tx, caller.account, now).await? >= most {
        let detail = format!("{most} are allowed; withdraw one first.");
        return Err(TOO_MANY_INVITES.with_detail(detail).into());
    }
    let code = Opaque::random();
    let expires = now + TimeDelta::hours(hours.into());
    let uses = i32::try_from(uses).map_err(|_| Error::invalid_field("#/uses", "is too large"))?;
    let made = (caller.account, role, uses, expires);
    let invite = store::insert(&mut tx, &code.hash(), made).await?;
    let (actor, target) = (Some(caller.account), Some(invite.id.0));
    let entry = Entry { actor, account: actor, action: Action::InviteCreated, target };
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(CreatedInvite { invite, code: code.to_string() })))
}

/// Withdraws an invitation of the caller.
#[utoipa::path(delete, path = "/v1/invites/{invite}", tag = "invites",
    params(("invite" = InviteId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "Withdrawn"), CallerProblems, Missing))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: SignedIn,
    Path(invite): Path<InviteId>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    if !store::delete(&mut tx, caller.account, invite).await? {
        return Err(NOT_FOUND.into());
    }
    let (actor, target) = (Some(caller.account), Some(invite.0));
    let entry = Entry { actor, account: actor, action: Action::InviteWithdrawn, target };
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
