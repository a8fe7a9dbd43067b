//! Links that always lead to the newest build of a channel or branch that whoever follows them is
//! offered. Others learn nothing from them, not even which channels and branches there are.

use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::{IntoResponse as _, Response},
};
use chrono::Utc;
use securevox_core::{
    Error, Result,
    auth::Caller,
    extract::{Json, Path, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
    web::{SignedInView, View, see_other},
};
use securevox_protocol::{AppId, BuildId, accounts::Role, builds::Build, tokens::Scope};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    line::Line,
    store::{self, Among},
};
use crate::{
    access::{self, Actor, Viewer},
    app::App,
    builds::{self, NO_SUCH_BUILD},
};

/// The newest build of an app that installs, of a channel or branch if they are named; the newest
/// that is offered where none of them does. Members of the app, and whoever gets builds of it by a group
/// that their address is in.
#[utoipa::path(get, path = "/api/apps/{app}/latest", tag = "apps",
    params(("app" = AppId, Path), Line), security(("bearer" = [])),
    responses((status = 200, body = Build), CallerProblems, QueryProblems, Missing))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppId>,
    Query(line): Query<Line>,
) -> Result<Json<Build>> {
    caller.require(Scope::BuildsRead)?;
    let mut conn = app.db.acquire().await?;
    let role = caller.require_role(&mut conn, Role::User).await?;
    let viewer = Viewer::account(Actor { account: caller.account, role });
    let newest = newest(&mut conn, id, &line, &viewer).await?.ok_or(NO_SUCH_BUILD)?;
    drop(conn);
    builds::show_to(&app, &caller, newest).await.map(Json)
}

/// The newest build for whoever follows the link. Strangers are sent to sign in, or to where they
/// say the password, whatever line they name.
pub(super) struct Followed(BuildId);

#[derive(Deserialize)]
struct AppPath {
    app: AppId,
}

impl FromRequestParts<App> for Followed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match follow(parts, app).await.map_err(Error::into_response)? {
            Some(build) => Ok(Self(build)),
            None => match SignedInView::from_request_parts(parts, app).await {
                Ok(_) => Err(Error::from(NO_SUCH_BUILD).into_response()),
                Err(to_login) => Err(to_login),
            },
        }
    }
}

async fn follow(parts: &mut Parts, app: &App) -> Result<Option<BuildId>> {
    let path = Path::<AppPath>::from_request_parts(parts, app).await;
    let Ok(Path(AppPath { app: id })) = path else { return Ok(None) };
    let Query(line) = Query::<Line>::from_request_parts(parts, app).await?;
    let view = View::from_request_parts(parts, app).await?;
    let viewer = Viewer::of(parts, app, &view).await?;
    let mut conn = app.db.acquire().await?;
    if let Some(newest) = newest(&mut conn, id, &line, &viewer).await? {
        return Ok(Some(newest));
    }
    // Its page asks for the password. That of another line would tell that the line exists.
    let locked = access::password_of(&mut conn, id).await?.is_some();
    if !locked || newest(&mut conn, id, &Line::default(), &viewer).await?.is_some() {
        return Ok(None);
    }
    store::offered(&mut conn, id, (&Line::default(), Among::All), Utc::now()).await
}

/// Goes on to the page of the newest build.
pub(super) async fn open(Followed(newest): Followed) -> Response {
    see_other(&format!("/builds/{newest}"))
}

/// The newest build of the line that the viewer is offered.
async fn newest(
    conn: &mut PgConnection,
    app: AppId,
    line: &Line,
    viewer: &Viewer,
) -> Result<Option<BuildId>> {
    let now = Utc::now();
    let newest = store::offered(&mut *conn, app, (line, Among::All), now).await?;
    let Some(newest) = newest else { return Ok(None) };
    if viewer.sees(&mut *conn, (newest, app), now).await?.is_some() {
        return Ok(Some(newest));
    }
    // What makes one build differ from another of the same app is whom it was given to.
    let (account, tester) = viewer.ids();
    store::offered(conn, app, (line, Among::Given(account, tester)), now).await
}
