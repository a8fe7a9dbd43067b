//! App distribution: reading packages, transfers against a copy of the file, and pages with many
//! builds and testers.

mod browser;
mod crowd;
mod pages;
mod parse;
mod transfer;

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use clap::Args;

pub(crate) use self::parse::Inspect;
use crate::{
    http::{self, Target},
    load::Load,
    platform::Site,
};

#[derive(Args)]
pub(crate) struct Distribution {
    /// Seconds that each load lasts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// MiB of the package that is sent and fetched.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1900))]
    large: u32,
    /// Testers in the group.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    testers: u32,
    /// Builds of the app.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    builds: u32,
}

impl Distribution {
    pub(crate) fn measure(&self, binary: &Path) -> anyhow::Result<Vec<Load>> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.context("starting the runtime")?;
        let lasting = Duration::from_secs(self.seconds);
        let mut loads = parse::measure()?;
        let site = Site::with(binary, http::raised())?;
        let platform = site.up()?;
        let target = Target::new(&site, &platform)?;
        runtime.block_on(async {
            loads.extend(transfer::measure(&target, lasting, self.large).await?);
            let crowd = crowd::gather(&target, self.testers, self.builds).await?;
            loads.extend(pages::measure(&target, &crowd, lasting).await?);
            anyhow::Ok(())
        })?;
        platform.stop()?;
        Ok(loads)
    }
}
