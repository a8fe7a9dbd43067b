//! Asking the same thing again and again, several at once, each as soon as it has its answer.

use std::{
    fs,
    future::Future,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use futures_util::future::join_all;

/// What `/proc` counts processor time in; the same on every Linux.
const TICKS_A_SECOND: f64 = 100.0;

/// A load before it is put on.
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    /// Workers, each with a connection that is kept.
    pub(crate) at_once: usize,
    pub(crate) lasting: Duration,
    /// The process whose use is told.
    pub(crate) server: u32,
}

/// A load, and how it was borne.
pub(crate) struct Load {
    pub(crate) name: &'static str,
    pub(crate) at_once: usize,
    /// Sorted.
    latencies: Vec<Duration>,
    pub(crate) errors: u64,
    pub(crate) bytes: u64,
    /// Processor seconds of the platform, Postgres apart.
    pub(crate) cpu_seconds: f64,
    pub(crate) resident_mib: f64,
}

/// What a process has used.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    cpu_seconds: f64,
    resident_mib: f64,
}

#[derive(Default)]
struct Done {
    latencies: Vec<Duration>,
    errors: u64,
    bytes: u64,
}

impl Plan {
    /// Each worker asks until the time is over, once at least; `ask` is given its number, and
    /// tells how many bytes went over the wire that are worth telling.
    pub(crate) async fn run<F>(self, ask: impl Fn(usize) -> F) -> anyhow::Result<Load>
    where
        F: Future<Output = anyhow::Result<u64>>,
    {
        let before = Usage::of(self.server)?;
        let since = Instant::now();
        let workers = (0..self.at_once).map(|worker| self.work(worker, since, &ask));
        let done = join_all(workers).await;
        let latencies = done.iter().flat_map(|done| done.latencies.iter().copied()).collect();
        let mut load = Load::new(self.name, self.at_once, latencies);
        load.errors = done.iter().map(|done| done.errors).sum();
        load.bytes = done.iter().map(|done| done.bytes).sum();
        Ok(load.used(before, Usage::of(self.server)?))
    }

    async fn work<F>(&self, worker: usize, since: Instant, ask: &impl Fn(usize) -> F) -> Done
    where
        F: Future<Output = anyhow::Result<u64>>,
    {
        let mut done = Done::default();
        loop {
            // What it takes to put a request together is not the server's time.
            let asking = ask(worker);
            let asked = Instant::now();
            match asking.await {
                Ok(bytes) => {
                    done.latencies.push(asked.elapsed());
                    done.bytes += bytes;
                }
                Err(_) => done.errors += 1,
            }
            if since.elapsed() >= self.lasting {
                return done;
            }
        }
    }
}

impl Load {
    pub(crate) fn new(name: &'static str, at_once: usize, mut latencies: Vec<Duration>) -> Self {
        latencies.sort();
        let (cpu_seconds, resident_mib) = (0.0, 0.0);
        Self { name, at_once, latencies, errors: 0, bytes: 0, cpu_seconds, resident_mib }
    }

    pub(crate) fn used(self, before: Usage, after: Usage) -> Self {
        let cpu_seconds = after.cpu_seconds - before.cpu_seconds;
        Self { cpu_seconds, resident_mib: after.resident_mib, ..self }
    }

    /// What this part of all took at most, in milliseconds; of 1.0 the longest.
    pub(crate) fn percentile(&self, part: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "between the first and the last"
        )]
        let index = (part * last as f64).round() as usize;
        self.latencies.get(index).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1_000.0)
    }

    pub(crate) fn count(&self) -> usize {
        self.latencies.len()
    }

    #[expect(clippy::cast_precision_loss, reason = "nobody counts so far")]
    pub(crate) fn a_second(&self) -> f64 {
        self.count() as f64 / self.busy()
    }

    #[expect(clippy::cast_precision_loss, reason = "nobody counts so far")]
    pub(crate) fn megabytes_a_second(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.busy()
    }

    /// The seconds in which the server was asked something.
    #[expect(clippy::cast_precision_loss, reason = "a few workers")]
    fn busy(&self) -> f64 {
        self.latencies.iter().sum::<Duration>().as_secs_f64() / self.at_once as f64
    }
}

impl Usage {
    pub(crate) fn of(process: u32) -> anyhow::Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // The name, in parentheses, may hold anything.
        let (_, fields) = stat.rsplit_once(')').context("/proc/…/stat has no name")?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        let ticks: f64 = ticks.sum::<Result<f64, _>>()?;
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next());
        let kib: f64 = kib.context("VmRSS is missing")?.parse()?;
        Ok(Self { cpu_seconds: ticks / TICKS_A_SECOND, resident_mib: kib / 1024.0 })
    }

    pub(crate) fn resident_mib(self) -> f64 {
        self.resident_mib
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_the_first_and_the_longest() {
        let latencies = (1..=101).rev().map(Duration::from_millis).collect();
        let load = Load::new("x", 1, latencies);
        let told = [0.0, 0.5, 0.95, 1.0].map(|part| load.percentile(part).round());
        assert!(told.iter().zip([1.0, 51.0, 96.0, 101.0]).all(|(a, b)| (a - b).abs() < 1e-9));
        assert!(Load::new("x", 1, Vec::new()).percentile(0.5).is_nan());
    }

    #[test]
    fn a_process_tells_what_it_used() {
        let used = Usage::of(std::process::id()).unwrap();
        assert!(used.resident_mib() > 0.1 && used.cpu_seconds >= 0.0);
    }
}
