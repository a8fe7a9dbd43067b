//! Starting on data that is there, until all four services are ready; and the memory of an idle platform.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use clap::Args;

use crate::{platform::Site, report::Figure};

/// How long the platform idles before its memory is looked at.
const IDLE: Duration = Duration::from_secs(5);

#[derive(Args)]
pub(crate) struct Start {
    /// Starts that are measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    runs: u32,
}

impl Start {
    pub(crate) fn measure(&self, binary: &Path) -> anyhow::Result<Vec<Figure>> {
        let site = Site::new(binary)?;
        let (mut first, mut starts) = (Vec::new(), Vec::new());
        let (mut stops, mut memory) = (Vec::new(), Vec::new());
        for run in 0..=self.runs {
            let since = Instant::now();
            let platform = site.up()?;
            let ready = milliseconds(since);
            if run == 0 {
                first.push(ready);
                site.create_account("ada")?;
            } else {
                starts.push(ready);
                thread::sleep(IDLE);
                memory.push(platform.resident_mib()?);
            }
            let since = Instant::now();
            platform.stop()?;
            stops.push(milliseconds(since));
        }
        let figure = |name, unit, runs| Figure { name, unit, runs };
        Ok(vec![
            figure("first start, which makes the data", "ms", first),
            figure("start on existing data", "ms", starts),
            figure("stop", "ms", stops),
            figure("resident when idle, Postgres apart", "MiB", memory),
        ])
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
