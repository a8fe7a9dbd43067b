//! The log of downloads as JSON.

use axum::extract::State;
use securevox_core::{
    Result,
    extract::{Json, Paging, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
    web::Span,
};
use securevox_protocol::{AppId, Page, apps::AppRole, downloads::BuildDownload};

use super::{store, wanted::Wanted};
use crate::{access::Belonging, agent::Agent, app::App};

/// Who fetched builds of an app, newest first. Its developers, managers and owners.
#[utoipa::path(get, path = "/api/apps/{app}/downloads", tag = "apps",
    params(("app" = AppId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, body = Page<BuildDownload>), CallerProblems, Missing, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    belonging: Belonging,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<BuildDownload>>> {
    belonging.require(AppRole::Developer)?;
    let paging = Paging::new(wanted.limit, wanted.after);
    let span = Span::after(paging.after(), paging.limit()?);
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, (belonging.app, wanted.build), span).await?;
    let Page { items, next } = paging.page(rows, |row| row.id.0);
    Ok(Json(Page { items: items.into_iter().map(store::Row::told).collect(), next }))
}

impl store::Row {
    pub(super) fn told(self) -> BuildDownload {
        BuildDownload {
            device: Agent::read(self.agent.as_deref().unwrap_or_default()).exact(),
            id: self.id,
            build_id: self.build_id,
            version: self.version,
            build_number: self.build_number,
            via: self.via,
            account_id: self.account_id,
            handle: self.handle,
            tester_id: self.tester_id,
            email: self.email,
            started_at: self.started_at,
        }
    }
}
