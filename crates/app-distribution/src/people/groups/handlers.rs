use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use securevox_core::{
    Result,
    extract::{Json, Paging, Path, Query},
    openapi::{BodyProblems, CallerProblems, Conflict, Limited, Missing, QueryProblems},
    web::{Language, Span},
};
use securevox_protocol::{
    AppId, GroupId, JoinLinkId, Page, TesterId,
    testers::{
        AttachApp, CreateGroup, CreateJoinLink, CreatedJoinLink, Group, InviteTesters,
        InvitedTester, JoinLink, NameGroup, Tester,
    },
};
use serde::Deserialize;

use super::{
    change::{self, Charge, Known},
    invite as inviting, store,
};
use crate::{access::Actor, app::App};

#[derive(Deserialize)]
pub(in crate::people) struct AppPath {
    app: AppId,
}

#[derive(Deserialize)]
pub(in crate::people) struct TesterPath {
    tester: TesterId,
}

#[derive(Deserialize)]
pub(in crate::people) struct LinkPath {
    link: JoinLinkId,
}

/// The groups the caller knows of, newest first: those with an app they manage, and those they made
/// that have none; all for administrators. `may_change` says which they may change: those of
/// whose apps they manage all.
#[utoipa::path(get, path = "/api/groups", tag = "groups", params(Paging),
    security(("bearer" = [])),
    responses((status = 200, body = Page<Group>), CallerProblems, QueryProblems))]
pub(in crate::people) async fn list(
    State(app): State<App>,
    actor: Actor,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Group>>> {
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let groups = store::list(&mut conn, actor, None, Span::after(paging.after(), limit)).await?;
    Ok(Json(paging.page(groups, |group| group.id.0)))
}

/// Makes a group. Publishers and administrators.
#[utoipa::path(post, path = "/api/groups", tag = "groups", security(("bearer" = [])),
    request_body = CreateGroup,
    responses((status = 201, body = Group), (status = 200, description = "It was made before, with this id", body = Group), CallerProblems, Conflict, BodyProblems))]
pub(in crate::people) async fn create(
    State(app): State<App>,
    actor: Actor,
    Json(request): Json<CreateGroup>,
) -> Result<(StatusCode, Json<Group>)> {
    let mut tx = app.db.begin().await?;
    let (written, group) = change::create(&mut tx, actor, &request).await?;
    tx.commit().await?;
    Ok((written.status(), Json(group)))
}

/// A group with an app that the caller manages, or that they may change.
#[utoipa::path(get, path = "/api/groups/{group}", tag = "groups",
    params(("group" = GroupId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Group), CallerProblems, Missing))]
pub(in crate::people) async fn show(known: Known) -> Json<Group> {
    Json(known.group)
}

/// Gives a group another name.
#[utoipa::path(patch, path = "/api/groups/{group}", tag = "groups",
    params(("group" = GroupId, Path)), security(("bearer" = [])), request_body = NameGroup,
    responses((status = 200, body = Group), CallerProblems, Missing, BodyProblems))]
pub(in crate::people) async fn rename(
    State(app): State<App>,
    charge: Charge,
    Json(request): Json<NameGroup>,
) -> Result<Json<Group>> {
    let mut tx = app.db.begin().await?;
    let group = change::rename(&mut tx, &charge, &request.name).await?;
    tx.commit().await?;
    Ok(Json(group))
}

