use axum::extract::State;
use chrono::Utc;
use securevox_core::{
    Result,
    auth::Caller,
    extract::{Json, Paging, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
};
use securevox_protocol::{BuildId, Page, accounts::Role, builds::Build, tokens::Scope};

use super::{store, visible::Visible, wanted::Wanted};
use crate::app::App;

/// The builds the caller may see, newest first: those of their apps; all for administrators.
#[utoipa::path(get, path = "/api/builds", tag = "builds", params(Wanted),
    security(("bearer" = [])),
    responses((status = 200, body = Page<Build>), CallerProblems, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<Build>>> {
    caller.require(Scope::BuildsRead)?;
    let paging = Paging::new(wanted.limit, wanted.after);
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let role = caller.require_role(&mut conn, Role::User).await?;
    let only = caller.only_app();
    if only.is_some_and(|only| wanted.app.is_some_and(|app| app != only)) {
        return Ok(Json(Page { items: Vec::new(), next: None }));
    }
    let filter = store::Filter {
        account: caller.account,
        role,
        app: only.or(wanted.app),
        platform: wanted.platform,
    };
    let rows = store::list(&mut conn, filter, paging.after(), limit).await?;
    let page = paging.page(rows, |row| row.id.0);
    let items = page.items.into_iter().map(|row| row.shown(&app.addresses, Utc::now())).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// A build of one of the caller's apps.
#[utoipa::path(get, path = "/api/builds/{build}", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Build), CallerProblems, Missing))]
pub(super) async fn show(State(app): State<App>, visible: Visible) -> Json<Build> {
    Json(visible.build.shown(&app.addresses, Utc::now()))
}
