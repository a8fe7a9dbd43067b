use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse as _, Response},
};
use chrono::Utc;
use securevox_core::{
    Error, Result,
    extract::{Path, Query},
    storage::LinkRefused,
    web::{SignedInView, View},
};
use securevox_protocol::BuildId;
use serde::Deserialize;

use super::{
    problem::{LINK_EXPIRED, NO_SUCH_BUILD},
    store,
    visible::may_see,
};
use crate::app::App;

/// The build in the path, for somebody signed in who may see it or for the holder of its
/// install link. Strangers are sent to sign in, whether it exists or not.
pub(super) struct Opened {
    pub(super) view: View,
    pub(super) build: store::Row,
    /// The install link it was opened with. Nobody gets a longer-lived one for it.
    pub(super) link: Option<String>,
}

#[derive(Deserialize)]
struct BuildPath {
    build: BuildId,
}

#[derive(Deserialize)]
struct Held {
    link: Option<String>,
}

impl FromRequestParts<App> for Opened {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let view = View::from_request_parts(parts, app).await.map_err(Error::into_response)?;
        match open(parts, app, view).await.map_err(Error::into_response)? {
            Some(opened) => Ok(opened),
            None => match SignedInView::from_request_parts(parts, app).await {
                Ok(_) => Err(Error::from(NO_SUCH_BUILD).into_response()),
                Err(to_login) => Err(to_login),
            },
        }
    }
}

/// `None` for whoever neither signed in nor holds a link.
async fn open(parts: &mut Parts, app: &App, view: View) -> Result<Option<Opened>> {
    let Query(Held { link }) = Query::from_request_parts(parts, app).await?;
    if link.is_none() && view.person.is_none() {
        return Ok(None);
    }
    let path = Path::<BuildPath>::from_request_parts(parts, app).await;
    let Path(BuildPath { build: id }) = path.map_err(|_| NO_SUCH_BUILD)?;
    let mut conn = app.db.acquire().await?;
    let build = store::find(&mut conn, id).await?.ok_or(NO_SUCH_BUILD)?;
    if let Some(person) = &view.person
        && may_see(&mut conn, &build, (person.account, person.role)).await?
    {
        return Ok(Some(Opened { view, build, link: None }));
    }
    let link = link.ok_or(NO_SUCH_BUILD)?;
    match app.links.installs.verify(&link, Utc::now()) {
        Ok(opens) if opens.id == id.0 => Ok(Some(Opened { view, build, link: Some(link) })),
        Err(LinkRefused::Expired) => Err(LINK_EXPIRED.into()),
        Ok(_) | Err(LinkRefused::Foreign) => Err(NO_SUCH_BUILD.into()),
    }
}
