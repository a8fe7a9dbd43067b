//! What the platform answers under load: logins, refreshes, reads, up- and downloads, and how
//! fast a revocation reaches another copy. The load comes from this machine too.

mod builds;
mod people;
mod revocation;
mod target;

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use clap::Args;

pub(crate) use self::builds::{download, link, package, upload};
pub(crate) use self::target::{Target, well};
use crate::{
    load::Load,
    platform::{self, Site},
};

/// So high that nothing is refused.
const LIMITS: [&str; 8] = [
    "REQUESTS_PER_ADDRESS",
    "REQUESTS_PER_ACCOUNT",
    "LOGINS_PER_ACCOUNT",
    "LOGINS_PER_ADDRESS",
    "REFRESHES_PER_ADDRESS",
    "UPLOADS_PER_ACCOUNT",
    "DOWNLOADS_PER_LINK",
    "TESTER_INVITES_PER_ACCOUNT",
];

#[derive(Args)]
pub(crate) struct Http {
    /// Seconds that each load lasts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// MiB of the large package.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1900))]
    large: u32,
    /// Sessions that are revoked, one after another.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    revocations: u32,
}

impl Http {
    pub(crate) fn measure(&self, binary: &Path) -> anyhow::Result<Vec<Load>> {
        // Neither the load nor the platform is to have the machine for itself.
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.context("starting the runtime")?;
        let lasting = Duration::from_secs(self.seconds);
        let mut loads = Vec::new();
        {
            let site = Site::with(binary, raised())?;
            let platform = site.up()?;
            let target = Target::new(&site, &platform)?;
            runtime.block_on(async {
                loads.extend(people::measure(&target, lasting).await?);
                loads.extend(builds::measure(&target, lasting, self.large).await?);
                anyhow::Ok(())
            })?;
            platform.stop()?;
        }
        match platform::Redis::start()? {
            Some(redis) => {
                let revoked = revocation::measure(binary, &redis, self.revocations);
                loads.extend(runtime.block_on(revoked)?);
            }
            None => {
                crate::report::note("no redis-server in the PATH: revocations are not measured");
            }
        }
        Ok(loads)
    }
}

/// Settings by which nothing is refused for being too much.
pub(crate) fn raised() -> Vec<(String, String)> {
    LIMITS.map(|name| (name.to_owned(), "1000000".to_owned())).into()
}
