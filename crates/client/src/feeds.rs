//! `/api/feeds`: links by which programs that send no cookies look for new builds.

use reqwest::Method;
use securevox_protocol::{
    FeedId, Page,
    feeds::{CreateFeed, CreatedFeed, Feed},
};

use crate::{Client, Result};

const FEEDS: &str = "/api/feeds";

impl Client {
    /// The links of the caller's, newest first.
    pub async fn list_feeds(&self) -> Result<Page<Feed>> {
        self.distributed(FEEDS, |_| {}).await
    }

    /// Makes a link. Its addresses are in this answer and nowhere else.
    pub async fn create_feed(&self, request: &CreateFeed) -> Result<CreatedFeed> {
        self.change_distributed(Method::POST, FEEDS, request).await
    }

    /// Withdraws a link of the caller's.
    pub async fn delete_feed(&self, feed: FeedId) -> Result<()> {
        self.delete_distributed(&format!("{FEEDS}/{feed}")).await
    }
}
