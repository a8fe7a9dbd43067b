//! What a handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use securevox_core::{auth::Gate, bus::Bus, metrics::Metrics, process::Base, tasks::Lifecycle};
use sqlx::PgPool;

use crate::stream::Streams;

/// The state of the service.
#[derive(Clone, Debug, FromRef)]
pub(crate) struct App {
    pub(crate) db: PgPool,
    pub(crate) gate: Gate,
    pub(crate) bus: Bus,
    pub(crate) streams: Arc<Streams>,
    pub(crate) lifecycle: Lifecycle,
}

impl App {
    pub(crate) fn new(base: &Base, metrics: &Metrics) -> Self {
        Self {
            db: base.db.clone(),
            gate: base.gate(metrics),
            bus: base.bus.clone(),
            streams: Arc::new(Streams::new(metrics)),
            lifecycle: base.lifecycle.clone(),
        }
    }
}
