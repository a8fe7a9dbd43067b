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
use securevox_protocol::{BuildId, builds::Platform};
use serde::Deserialize;

use super::{
    password,
    problem::{LINK_EXPIRED, NO_SUCH_BUILD, NO_SUCH_LINK},
    shares, store,
};
use crate::{
    access::{self, Look, Viewer},
    app::{App, Who},
};

/// The build in the path, for somebody who may see it or for the holder of its install
/// link. Strangers are asked for the password, if one opens it, or are sent to sign in, whether it
/// exists or not.
pub(crate) struct Opened {
    pub(crate) view: View,
    pub(crate) build: store::Row,
    /// The install link it was opened with. Nobody gets a longer-lived one for it.
    pub(crate) link: Option<String>,
    /// By what it was opened.
    pub(crate) who: Who,
    /// Whether who opened it develops the app, and is shown all that there is to it.
    pub(crate) develops: bool,
    /// Whether it was opened by something that opens this build alone.
    pub(crate) is_alone: bool,
    /// Whether its time is over: who saw it is told so.
    pub(crate) is_over: bool,
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
            Found::Open(opened) => Ok(*opened),
            Found::Locked(view, build) => Err(password::page(&view, build, false)),
            Found::Nothing => match SignedInView::from_request_parts(parts, app).await {
                Ok(_) => Err(Error::from(NO_SUCH_BUILD).into_response()),
                Err(to_login) => Err(to_login),
            },
        }
    }
}

enum Found {
    Open(Box<Opened>),
    /// A password opens it.
    Locked(Box<View>, BuildId),
    Nothing,
}

async fn open(parts: &mut Parts, app: &App, view: View) -> Result<Found> {
    let Query(Held { link }) = Query::from_request_parts(parts, app).await?;
    let path = Path::<BuildPath>::from_request_parts(parts, app).await;
    let missing = || if link.is_some() { Err(NO_SUCH_LINK.into()) } else { Ok(Found::Nothing) };
    let Ok(Path(BuildPath { build: id })) = path else { return missing() };
    let viewer = Viewer::of(parts, app, &view).await?;
    let view = viewer.named(view);
    let mut conn = app.db.acquire().await?;
    let Some(build) = store::find(&mut conn, id).await? else { return missing() };
    let now = Utc::now();
    let mut opens = (viewer.look(&mut conn, (id, build.app()), now).await?, false);
    if opens.0 == Look::Nothing
        && let Some(who) = app.phones.who(&parts.headers, id, now)
    {
        opens = (access::look_again(&mut conn, id, who, now).await?, true);
    }
    if let (Look::Nothing, Some(link)) = (opens.0, &link) {
        match app.links.installs.verify_with(link, now) {
            Ok((opened, who)) if opened.id == id.0 => {
                let Some(who) = Who::from_bytes(&who).filter(|who| who.is_holder()) else {
                    return missing();
                };
                opens = (access::look_again(&mut conn, id, who, now).await?, true);
                if let (Look::Sees { .. }, Who::Share(link)) = (opens.0, who)
                    && !shares::has_room(&mut conn, link).await?
                {
                    return Err(shares::SHARE_LINK_OVER.into());
                }
            }
            Err(LinkRefused::Expired) => return Err(LINK_EXPIRED.into()),
            Ok(_) | Err(LinkRefused::Foreign) => return missing(),
        }
    }
    let (look, is_alone) = opens;
    let (who, develops, is_over) = match look {
        Look::Sees { who, develops } => (who, develops && !is_alone, false),
        Look::Over(who) => (who, false, true),
        Look::Nothing if link.is_some() => return missing(),
        Look::Nothing => {
            let shown = access::is_shown(&mut conn, id, now).await?;
            let locked = shown && access::password_of(&mut conn, build.app()).await?.is_some();
            return Ok(if locked { Found::Locked(Box::new(view), id) } else { Found::Nothing });
        }
    };
    // Whoever sees the build without the link has no use for it.
    let link = link.filter(|_| who.is_holder());
    Ok(Found::Open(Box::new(Opened { view, build, link, who, develops, is_alone, is_over })))
}

/// What was opened, for pages beside that of the build.
pub(crate) struct Looked {
    pub(crate) view: View,
    pub(crate) build: BuildId,
    pub(crate) platform: Platform,
    pub(crate) link: Option<String>,
    pub(crate) who: Who,
}

impl FromRequestParts<App> for Looked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Opened { view, build, link, who, .. } = Opened::from_request_parts(parts, app).await?;
        let platform = build.platform();
        Ok(Self { view, build: build.id, platform, link, who })
    }
}
