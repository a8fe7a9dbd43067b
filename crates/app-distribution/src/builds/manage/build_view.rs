//! What the pages of a build begin with: who looks at it, and whether they may change it.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
    response::{IntoResponse as _, Response},
};
use securevox_core::{
    Error, Result,
    extract::Path,
    web::{Form, SignedInView, View},
};
use securevox_protocol::{BuildId, apps::AppDetails};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    access::{Actor, details_of, sender},
    app::App,
    builds::{managed::Managed, problem::NO_SUCH_BUILD},
};

/// The build in the path, for a developer of its app who looks at a page. Whoever is signed out
/// signs in first.
pub(in crate::builds) struct BuildView {
    pub(in crate::builds) view: View,
    pub(super) actor: Actor,
    pub(in crate::builds) managed: Managed,
    /// Its app, for the head of the page.
    pub(super) details: AppDetails,
}

/// The same for a form that was sent on such a page.
pub(in crate::builds) struct BuildForm<T>(pub(in crate::builds) BuildView, pub(in crate::builds) T);

#[derive(Deserialize)]
struct BuildPath {
    build: BuildId,
}

impl BuildView {
    pub(super) async fn of(app: &App, mut view: View, build: BuildId) -> Result<Self> {
        let actor = sender(&view)?;
        let managed = Managed::by(app, actor, build).await?;
        view.publishes = true;
        let mut conn = app.db.acquire().await?;
        let details = details_of(&mut conn, actor, managed.build.app()).await?;
        Ok(Self { view, actor, managed, details })
    }

    /// As it is now.
    pub(super) async fn again(self, app: &App) -> Result<Self> {
        let build = self.id();
        Self::of(app, self.view, build).await
    }

    pub(super) fn id(&self) -> BuildId {
        self.managed.build.id
    }

    /// Its address.
    pub(in crate::builds) fn home(&self) -> String {
        format!("/admin/builds/{}", self.id())
    }
}

impl FromRequestParts<App> for BuildView {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let SignedInView { view, .. } = SignedInView::from_request_parts(parts, app).await?;
        let found = async { Self::of(app, view, path(parts, app).await?).await };
        found.await.map_err(Error::into_response)
    }
}

impl<T: DeserializeOwned + Send> FromRequest<App> for BuildForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let build = path(&mut parts, app).await;
        let Form(view, sent) = Form::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self(BuildView::of(app, view, build?).await?, sent))
    }
}

async fn path(parts: &mut Parts, app: &App) -> Result<BuildId> {
    let path = Path::<BuildPath>::from_request_parts(parts, app).await;
    let Path(BuildPath { build }) = path.map_err(|_| NO_SUCH_BUILD)?;
    Ok(build)
}
