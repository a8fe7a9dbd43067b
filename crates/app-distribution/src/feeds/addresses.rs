//! What can be added to phones and feed readers from one place.

use chrono::Utc;
use securevox_core::Result;
use securevox_protocol::{
    FeedId,
    builds::{App as Named, Platform},
    feeds::{AltStoreSource, AppNews, FdroidRepository, FeedAddresses},
};

use super::{
    fdroid,
    places::{Format, Place},
    store::{self, Offer, Wanted},
};
use crate::{app::App, people::Viewer};

/// Apps whose news are named.
const MOST: u32 = 200;

/// The newest build of each app that somebody is offered.
pub(super) async fn offers(app: &App, viewer: &Viewer) -> Result<Vec<Offer>> {
    let wanted =
        Wanted { app: None, channel: None, build: None, kind: None, of_each_app: 1, most: MOST };
    let mut conn = app.db.acquire().await?;
    let offers = store::offers(&mut conn, viewer, wanted, Utc::now()).await?;
    Ok(offers.into_iter().map(|(offer, _)| offer).collect())
}

/// What there is for these apps; everything for somebody who is offered none yet.
pub(super) async fn of(
    app: &App,
    place: &Place,
    link: Option<FeedId>,
    offers: &[Offer],
) -> Result<FeedAddresses> {
    let has = |platform| offers.is_empty() || offers.iter().any(|offer| offer.platform == platform);
    let fdroid = if has(Platform::Android) {
        let fingerprint = fdroid::key_of(app, link).await?.fingerprint();
        let add_url = place.add_to_fdroid(&fingerprint);
        Some(FdroidRepository { url: place.repository().into(), fingerprint, add_url })
    } else {
        None
    };
    let altstore = has(Platform::Ios)
        .then(|| AltStoreSource { url: place.altstore().into(), add_url: place.add_to_altstore() });
    let news = offers.iter().map(|offer| AppNews {
        app: Named { id: offer.app_id, name: offer.app_name.clone() },
        platform: offer.platform,
        rss_url: place.news(offer.app_id, None, Format::Rss).into(),
        json_url: place.news(offer.app_id, None, Format::Json).into(),
    });
    Ok(FeedAddresses { fdroid, altstore, news: news.collect() })
}
