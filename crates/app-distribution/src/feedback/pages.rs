//! The page of feedback, for the developers of an app.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use securevox_core::{
    Result,
    extract::{Path, Query},
    web::{Beside, Nothing, Turn, View},
};
use securevox_protocol::{BuildId, FeedbackId, apps::AppDetails, feedback::FeedbackKey};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::{handlers, key, listed::Listed, store, wanted::Wanted, words::FeedbackWords};
use crate::{
    access::{AppForm, AppView, NO_SUCH_APP},
    app::App,
    done::{Done, done},
    words::DistributionWords,
};

/// Entries on a page.
const SHOWN: u16 = 25;

#[derive(Template)]
#[template(path = "feedback/app.html")]
struct FeedbackPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    own: &'static FeedbackWords,
    app: &'a AppDetails,
    wanted: &'a Asked,
    /// Builds to choose from.
    builds: &'a [store::Choice],
    list: &'a [Listed],
    beside: Beside,
    key: Option<&'a FeedbackKey>,
    manages: bool,
}

#[derive(Deserialize)]
pub(super) struct FeedbackPath {
    feedback: FeedbackId,
}

/// What the form of the page asks for; what is not chosen is empty.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default, deserialize_with = "chosen")]
    build: Option<BuildId>,
    #[serde(default, deserialize_with = "chosen")]
    rating: Option<i16>,
    #[serde(default, deserialize_with = "chosen")]
    resolved: Option<bool>,
    #[serde(default, deserialize_with = "chosen")]
    after: Option<Uuid>,
    #[serde(default, deserialize_with = "chosen")]
    before: Option<Uuid>,
}

fn chosen<'de, D: Deserializer<'de>, T: std::str::FromStr>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    Ok(String::deserialize(deserializer)?.parse().ok())
}

impl Asked {
    /// The same without the place in the list.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs()).finish()
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [
            ("build", self.build.map(|build| build.to_string())),
            ("rating", self.rating.map(|stars| stars.to_string())),
            ("resolved", self.resolved.map(|resolved| resolved.to_string())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn is_anything(&self) -> bool {
        self.build.is_some() || self.rating.is_some() || self.resolved.is_some()
    }
}

#[derive(Deserialize)]
pub(super) struct Resolve {
    resolved: bool,
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(wanted): Query<Asked>,
) -> Result<Response> {
    let (view, id) = (&at.view, at.id());
    let asked = Wanted {
        limit: None,
        after: None,
        build: wanted.build,
        rating: wanted.rating.filter(|stars| (1..=5).contains(stars)),
        resolved: wanted.resolved,
    };
    let turn = Turn { after: wanted.after, before: wanted.before };
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, id, (&asked, None), turn.span(SHOWN)).await?;
    let builds = store::choices(&mut conn, id).await?;
    let key = store::key_of(&mut conn, id, &app.addresses).await?;
    drop(conn);
    let rows = turn.part(SHOWN, rows, |row| row.id.0);
    let pairs = wanted.pairs();
    let pairs: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let beside = rows.beside(&format!("/admin/apps/{id}/feedback"), &pairs);
    let list: Vec<Listed> =
        rows.items.into_iter().map(|row| Listed { entry: row.shown(&app.addresses) }).collect();
    let page = FeedbackPage {
        words: DistributionWords::of(view.language),
        own: FeedbackWords::of(view.language),
        app: &at.details,
        builds: &builds,
        list: &list,
        beside,
        wanted: &wanted,
        key: key.as_ref(),
        manages: at.manages(),
        view,
    };
    Ok(view.page(&page))
}

/// The picture, for the list and in full.
pub(super) async fn screenshot(
    State(app): State<App>,
    at: AppView,
    path: Result<Path<FeedbackPath>>,
    headers: HeaderMap,
) -> Result<Response> {
    let Path(FeedbackPath { feedback }) = path.map_err(|_| NO_SUCH_APP)?;
    handlers::picture(&app, &at.belonging, feedback, &headers).await
}

/// How the app sends feedback to `address`.
fn command(address: &str) -> String {
    let fields = "-F rating=4 -F text=\"It works\" -F version=1.0 -F build=7";
    format!("curl {fields} -F screenshot=@shot.png \\\n  {address}")
}

fn back(app: &App, at: &AppView, what: Done) -> Response {
    done(app, &format!("/admin/apps/{}/feedback", at.id()), what)
}

pub(super) async fn resolve(
    State(app): State<App>,
    Path(FeedbackPath { feedback }): Path<FeedbackPath>,
    AppForm(at, Resolve { resolved }): AppForm<Resolve>,
) -> Result<Response> {
    handlers::resolve(&app, &at.belonging, feedback, resolved).await?;
    Ok(back(&app, &at, if resolved { Done::Resolved } else { Done::Reopened }))
}

pub(super) async fn delete(
    State(app): State<App>,
    Path(FeedbackPath { feedback }): Path<FeedbackPath>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    handlers::remove(&app, &at.belonging, feedback).await?;
    Ok(back(&app, &at, Done::Deleted))
}

pub(super) async fn renew_key(
    State(app): State<App>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    key::make(&app, &at.belonging).await?;
    Ok(back(&app, &at, Done::KeyMade))
}

pub(super) async fn delete_key(
    State(app): State<App>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    key::remove(&app, &at.belonging).await?;
    Ok(back(&app, &at, Done::FeedbackOff))
}
