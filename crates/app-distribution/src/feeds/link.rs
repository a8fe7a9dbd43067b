//! Who reads a feed, as its path says.

use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{DateTime, Utc};
use securevox_core::{Error, Result, auth::Opaque, extract::Path, http::ClientAddress};
use securevox_protocol::{FeedId, Problem};
use serde::Deserialize;

use super::{
    places::{PUBLIC, Place},
    store,
};
use crate::{
    access::Viewer,
    app::{App, Who},
};

pub(super) const NO_SUCH_FEED: Problem =
    Problem::new(404, "/problems/no-such-feed", "No such feed");

/// Whoever reads. Links of somebody who is no longer in force open nothing.
pub(super) struct Reader {
    pub(super) viewer: Viewer,
    /// By which link; none for public feeds.
    pub(super) link: Option<FeedId>,
    pub(super) address: ClientAddress,
    pub(super) place: Place,
    pub(super) now: DateTime<Utc>,
}

#[derive(Deserialize)]
struct PlacePath {
    place: String,
}

impl FromRequestParts<App> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let path = Path::<PlacePath>::from_request_parts(parts, app).await;
        let Path(PlacePath { place: name }) = path.map_err(|_| NO_SUCH_FEED)?;
        let place = Place::new(&app.addresses, &name);
        let now = Utc::now();
        let address = ClientAddress::from_request_parts(parts, app).await?;
        if name == PUBLIC {
            app.limits.feeds_by.check(&address).await?;
            let viewer = public(app).await?;
            return Ok(Self { viewer, link: None, address, place, now });
        }
        let token: Opaque = name.parse().map_err(|()| NO_SUCH_FEED)?;
        let mut conn = app.db.acquire().await?;
        let (link, who) = store::open_link(&mut conn, &token.hash()).await?.ok_or(NO_SUCH_FEED)?;
        app.limits.feeds_by.check(link).await?;
        let viewer = Viewer::behind(&mut conn, who).await?.ok_or(NO_SUCH_FEED)?;
        store::note_use(&mut conn, link, now).await?;
        Ok(Self { viewer, link: Some(link), address, place, now })
    }
}

/// Anybody.
pub(super) async fn public(app: &App) -> Result<Viewer> {
    let viewer = Viewer::behind(&mut *app.db.acquire().await?, Who::Public).await?;
    Ok(viewer.ok_or(NO_SUCH_FEED)?)
}
