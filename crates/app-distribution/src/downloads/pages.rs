//! The log of downloads as a page.

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{Result, extract::Query, web::View};
use securevox_protocol::{BuildId, Page, apps::AppDetails, downloads::BuildDownload};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    handlers,
    store::{self, Choice},
    wanted::Wanted,
    words::DownloadWords,
};
use crate::{access::AppView, app::App, words::DistributionWords};

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
    page: &'a Page<BuildDownload>,
    /// Whether it is not the first page.
    is_later: bool,
}

/// As the form sends it: "all" is an empty choice.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    build: String,
    after: Option<Uuid>,
}

impl Asked {
    pub(super) fn wanted(&self) -> Wanted {
        Wanted::page_of(self.build.parse().ok(), self.after)
    }
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let AppView { view, belonging, details } = &at;
    let mut conn = app.db.acquire().await?;
    let wanted = asked.wanted();
    let page = handlers::page(&mut conn, belonging, &wanted).await?;
    let builds = store::fetched(&mut conn, at.id()).await?;
    let page = DownloadsPage {
        words: DistributionWords::of(view.language),
        downloads: DownloadWords::of(view.language),
        app: details,
        builds: &builds,
        chosen: wanted.build,
        page: &page,
        is_later: asked.after.is_some(),
        view,
    };
    Ok(view.page(&page))
}
