//! Links come into being, and go: on the page, and by the API.

use securevox_core::{
    Error, Result,
    auth::{Opaque, hex},
    extract::Checks,
};
use securevox_protocol::{FeedId, Problem, feeds::CreatedFeed};

use super::{addresses, link::NO_SUCH_FEED, places::Place, store};
use crate::{
    access::Viewer,
    app::{App, Who},
};

const TOO_MANY_FEEDS: Problem =
    Problem::new(409, "/problems/too-many-feeds", "You have as many links as one person may have");
const LONGEST_NAME: usize = 100;

/// Makes a link of the owner's, which opens what they are offered. Its secret is kept nowhere.
pub(super) async fn make(app: &App, owner: Who, name: &str) -> Result<CreatedFeed> {
    let name = name.trim();
    let mut checks = Checks::default();
    checks.text(name, "#/name", (1, LONGEST_NAME));
    checks.finish()?;
    // Each repository has a key of its own, and making one is work.
    app.limits.feed_links_of.check(hex(&owner.to_bytes())).await?;
    let (id, token) = (FeedId::fresh(), Opaque::random());
    let most = app.feeds.links_per_person;
    let mut tx = app.db.begin().await?;
    let made = store::insert_link(&mut tx, (id, &token.hash(), name), owner, most).await?;
    let feed = made.ok_or_else(|| {
        TOO_MANY_FEEDS.with_detail(format!("They are {most} at most: withdraw one first."))
    })?;
    tx.commit().await?;
    let mine = Viewer::behind(&mut *app.db.acquire().await?, owner).await?.ok_or(NO_SUCH_FEED)?;
    let place = Place::new(&app.addresses, &token.to_string());
    let offers = addresses::offers(app, &mine).await?;
    let addresses = addresses::of(app, &place, Some(id), &offers).await?;
    Ok(CreatedFeed { feed, addresses })
}

/// Withdraws a link of the owner's: from now on it opens nothing.
pub(super) async fn withdraw(app: &App, owner: Who, id: FeedId) -> Result<()> {
    if store::delete_link(&mut *app.db.acquire().await?, id, owner).await? {
        Ok(())
    } else {
        Err(Error::from(NO_SUCH_FEED))
    }
}
