//! The REST API: accounts, sessions, devices, invitations, tokens.

pub mod accounts;
mod admin;
mod app;
mod auth;
mod devices;
mod invites;
mod jobs;
mod limits;
pub mod sessions;
pub mod set_up;
pub mod tokens;
mod words;

use std::time::Duration;

use anyhow::Result;
use axum::Router;
use securevox_core::{
    config::{self, Listening, Reader, Variable},
    http,
    metrics::Metrics,
    openapi,
    process::{Base, Built, Place, Service},
    web,
};
use utoipa_axum::router::OpenApiRouter;

pub use app::App;

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Api;

impl Service for Api {
    const NAME: &'static str = "api";
    const BINARY: &'static str = "securevox-api";
    const ABOUT: &'static str = "The REST API of SecureVOX: accounts, sessions, devices, tokens";
    const VARIABLES: &'static [&'static [Variable]] = &[config::Accounts::VARIABLES];
    type Config = config::Accounts;

    fn read(reader: &mut Reader<'_>) -> Option<config::Accounts> {
        config::Accounts::read(reader)
    }

    fn place(listening: &Listening) -> Place {
        Place {
            public: listening.api_port,
            internal: listening.api_internal_port,
            drain_limit: listening.api_drain_limit,
        }
    }

    async fn build(base: &Base, metrics: &Metrics, config: config::Accounts) -> Result<Built> {
        let app = App::new(base, metrics, config);
        jobs::start(&app, base, metrics).await?;
        let limit = base.network.request_timeout.duration();
        Ok(Built { routes: routes(app, limit), readiness: base.readiness() })
    }
}

/// All routes of the service; none may take longer than `limit`.
fn routes(app: App, limit: Duration) -> Router {
    let described = OpenApiRouter::new()
        .merge(auth::routes())
        .merge(accounts::routes())
        .merge(sessions::routes())
        .merge(devices::routes())
        .merge(invites::routes())
        .merge(tokens::routes())
        .merge(admin::routes())
        .merge(auth::pages().into())
        .merge(tokens::pages().into())
        .merge(set_up::pages().into());
    let (router, _) = openapi::describe("SecureVOX API", http::timed(described, limit));
    web::with_problem_words(router.with_state(app), words::FAULTS)
}
