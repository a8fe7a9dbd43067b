//! The pages by which developers look after the builds of their apps.

mod compare_page;
mod edit;
mod edit_page;
mod fact_words;
mod facts;
mod groups;
mod list_page;
mod store;
mod symbols_page;
mod words;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use securevox_core::{Result, extract::Path, web::Language};
use securevox_protocol::{
    AppId, BuildId,
    apps::{AppDetails, AppRole},
};
use serde::Deserialize;
use sqlx::PgConnection;

use self::words::ManageWords;
use super::{managed::Managed, problem::NO_SUCH_BUILD};
use crate::{
    app::App,
    apps::{self, Actor, NO_SUCH_APP},
};

pub(super) use self::store::{groups_of, take};

/// The words for templates of other pages.
pub(crate) fn words(language: Language) -> &'static ManageWords {
    ManageWords::of(language)
}

#[derive(Deserialize)]
struct BuildPath {
    build: BuildId,
}

/// The build in the path, for whoever may change it.
async fn managed(app: &App, actor: Actor, path: Result<Path<BuildPath>>) -> Result<Managed> {
    let Path(BuildPath { build }) = path.map_err(|_| NO_SUCH_BUILD)?;
    Managed::by(app, actor, build).await
}

/// The app, for the head of its pages; its developers see them.
async fn details(conn: &mut PgConnection, actor: Actor, app: AppId) -> Result<AppDetails> {
    actor.in_app(&mut *conn, app).await?.require(AppRole::Developer)?;
    let found = apps::store::list_details(conn, actor, Some(app), (None, 1)).await?;
    Ok(found.into_iter().next().ok_or(NO_SUCH_APP)?)
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(super) fn pages() -> Router<App> {
    Router::new()
        .route("/admin/apps/{app}/builds", get(list_page::show))
        .route("/admin/builds/{build}", get(edit_page::show).post(edit_page::update))
        .route("/admin/builds/{build}/delete", post(edit_page::delete))
        .route("/admin/builds/{build}/compare", get(compare_page::show))
        .route("/admin/builds/{build}/groups/{group}", post(groups::change))
        .route("/admin/builds/{build}/symbols/{symbols}/delete", post(symbols_page::delete))
}

/// Pages that take as long as the line takes.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(super) fn transfer_pages() -> Router<App> {
    Router::new()
        .route("/admin/builds/{build}/symbols", post(symbols_page::add))
        .layer(DefaultBodyLimit::disable())
        .route("/admin/builds/{build}/symbols/{symbols}", get(symbols_page::download))
}
