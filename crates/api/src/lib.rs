//! The REST API: accounts, sessions, devices, invitations, tokens, single sign-on.

pub mod accounts;
mod admin;
mod app;
mod auth;
mod config;
mod devices;
mod invites;
mod jobs;
pub mod let_in;
mod limits;
mod provider;
pub mod sessions;
pub mod set_up;
pub mod sso;
pub mod tokens;
mod ways_in;
mod words;

use std::time::Duration;

use anyhow::Result;
use axum::Router;
use securevox_core::{
    config::{Accounts, Listening, Reader, Sso, Variable},
    http,
    metrics::Metrics,
    openapi,
    process::{Base, Built, Place, Service},
    web,
};
use utoipa_axum::router::OpenApiRouter;

pub use app::App;
pub use config::Config;

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Api;

impl Service for Api {
    const NAME: &'static str = "api";
    const BINARY: &'static str = "securevox-api";
    const ABOUT: &'static str = "The REST API of SecureVOX: accounts, sessions, devices, tokens";
    const VARIABLES: &'static [&'static [Variable]] = &[Accounts::VARIABLES, Sso::VARIABLES];
    type Config = Config;

    fn read(reader: &mut Reader<'_>) -> Option<Config> {
        Config::read(reader)
    }

    fn place(listening: &Listening) -> Place {
        Place {
            public: listening.api_port,
            internal: listening.api_internal_port,
            drain_limit: listening.api_drain_limit,
        }
    }

    async fn build(base: &Base, metrics: &Metrics, config: Config) -> Result<Built> {
        let app = App::new(base, metrics, config)?;
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
        .merge(sso::pages().into())
        .merge(let_in::pages().into())
        .merge(tokens::pages().into())
        .merge(set_up::pages().into());
    let (router, _) = openapi::describe("SecureVOX API", http::timed(described, limit));
    web::with_problem_words(router.with_state(app), words::FAULTS)
}
