//! Prometheus metrics, one registry per service, named `securevox_<service>_<thing>_<unit>`.

use std::time::Duration;

use anyhow::Context as _;
use prometheus::{
    Encoder as _, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Registry, TextEncoder,
    histogram_opts, opts,
};
use sqlx::PgPool;

pub use prometheus::{
    HistogramVec as Timings, IntCounterVec as Counters, IntGauge as Gauge, IntGaugeVec as Gauges,
};

use crate::bus::Bus;

/// The registry of a service and the metrics that every service has. Clones share them.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    pool: Option<(PgPool, IntGauge, IntGauge)>,
    bus: Option<(Bus, IntGauge)>,
    /// Requests by route and status.
    pub http: HttpMetrics,
    /// Jobs by kind and outcome.
    pub jobs: IntCounterVec,
    /// Refused credentials by kind.
    pub auth_failures: IntCounterVec,
}

/// How long requests take.
#[derive(Clone, Debug)]
pub struct HttpMetrics(HistogramVec);

impl HttpMetrics {
    /// Counts one request, told by method, route template and status.
    pub fn observe(&self, (method, route, status): (&str, &str, u16), elapsed: Duration) {
        let status = status.to_string();
        self.0.with_label_values(&[method, route, &status]).observe(elapsed.as_secs_f64());
    }
}

impl Metrics {
    /// The metrics of the service `name` (`api`).
    pub fn new(name: &str) -> Self {
        let prefix = format!("securevox_{}", name.replace('-', "_"));
        let registry = Registry::new_custom(Some(prefix), None).expect("a name is a prefix");
        let http = register(&registry, || {
            let options = histogram_opts!(
                "http_request_duration_seconds",
                "Time from the head of a request to the head of its answer",
                vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]
            );
            HistogramVec::new(options, &["method", "route", "status"])
        });
        let jobs = register(&registry, || {
            IntCounterVec::new(opts!("jobs_total", "Jobs run"), &["kind", "outcome"])
        });
        let auth_failures = register(&registry, || {
            IntCounterVec::new(opts!("auth_failures_total", "Credentials refused"), &["credential"])
        });
        Self { registry, pool: None, bus: None, http: HttpMetrics(http), jobs, auth_failures }
    }

    /// The same metrics, and the use of `pool`.
    #[must_use]
    pub fn with_pool(mut self, pool: PgPool) -> Self {
        let open = register(&self.registry, || {
            IntGauge::new("database_connections_open", "Connections to Postgres")
        });
        let idle = register(&self.registry, || {
            IntGauge::new("database_connections_idle", "Connections to Postgres that are free")
        });
        self.pool = Some((pool, open, idle));
        self
    }

    /// The same metrics, and whether `bus` reaches other processes.
    #[must_use]
    pub fn with_bus(mut self, bus: Bus) -> Self {
        let up = register(&self.registry, || {
            IntGauge::new("bus_up", "1 while Redis is listened to, or where none is needed")
        });
        self.bus = Some((bus, up));
        self
    }

    /// Where a service adds metrics of its own.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// A gauge of the service's own.
    pub fn gauge(&self, name: &str, help: &str) -> IntGauge {
        register(&self.registry, || IntGauge::new(name, help))
    }

    /// Gauges of the service's own, one for each combination of `labels`.
    pub fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> Gauges {
        register(&self.registry, || IntGaugeVec::new(opts!(name, help), labels))
    }

    /// Counters of the service's own, one for each combination of `labels`.
    pub fn counters(&self, name: &str, help: &str, labels: &[&str]) -> Counters {
        register(&self.registry, || IntCounterVec::new(opts!(name, help), labels))
    }

    /// How long work of the service's own takes, one for each combination of `labels`.
    pub fn timings(&self, name: &str, help: &str, labels: &[&str]) -> Timings {
        register(&self.registry, || {
            let buckets = vec![0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];
            HistogramVec::new(histogram_opts!(name, help, buckets), labels)
        })
    }

    /// All metrics in Prometheus' text format.
    pub fn render(&self) -> anyhow::Result<Vec<u8>> {
        if let Some((pool, open, idle)) = &self.pool {
            open.set(pool.size().into());
            idle.set(i64::try_from(pool.num_idle()).unwrap_or(i64::MAX));
        }
        if let Some((bus, up)) = &self.bus {
            up.set(bus.is_heard().into());
        }
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text).context("writing metrics")?;
        Ok(text)
    }
}

/// Makes a metric and registers it. Fails only on a name that is taken or malformed: a mistake in the code.
pub fn register<M>(registry: &Registry, make: impl FnOnce() -> prometheus::Result<M>) -> M
where
    M: prometheus::core::Collector + Clone + 'static,
{
    let metric = make().expect("the name is well-formed");
    registry.register(Box::new(metric.clone())).expect("the name is free");
    metric
}
