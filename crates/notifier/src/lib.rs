//! The event stream and push. Health, metrics and its API description for now: `/v1/stream` and `/v1/push` grow here.

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
pub struct Notifier;

impl Service for Notifier {
    const NAME: &'static str = "notifier";
    const BINARY: &'static str = "securevox-notifier";
    const ABOUT: &'static str = "The event stream and push of SecureVOX";
    const VARIABLES: &'static [&'static [Variable]] = &[];
    type Config = ();

    fn read(_: &mut Reader<'_>) -> Option<()> {
        Some(())
    }

    fn place(listening: &Listening) -> Place {
        Place {
            public: listening.notifier_port,
            internal: listening.notifier_internal_port,
            drain_limit: listening.notifier_drain_limit,
        }
    }

    async fn build(base: &Base, _: &Metrics, (): ()) -> Result<Built> {
        let (routes, _) = openapi::describe("SecureVOX notifier", OpenApiRouter::new());
        Ok(Built { routes, readiness: base.readiness_with_bus() })
    }
}
