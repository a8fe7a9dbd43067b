//! How long a session that was ended on one copy is still let in by another.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::ensure;

use super::target::Target;
use crate::{
    load::{Load, Usage},
    platform::{Redis, Site},
};

/// Two copies of the platform on one database and one Redis.
pub(super) async fn measure(binary: &Path, redis: &Redis, runs: u32) -> anyhow::Result<Vec<Load>> {
    let mut settings = super::raised();
    settings.push(("REDIS_URL".to_owned(), redis.url()));
    let first = Site::with(binary, settings.clone())?;
    let platform = first.up()?;
    settings.extend(first.shared()?);
    let second = Site::with(binary, settings)?;
    let copy = second.up()?;
    let (here, there) = (Target::new(&first, &platform)?, Target::of(&second, &copy)?);

    let before = Usage::of(here.server)?;
    let mut delays = Vec::new();
    for run in 0..runs {
        delays.push(delay(&here, &there, run as usize).await?);
    }
    let load = Load::new("revocation, until another copy refuses", 1, delays);
    let load = load.used(before, Usage::of(here.server)?);
    copy.stop()?;
    platform.stop()?;
    Ok(vec![load])
}

/// From the request that ends the session until the other copy has refused it.
async fn delay(here: &Target, there: &Target, number: usize) -> anyhow::Result<Duration> {
    let session = here.login(number).await?;
    ensure!(there.read(&session.access).await? == 200, "the other copy does not know the session");
    let end = here.client.post(format!("{}/v1/auth/logout", here.api));
    let since = Instant::now();
    let ended = end.bearer_auth(&session.access).send();
    let refused = async {
        while there.read(&session.access).await? == 200 {}
        anyhow::Ok(since.elapsed())
    };
    let (ended, refused) = tokio::join!(ended, refused);
    ensure!(ended?.status().is_success(), "the session was not ended");
    refused
}
