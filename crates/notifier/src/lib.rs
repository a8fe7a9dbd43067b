//! The event stream, and later push: tells connected devices at once. It never decides what is
//! true; a client that hears nothing can always ask the REST API.

mod app;
mod config;
mod registry;
mod stream;

use anyhow::Result;
use securevox_core::{
    config::{Listening, Reader, Variable},
    metrics::Metrics,
    openapi,
    process::{Base, Built, Place, Service},
};
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
pub use crate::config::Stream;

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Notifier;

impl Service for Notifier {
    const NAME: &'static str = "notifier";
    const BINARY: &'static str = "securevox-notifier";
    const ABOUT: &'static str = "The event stream and push of SecureVOX";
    const VARIABLES: &'static [&'static [Variable]] = &[Stream::VARIABLES];
    type Config = Stream;

    fn read(reader: &mut Reader<'_>) -> Option<Stream> {
        Stream::read(reader)
    }

    fn place(listening: &Listening) -> Place {
        Place {
            public: listening.notifier_port,
            internal: listening.notifier_internal_port,
            drain_limit: listening.notifier_drain_limit,
        }
    }

    async fn build(base: &Base, metrics: &Metrics, config: Stream) -> Result<Built> {
        let app = App::new(base, metrics, config);
        stream::keep_told(&app, base);
        let described = OpenApiRouter::new().merge(stream::routes());
        let (routes, _) = openapi::describe("SecureVOX notifier", described);
        Ok(Built { routes: routes.with_state(app), readiness: base.readiness() })
    }
}