/// Deletes a group; its testers lose what they had by it.
#[utoipa::path(delete, path = "/api/groups/{group}", tag = "groups",
    params(("group" = GroupId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It is gone"), CallerProblems, Missing))]
pub(in crate::people) async fn delete(
    State(app): State<App>,
    charge: Charge,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    change::delete(&mut tx, &charge).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The group gets builds of an app, which the caller manages: every one, every one of a channel,
/// or those that are given to it.
#[utoipa::path(put, path = "/api/groups/{group}/apps/{app}", tag = "groups",
    params(("group" = GroupId, Path), ("app" = AppId, Path)), security(("bearer" = [])),
    request_body = AttachApp,
    responses((status = 200, body = Group), CallerProblems, Missing, BodyProblems))]
pub(in crate::people) async fn attach(
    State(app): State<App>,
    charge: Charge,
    Path(path): Path<AppPath>,
    Json(request): Json<AttachApp>,
) -> Result<Json<Group>> {
    let mut tx = app.db.begin().await?;
    let group = change::attach(&mut tx, &charge, path.app, &request).await?;
    tx.commit().await?;
    Ok(Json(group))
}

/// The group gets nothing of an app any more, which the caller manages, not even builds that were
/// given to it.
#[utoipa::path(delete, path = "/api/groups/{group}/apps/{app}", tag = "groups",
    params(("group" = GroupId, Path), ("app" = AppId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It does not"), CallerProblems, Missing))]
pub(in crate::people) async fn detach(
    State(app): State<App>,
    known: Known,
    Path(path): Path<AppPath>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    change::detach(&mut tx, &known, path.app).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The testers of a group.
#[utoipa::path(get, path = "/api/groups/{group}/testers", tag = "groups",
    params(("group" = GroupId, Path), Paging), security(("bearer" = [])),
    responses((status = 200, body = Page<Tester>), CallerProblems, Missing, QueryProblems))]
pub(in crate::people) async fn testers(
    State(app): State<App>,
    known: Known,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Tester>>> {
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let span = Span::after(paging.after(), limit);
    let testers = store::testers(&mut conn, (known.id(), None), span).await?;
    Ok(Json(paging.page(testers, |tester| tester.id.0)))
}

/// Adds testers by their addresses, with names or without. Each is mailed a link that signs them in;
/// where mail is off the answer has it, to be passed on.
#[utoipa::path(post, path = "/api/groups/{group}/testers", tag = "groups",
    params(("group" = GroupId, Path)), security(("bearer" = [])), request_body = InviteTesters,
    responses((status = 200, body = Page<InvitedTester>), CallerProblems, Missing, BodyProblems, Limited))]
pub(in crate::people) async fn invite(
    State(app): State<App>,
    charge: Charge,
    headers: HeaderMap,
    Json(request): Json<InviteTesters>,
) -> Result<Json<Page<InvitedTester>>> {
    let invitees = inviting::check(&request.emails)?;
    let mut tx = app.db.begin().await?;
    let language = Language::of(&headers);
    let items = inviting::invite(&mut tx, &app, &charge, (&invitees, language)).await?;
    tx.commit().await?;
    Ok(Json(Page { items, next: None }))
}

/// Removes a tester from a group.
#[utoipa::path(delete, path = "/api/groups/{group}/testers/{tester}", tag = "groups",
    params(("group" = GroupId, Path), ("tester" = TesterId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "They are not in it any more"), CallerProblems, Missing))]
pub(in crate::people) async fn remove(
    State(app): State<App>,
    charge: Charge,
    Path(path): Path<TesterPath>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    change::remove(&mut tx, &charge, path.tester).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a tester from all groups and ends their sessions. Whoever may change all of those.
#[utoipa::path(delete, path = "/api/testers/{tester}", tag = "groups",
    params(("tester" = TesterId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "They see nothing any more"), CallerProblems, Missing))]
pub(in crate::people) async fn forget(
    State(app): State<App>,
    actor: Actor,
    path: Result<Path<TesterPath>>,
) -> Result<StatusCode> {
    let Path(path) = path.map_err(|_| change::NO_SUCH_TESTER)?;
    let mut tx = app.db.begin().await?;
    change::forget(&mut tx, actor, path.tester).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The links by which people join a group, newest first.
#[utoipa::path(get, path = "/api/groups/{group}/links", tag = "groups",
    params(("group" = GroupId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Page<JoinLink>), CallerProblems, Missing))]
pub(in crate::people) async fn links(
    State(app): State<App>,
    charge: Charge,
) -> Result<Json<Page<JoinLink>>> {
    let mut conn = app.db.acquire().await?;
    let items = store::links(&mut conn, charge.id()).await?;
    Ok(Json(Page { items, next: None }))
}

/// Makes a link by which people join a group by themselves, once a mail has proven their address.
#[utoipa::path(post, path = "/api/groups/{group}/links", tag = "groups",
    params(("group" = GroupId, Path)), security(("bearer" = [])), request_body = CreateJoinLink,
    responses((status = 201, body = CreatedJoinLink), (status = 200, description = "It was made before, with this id", body = CreatedJoinLink), CallerProblems, Missing, Conflict, BodyProblems))]
pub(in crate::people) async fn create_link(
    State(app): State<App>,
    charge: Charge,
    Json(request): Json<CreateJoinLink>,
) -> Result<(StatusCode, Json<CreatedJoinLink>)> {
    let mut tx = app.db.begin().await?;
    let (written, link, code) =
        change::create_link(&mut tx, &app.secret, &charge, &request).await?;
    tx.commit().await?;
    let url = app.addresses.join(&code);
    Ok((written.status(), Json(CreatedJoinLink { link, url })))
}

/// Withdraws a link by which people join.
#[utoipa::path(delete, path = "/api/groups/{group}/links/{link}", tag = "groups",
    params(("group" = GroupId, Path), ("link" = JoinLinkId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "Nobody joins by it any more"), CallerProblems, Missing))]
pub(in crate::people) async fn withdraw_link(
    State(app): State<App>,
    charge: Charge,
    Path(path): Path<LinkPath>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    change::withdraw_link(&mut tx, &charge, path.link).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
