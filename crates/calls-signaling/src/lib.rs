//! Call signalling: sockets of devices, and the signals that they send each other over them.
//! Calls themselves, with ringing and history, grow here; until then there are test calls.

mod app;
mod config;
mod metrics;
mod signal;
mod socket;

use std::sync::Arc;

use anyhow::Result;
use securevox_core::{
    config::{Listening, Reader, Variable},
    metrics::Metrics,
    openapi,
    process::{Base, Built, Place, Service},
};

pub use config::Signaling;

use crate::app::App;

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct CallsSignaling;

impl Service for CallsSignaling {
    const NAME: &'static str = "calls-signaling";
    const BINARY: &'static str = "securevox-calls-signaling";
    const ABOUT: &'static str = "WebRTC call signalling of SecureVOX";
    const VARIABLES: &'static [&'static [Variable]] = &[Signaling::VARIABLES];
    type Config = Signaling;

    fn read(reader: &mut Reader<'_>) -> Option<Signaling> {
        Signaling::read(reader)
    }

    fn place(listening: &Listening) -> Place {
        Place {
            public: listening.calls_port,
            internal: listening.calls_internal_port,
            drain_limit: listening.calls_drain_limit,
        }
    }

    async fn build(base: &Base, metrics: &Metrics, config: Signaling) -> Result<Built> {
        let app = Arc::new(App::new(base, metrics, &config));
        let (routes, _) = openapi::describe("SecureVOX calls-signaling", socket::described());
        let routes = routes.merge(socket::routes(&app, base, metrics));
        Ok(Built { routes, readiness: base.readiness() })
    }
}
