//! What the pages of an app begin with: who looks at it, and whether they may.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
    response::{IntoResponse as _, Response},
};
use securevox_core::{
    Error, Result,
    web::{Form, SignedInView, View},
};
use securevox_protocol::{
    AppId, Problem,
    apps::{AppDetails, AppRole},
};
use serde::de::DeserializeOwned;

use super::{
    standing::{Actor, Belonging, path},
    store,
};
use crate::app::App;

pub(crate) const SIGNED_OUT: Problem =
    Problem::new(401, "/problems/signed-out", "Sign in, and send it once more");

/// The app in the path, for one of its developers who looks at a page. Whoever is signed out
/// signs in first; to whoever does not belong to the app it does not exist.
#[derive(Debug)]
pub(crate) struct AppView {
    pub(crate) view: View,
    pub(crate) belonging: Belonging,
    pub(crate) details: AppDetails,
}

/// The same for a form that was sent on such a page.
#[derive(Debug)]
pub(crate) struct AppForm<T>(pub(crate) AppView, pub(crate) T);

/// Whoever sent a form.
pub(crate) fn sender(view: &View) -> Result<Actor> {
    let person = view.person.as_ref().ok_or(SIGNED_OUT)?;
    Ok(Actor { account: person.account, role: person.role })
}

impl AppView {
    async fn of(app: &App, mut view: View, id: AppId) -> Result<Self> {
        let actor = sender(&view)?;
        let details = store::details_of(&mut *app.db.acquire().await?, actor, id).await?;
        let belonging = Belonging { actor, app: id, standing: details.role };
        belonging.require(AppRole::Developer)?;
        view.publishes = true;
        Ok(Self { view, belonging, details })
    }

    /// 403 unless they are `least` or above.
    pub(crate) fn require(&self, least: AppRole) -> Result<()> {
        self.belonging.require(least)
    }

    pub(crate) fn id(&self) -> AppId {
        self.belonging.app
    }

    /// Whether they look after the app, its people and its rules.
    pub(crate) fn manages(&self) -> bool {
        self.belonging.standing >= AppRole::Manager
    }
}

impl FromRequestParts<App> for AppView {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let SignedInView { view, .. } = SignedInView::from_request_parts(parts, app).await?;
        let found = async { Self::of(app, view, path(parts, app).await?).await };
        found.await.map_err(Error::into_response)
    }
}

impl<T: DeserializeOwned + Send> FromRequest<App> for AppForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let id = path(&mut parts, app).await;
        let Form(view, sent) = Form::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self(AppView::of(app, view, id?).await?, sent))
    }
}
