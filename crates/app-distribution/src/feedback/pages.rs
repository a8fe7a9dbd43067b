//! The page of feedback, for the developers of an app.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use securevox_core::{
    Result,
    extract::{Path, Query},
    web::{Form, SignedInView, View, see_other},
};
use securevox_protocol::{
    AppId, BuildId, FeedbackId,
    accounts::Role,
    apps::{AppDetails, AppRole},
    feedback::FeedbackKey,
};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::{handlers, key, listed::Listed, store, wanted::Wanted, words::FeedbackWords};
use crate::{
    app::App,
    apps::{self, Actor, Belonging, NO_SUCH_APP},
    words::DistributionWords,
};

/// Entries on a page.
const SHOWN: u32 = 25;

#[derive(Template)]
#[template(path = "feedback/app.html")]
struct FeedbackPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    own: &'static FeedbackWords,
    app: &'a AppDetails,
    uploads: bool,
    wanted: &'a Asked,
    /// Builds to choose from.
    builds: &'a [store::Choice],
    list: &'a [Listed],
    /// The query of the next page.
    older: Option<String>,
    key: Option<&'a FeedbackKey>,
    manages: bool,
}

#[derive(Deserialize)]
pub(super) struct AppPath {
    pub(super) app: AppId,
}

#[derive(Deserialize)]
pub(super) struct FeedbackPath {
    app: AppId,
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
        let pairs = [
            ("build", self.build.map(|build| build.to_string())),
            ("rating", self.rating.map(|stars| stars.to_string())),
            ("resolved", self.resolved.map(|resolved| resolved.to_string())),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        query.finish()
    }

    fn is_anything(&self) -> bool {
        self.build.is_some() || self.rating.is_some() || self.resolved.is_some()
    }
}

#[derive(Deserialize)]
pub(super) struct Resolve {
    resolved: bool,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<AppPath>>,
    Query(wanted): Query<Asked>,
) -> Result<Response> {
    let Path(AppPath { app: id }) = path.map_err(|_| NO_SUCH_APP)?;
    let mut conn = app.db.acquire().await?;
    let belonging = Actor::of(&signed_in).in_app(&mut conn, id).await?;
    belonging.require(AppRole::Developer)?;
    let details = apps::store::find_details(&mut conn, id, belonging.standing).await?;
    let details = details.ok_or(NO_SUCH_APP)?;
    let asked = Wanted {
        limit: Some(SHOWN),
        after: wanted.after,
        build: wanted.build,
        rating: wanted.rating.filter(|stars| (1..=5).contains(stars)),
        resolved: wanted.resolved,
    };
    let paging = asked.paging()?;
    let range = (paging.after(), paging.limit()?);
    let rows = store::list(&mut conn, id, (&asked, None), range).await?;
    let builds = store::choices(&mut conn, id).await?;
    let key = store::key_of(&mut conn, id, &app.addresses).await?;
    drop(conn);
    let rows = paging.page(rows, |row| row.id.0);
    let list: Vec<Listed> =
        rows.items.into_iter().map(|row| Listed { entry: row.shown(&app.addresses) }).collect();
    let view = &signed_in.view;
    let page = FeedbackPage {
        words: DistributionWords::of(view.language),
        own: FeedbackWords::of(view.language),
        app: &details,
        uploads: signed_in.person.role >= Role::Publisher,
        builds: &builds,
        list: &list,
        older: rows.next.map(|next| format!("{}&after={next}", wanted.query())),
        wanted: &wanted,
        key: key.as_ref(),
        manages: belonging.standing >= AppRole::Manager,
        view,
    };
    Ok(view.page(&page))
}

/// The picture, for the list and in full.
pub(super) async fn screenshot(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<FeedbackPath>>,
    headers: HeaderMap,
) -> Result<Response> {
    let Path(FeedbackPath { app: id, feedback }) = path.map_err(|_| NO_SUCH_APP)?;
    let belonging = Actor::of(&signed_in).in_app(&mut *app.db.acquire().await?, id).await?;
    handlers::picture(&app, &belonging, feedback, &headers).await
}

async fn sender(app: &App, view: &View, id: AppId) -> Result<Belonging> {
    apps::sender(view)?.in_app(&mut *app.db.acquire().await?, id).await
}

/// How the app sends feedback to `address`.
fn command(address: &str) -> String {
    let fields = "-F rating=4 -F text=\"It works\" -F version=1.0 -F build=7";
    format!("curl {fields} -F screenshot=@shot.png \\\n  {address}")
}

fn back(id: AppId) -> Response {
    see_other(&format!("/admin/apps/{id}/feedback"))
}

pub(super) async fn resolve(
    State(app): State<App>,
    Path(FeedbackPath { app: id, feedback }): Path<FeedbackPath>,
    Form(view, Resolve { resolved }): Form<Resolve>,
) -> Result<Response> {
    let belonging = sender(&app, &view, id).await?;
    handlers::resolve(&app, &belonging, feedback, resolved).await?;
    Ok(back(id))
}

pub(super) async fn delete(
    State(app): State<App>,
    Path(FeedbackPath { app: id, feedback }): Path<FeedbackPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let belonging = sender(&app, &view, id).await?;
    handlers::remove(&app, &belonging, feedback).await?;
    Ok(back(id))
}

pub(super) async fn renew_key(
    State(app): State<App>,
    Path(AppPath { app: id }): Path<AppPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let belonging = sender(&app, &view, id).await?;
    key::make(&app, &belonging).await?;
    Ok(back(id))
}

pub(super) async fn delete_key(
    State(app): State<App>,
    Path(AppPath { app: id }): Path<AppPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let belonging = sender(&app, &view, id).await?;
    key::remove(&app, &belonging).await?;
    Ok(back(id))
}
