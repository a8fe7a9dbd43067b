//! The log of downloads as a page.

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::Query,
    web::{Beside, Turn, View},
};
use securevox_protocol::{BuildId, apps::AppDetails, downloads::BuildDownload};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    store::{self, Choice},
    wanted::Wanted,
    words::DownloadWords,
};
use crate::{access::AppView, app::App, words::DistributionWords};

const ON_A_PAGE: u16 = 50;

#[derive(Template)]
#[template(path = "downloads.html")]
struct DownloadsPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    downloads: &'static DownloadWords,
    app: &'a AppDetails,
    /// The builds that there is something to show of.
    builds: &'a [Choice],
    chosen: Option<BuildId>,
    items: &'a [BuildDownload],
    beside: Beside,
}

/// As the form sends it: "all" is an empty choice.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    build: String,
    after: Option<Uuid>,
    before: Option<Uuid>,
}

impl Asked {
    /// The same for a table, which has no parts.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted { build: self.build(), limit: None, after: self.after }
    }

    fn build(&self) -> Option<BuildId> {
        self.build.parse().ok()
    }
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let AppView { view, details, .. } = &at;
    let (id, chosen) = (at.id(), asked.build());
    let turn = Turn { after: asked.after, before: asked.before };
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, (id, chosen), turn.span(ON_A_PAGE)).await?;
    let builds = store::fetched(&mut conn, id).await?;
    drop(conn);
    let found = turn.part(ON_A_PAGE, rows, |row| row.id.0);
    let of_build = chosen.map(|build| build.to_string()).unwrap_or_default();
    let beside =
        found.beside(&format!("/admin/apps/{id}/downloads"), &[("build", of_build.as_str())]);
    let items: Vec<_> = found.items.into_iter().map(store::Row::told).collect();
    let page = DownloadsPage {
        words: DistributionWords::of(view.language),
        downloads: DownloadWords::of(view.language),
        app: details,
        builds: &builds,
        chosen,
        items: &items,
        beside,
        view,
    };
    Ok(view.page(&page))
}
