//! All builds of an app, to find one.

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::Query,
    web::{Beside, Turn, View},
};
use securevox_protocol::{apps::AppDetails, builds::BuildStatus};
use serde::Deserialize;
use uuid::Uuid;

use super::{ManageWords, store};
use crate::{access::AppView, app::App, words::DistributionWords};

const ON_A_PAGE: u16 = 30;

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
    before: Option<Uuid>,
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
    beside: Beside,
    address: &'a str,
}

impl Wanted {
    fn is_any(&self) -> bool {
        self.pairs().iter().all(|(_, text)| text.is_empty())
    }

    fn pairs(&self) -> [(&str, &str); 4] {
        [
            ("q", &self.q),
            ("channel", &self.channel),
            ("branch", &self.branch),
            ("status", &self.status),
        ]
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
    let turn = Turn { after: wanted.after, before: wanted.before };
    let given = |text| Some(str::trim(text)).filter(|text| !text.is_empty());
    let sought = store::Sought {
        text: given(&wanted.q),
        channel: given(&wanted.channel),
        branch: given(&wanted.branch),
        status: wanted.status.parse().ok(),
    };
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, id, &sought, turn.span(ON_A_PAGE)).await?;
    let (channels, branches) = store::lines(&mut conn, id).await?;
    drop(conn);
    let found = turn.part(ON_A_PAGE, rows, |row| row.id.0);
    let page = ListPage {
        words: DistributionWords::of(view.language),
        manage: ManageWords::of(view.language),
        app: &at.details,
        builds: &found.items,
        channels: &channels,
        branches: &branches,
        beside: found.beside(&format!("/admin/apps/{id}/builds"), &wanted.pairs()),
        wanted: &wanted,
        address: app.addresses.root(),
        view,
    };
    Ok(view.page(&page))
}
