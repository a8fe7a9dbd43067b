//! What a socket can reach.

use std::time::Duration;

use axum::extract::FromRef;
use securevox_core::{
    auth::Gate,
    bus::Bus,
    metrics::Metrics,
    process::Base,
    rate_limit::Limiter,
    tasks::{Lifecycle, Tasks},
};
use sqlx::PgPool;

use crate::{config::Signaling, metrics::Counted};

/// The state of the service, shared by all sockets.
#[derive(Clone, Debug, FromRef)]
pub(crate) struct App {
    pub(crate) db: PgPool,
    pub(crate) gate: Gate,
    pub(crate) bus: Bus,
    pub(crate) limits: Limits,
    pub(crate) counted: Counted,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) tasks: Tasks,
}

/// How often something may be done.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) sockets_per_address: Limiter,
    pub(crate) signals_per_device: Limiter,
    pub(crate) signals_per_account: Limiter,
}

impl App {
    pub(crate) fn new(base: &Base, metrics: &Metrics, config: &Signaling) -> Self {
        Self {
            db: base.db.clone(),
            gate: base.gate(metrics),
            bus: base.bus.clone(),
            limits: Limits::new(&base.bus, config),
            counted: Counted::new(metrics),
            lifecycle: base.lifecycle.clone(),
            tasks: base.tasks.clone(),
        }
    }
}

impl Limits {
    fn new(bus: &Bus, config: &Signaling) -> Self {
        let each_minute = |name, count| Limiter::new(bus, name, count, Duration::from_mins(1));
        Self {
            sockets_per_address: each_minute("signaling-sockets", config.sockets_per_address),
            signals_per_device: each_minute("signals-device", config.signals_per_device),
            signals_per_account: each_minute("signals-account", config.signals_per_account),
        }
    }
}
