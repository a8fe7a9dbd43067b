//! What can be added to phones and feed readers from one place.

use chrono::Utc;
use securevox_core::Result;
use securevox_protocol::{
    FeedId,
    builds::{App as Named, Platform},
    feeds::{AltStoreSource, AppNews, ChannelNews, FdroidRepository, FeedAddresses},
};

use super::{
    fdroid,
    places::Place,
    store::{self, Line, Offer, Wanted},
};
use crate::{access::Viewer, app::App};

/// Apps and channels whose news are named.
const MOST: u32 = 1000;

/// The newest build of each channel that somebody is offered.
pub(super) async fn offers(app: &App, viewer: &Viewer) -> Result<Vec<Offer>> {
    let wanted = Wanted {
        app: None,
        channel: None,
        build: None,
        kind: None,
        of_each: (Line::Channel, 1),
        most: MOST,
    };
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
    Ok(FeedAddresses { fdroid, altstore, news: news(place, offers) })
}

/// The news of each app, the one with the newest build first, and of its channels by name.
fn news(place: &Place, offers: &[Offer]) -> Vec<AppNews> {
    let mut news: Vec<AppNews> = Vec::new();
    for offer in offers {
        let app = offer.app_id;
        let about = news.iter().position(|news| news.app.id == app).unwrap_or_else(|| {
            let [rss_url, json_url] = place.both_news(app, None);
            let named = Named { id: app, name: offer.app_name.clone() };
            let channels = Vec::new();
            news.push(AppNews {
                app: named,
                platform: offer.platform,
                rss_url,
                json_url,
                channels,
            });
            news.len() - 1
        });
        if let Some(channel) = &offer.channel {
            let [rss_url, json_url] = place.both_news(app, Some(channel));
            news[about].channels.push(ChannelNews { channel: channel.clone(), rss_url, json_url });
        }
    }
    for app in &mut news {
        app.channels.sort_by(|one, other| one.channel.cmp(&other.channel));
    }
    news
}
