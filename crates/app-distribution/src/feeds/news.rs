//! What is new of an app: RSS 2.0 and JSON Feed 1.1, for people's feed readers.

use anyhow::Context as _;
use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use chrono::{DateTime, Utc};
use securevox_core::{Result, extract::Path, web::Language};
use securevox_protocol::AppId;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{
    answer,
    link::{NO_SUCH_FEED, Reader},
    places::Format,
    store::{self, Line, Offer, Wanted},
    words::FeedWords,
};
use crate::{app::App, notes, words};

#[derive(Template)]
#[template(path = "feeds/feed.xml")]
struct News {
    language: Language,
    title: String,
    about: String,
    /// The page of the newest build.
    home: String,
    /// Its own address.
    address: Url,
    items: Vec<Item>,
}

struct Item {
    id: String,
    title: String,
    page: String,
    date: DateTime<Utc>,
    channel: Option<String>,
    /// As HTML.
    notes: String,
}

#[derive(Deserialize)]
pub(super) struct AppPath {
    app: AppId,
    file: String,
}

#[derive(Deserialize)]
pub(super) struct ChannelPath {
    app: AppId,
    channel: String,
    file: String,
}

pub(super) async fn of_app(
    State(app): State<App>,
    reader: Reader,
    path: Result<Path<AppPath>>,
    headers: HeaderMap,
) -> Result<Response> {
    let Path(AppPath { app: id, file }) = path.map_err(|_| NO_SUCH_FEED)?;
    show(&app, (&reader, &headers), (id, None), &file).await
}

pub(super) async fn of_channel(
    State(app): State<App>,
    reader: Reader,
    path: Result<Path<ChannelPath>>,
    headers: HeaderMap,
) -> Result<Response> {
    let Path(ChannelPath { app: id, channel, file }) = path.map_err(|_| NO_SUCH_FEED)?;
    show(&app, (&reader, &headers), (id, Some(&channel)), &file).await
}

/// The feed of an app of which the reader is offered something, at least in another channel.
async fn show(
    app: &App,
    (reader, headers): (&Reader, &HeaderMap),
    (id, channel): (AppId, Option<&str>),
    file: &str,
) -> Result<Response> {
    let language = Language::of(headers);
    let format = Format::of_file(file).ok_or(NO_SUCH_FEED)?;
    let most = app.feeds.entries;
    let wanted = Wanted {
        app: Some(id),
        channel,
        build: None,
        kind: None,
        of_each: (Line::App, most),
        most,
    };
    let mut conn = app.db.acquire().await?;
    let offers = store::offers(&mut conn, &reader.viewer, wanted, reader.now).await?;
    let newest = if let Some((newest, _)) = offers.first() {
        newest.app_name.clone()
    } else {
        let any = Wanted { channel: None, of_each: (Line::App, 1), ..wanted };
        let offers = store::offers(&mut conn, &reader.viewer, any, reader.now).await?;
        offers.into_iter().next().ok_or(NO_SUCH_FEED)?.0.app_name
    };
    drop(conn);
    let news = News {
        about: format!("{} {}", FeedWords::of(language).builds_of, plain(&newest)),
        language,
        title: match channel {
            Some(channel) => format!("{} · {}", plain(&newest), plain(channel)),
            None => plain(&newest),
        },
        home: format!("{}apps/{id}/latest", app.addresses.root()),
        address: reader.place.news(id, channel, format),
        items: offers.iter().map(|(offer, _)| Item::of(offer, app)).collect(),
    };
    let reader = (reader, headers);
    Ok(match format {
        Format::Rss => {
            let xml = news.render().context("writing a feed")?;
            answer::kept(reader, "application/rss+xml; charset=utf-8", xml.into_bytes())
        }
        Format::Json => {
            let json = news.json().to_string();
            answer::kept(reader, "application/feed+json; charset=utf-8", json.into_bytes())
        }
    })
}

impl Item {
    fn of(offer: &Offer, app: &App) -> Self {
        let title = match (offer.version.as_deref(), offer.build_number.as_deref()) {
            (None, None) => plain(&offer.app_name),
            (version, number) => {
                plain(&format!("{} {}", offer.app_name, words::version(version, number)))
            }
        };
        let notes = offer.release_notes.as_deref().map(notes::html);
        Self {
            id: offer.id.to_string(),
            title,
            page: app.addresses.page(offer.id.0),
            date: offer.created_at,
            channel: offer.channel.as_deref().map(plain),
            notes: plain(&notes.unwrap_or_default()),
        }
    }
}

impl News {
    fn json(&self) -> Value {
        let items: Vec<Value> = self.items.iter().map(Item::json).collect();
        json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "description": self.about,
            "language": self.language.code(),
            "home_page_url": self.home,
            "feed_url": self.address,
            "items": items,
        })
    }
}

impl Item {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "url": self.page,
            "title": self.title,
            "content_html": self.notes,
            "date_published": self.date,
            "tags": self.channel.iter().collect::<Vec<_>>(),
        })
    }
}

/// Without the characters that XML cannot carry, escaped or not.
fn plain(text: &str) -> String {
    let carried = |c: &char| {
        matches!(c, '\t' | '\n' | '\r')
            || (!c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    text.chars().filter(carried).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_carry_is_left_out() {
        assert_eq!(plain("a\u{0}\u{b}\u{1b}b\n\u{ffff}è<&>"), "ab\nè<&>");
    }
}
