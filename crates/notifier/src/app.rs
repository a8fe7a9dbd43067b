//! What a handler can reach.

use std::{sync::Arc, time::Duration};

use axum::extract::FromRef;
use securevox_core::{
    auth::Gate, bus::Bus, metrics::Metrics, process::Base, rate_limit::Limiter, tasks::Lifecycle,
};
use sqlx::PgPool;

use crate::{config::Stream, registry::Streams};

/// The state of the service.
#[derive(Clone, Debug, FromRef)]
pub(crate) struct App {
    pub(crate) db: PgPool,
    pub(crate) gate: Gate,
    pub(crate) bus: Bus,
    pub(crate) streams: Arc<Streams>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) config: Arc<Stream>,
    pub(crate) openings_of: Limiter,
}

impl App {
    pub(crate) fn new(base: &Base, metrics: &Metrics, config: Stream) -> Self {
        let (openings, minute) = (config.openings_per_account, Duration::from_mins(1));
        Self {
            db: base.db.clone(),
            gate: base.gate(metrics),
            bus: base.bus.clone(),
            streams: Arc::new(Streams::new(metrics)),
            lifecycle: base.lifecycle.clone(),
            openings_of: Limiter::new(&base.bus, "streams-opened-by", openings, minute),
            config: Arc::new(config),
        }
    }
}
