//! Call signalling. Health, metrics and its API description for now: the Socket.IO namespace grows here.

use anyhow::Result;
use securevox_core::{
    config::{Listening, Reader, Variable},
    metrics::Metrics,
    openapi,
    process::{Base, Built, Place, Service},
};
use utoipa_axum::router::OpenApiRouter;

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct CallsSignaling;

impl Service for CallsSignaling {
    const NAME: &'static str = "calls-signaling";
    const BINARY: &'static str = "securevox-calls-signaling";
    const ABOUT: &'static str = "WebRTC call signalling of SecureVOX";
    const VARIABLES: &'static [&'static [Variable]] = &[];
    type Config = ();

    fn read(_: &mut Reader<'_>) -> Option<()> {
        Some(())
    }

    fn place(listening: &Listening) -> Place {
        Place {
            public: listening.calls_port,
            internal: listening.calls_internal_port,
            drain_limit: listening.calls_drain_limit,
        }
    }

    async fn build(base: &Base, _: &Metrics, (): ()) -> Result<Built> {
        let (routes, _) = openapi::describe("SecureVOX calls-signaling", OpenApiRouter::new());
        Ok(Built { routes, readiness: base.readiness() })
    }
}
