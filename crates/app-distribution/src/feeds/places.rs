//! The addresses of feeds: all below one place.

use securevox_protocol::{AppId, BuildId};
use url::Url;

use crate::app::Addresses;

/// The place of public feeds.
pub(super) const PUBLIC: &str = "public";

/// Where the feeds of somebody are.
#[derive(Clone, Debug)]
pub(super) struct Place {
    root: Url,
    name: String,
}

/// How the news are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Rss,
    Json,
}

impl Format {
    pub(super) fn of_file(name: &str) -> Option<Self> {
        [Self::Rss, Self::Json].into_iter().find(|format| format.file() == name)
    }

    fn file(self) -> &'static str {
        match self {
            Self::Rss => "feed.xml",
            Self::Json => "feed.json",
        }
    }
}

impl Place {
    /// The place of this `name`, which is the secret of a link or [`PUBLIC`].
    pub(super) fn new(addresses: &Addresses, name: &str) -> Self {
        let root = addresses.root().parse().expect("the settings hold a URL");
        Self { root, name: name.to_owned() }
    }

    fn below(&self, path: &[&str]) -> Url {
        let mut url = self.root.clone();
        let mut segments = url.path_segments_mut().expect("it is http");
        segments.pop_if_empty().extend(["feeds", &self.name]).extend(path);
        drop(segments);
        url
    }

    /// The news of an app, or of one of its channels.
    pub(super) fn news(&self, app: AppId, channel: Option<&str>, format: Format) -> Url {
        let app = app.to_string();
        match channel {
            Some(channel) => self.below(&["apps", &app, "channels", channel, format.file()]),
            None => self.below(&["apps", &app, format.file()]),
        }
    }

    /// Both ways in which the news are written: RSS, JSON.
    pub(super) fn both_news(&self, app: AppId, channel: Option<&str>) -> [String; 2] {
        [Format::Rss, Format::Json].map(|format| self.news(app, channel, format).into())
    }

    pub(super) fn altstore(&self) -> Url {
        self.below(&["altstore.json"])
    }

    pub(super) fn icon(&self, build: BuildId) -> Url {
        self.below(&["icons", &format!("{build}.png")])
    }

    pub(super) fn ipa(&self, build: BuildId) -> Url {
        self.below(&["packages", &format!("{build}.ipa")])
    }

    /// The repository for F-Droid.
    pub(super) fn repository(&self) -> Url {
        self.below(&["fdroid", "repo"])
    }

    /// What F-Droid opens to add the repository, whose key has this fingerprint. Its own schemes
    /// stand for HTTP and HTTPS.
    pub(super) fn add_to_fdroid(&self, fingerprint: &str) -> String {
        let repository = self.repository().to_string().replacen("http", "fdroidrepo", 1);
        format!("{repository}?fingerprint={fingerprint}")
    }

    /// What `AltStore` opens to add the source.
    pub(super) fn add_to_altstore(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("url", self.altstore().as_str());
        format!("altstore://source?{}", query.finish())
    }
}
