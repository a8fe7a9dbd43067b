//! All builds of an app, to find one.

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::{Paging, Query},
    web::View,
};
use securevox_protocol::{AppId, apps::AppDetails, builds::BuildStatus};
use serde::Deserialize;
use uuid::Uuid;

use super::{ManageWords, store};
use crate::{access::AppView, app::App, words::DistributionWords};

const ON_A_PAGE: u32 = 30;

/// What the form above the list asks for; an empty field asks for nothing.
#[derive(Clone, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    branch: String,
    #[serde(default)]
    status: String,
    after: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "manage/builds.html")]
struct ListPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    manage: &'static ManageWords,
    app: &'a AppDetails,
    builds: &'a [store::Listed],
    channels: &'a [String],
    branches: &'a [String],
    wanted: &'a Wanted,
    /// The page after this one.
    next: Option<String>,
    address: &'a str,
}

impl Wanted {
    fn is_any(&self) -> bool {
        [&self.q, &self.channel, &self.branch, &self.status].iter().all(|text| text.is_empty())
    }

    /// The same list from `after` on.
    fn address(&self, app: AppId, after: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("q", self.q.as_str()),
            ("channel", &self.channel),
            ("branch", &self.branch),
            ("status", &self.status),
            ("after", after),
        ];
        query.extend_pairs(fields.into_iter().filter(|(_, value)| !value.is_empty()));
        format!("/admin/apps/{app}/builds?{}", query.finish())
    }
}

impl ListPage<'_> {
    fn downloads(&self, count: i64) -> String {
        match count {
            1 => self.manage.one_download.to_owned(),
            count => format!("{count} {}", self.manage.downloads),
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (view, id) = (&at.view, at.id());
    let paging = Paging::new(Some(ON_A_PAGE), wanted.after);
    let given = |text| Some(str::trim(text)).filter(|text| !text.is_empty());
    let sought = store::Sought {
        text: given(&wanted.q),
        channel: given(&wanted.channel),
        branch: given(&wanted.branch),
        status: wanted.status.parse().ok(),
    };
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, id, &sought, (paging.after(), paging.limit()?)).await?;
    let (channels, branches) = store::lines(&mut conn, id).await?;
    drop(conn);
    let found = paging.page(rows, |row| row.id.0);
    let page = ListPage {
        words: DistributionWords::of(view.language),
        manage: ManageWords::of(view.language),
        app: &at.details,
        builds: &found.items,
        channels: &channels,
        branches: &branches,
        next: found.next.map(|after| wanted.address(id, &after)),
        wanted: &wanted,
        address: app.addresses.root(),
        view,
    };
    Ok(view.page(&page))
}
