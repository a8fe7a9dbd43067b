//! App distribution: packages come in, are looked into, and go out to testers.

mod app;
mod apps;
mod builds;
mod cms;
mod config;
pub mod enrolment;
mod feeds;
pub mod inspect;
mod jobs;
mod life;
mod people;
mod property_list;
mod uploads;
mod words;

use std::time::Duration;

use anyhow::Result;
use axum::Router;
use securevox_core::{
    config::{Listening, Reader, Variable},
    http,
    metrics::Metrics,
    openapi,
    process::{Base, Built, Place, Service},
    web,
};
use utoipa_axum::router::OpenApiRouter;

pub use app::App;
pub use config::{Feeds, People, Settings, Uploads};

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Distribution;

impl Service for Distribution {
    const NAME: &'static str = "app-distribution";
    const BINARY: &'static str = "securevox-app-distribution";
    const ABOUT: &'static str = "App distribution of SecureVOX: uploads and downloads of builds";
    const VARIABLES: &'static [&'static [Variable]] =
        &[Uploads::VARIABLES, People::VARIABLES, Feeds::VARIABLES];
    type Config = Settings;

    fn read(reader: &mut Reader<'_>) -> Option<Settings> {
        let (uploads, people) = (Uploads::read(reader), People::read(reader));
        let feeds = Feeds::read(reader);
        Some(Settings { uploads: uploads?, people: people?, feeds: feeds? })
    }

    fn place(listening: &Listening) -> Place {
        Place {
            public: listening.distribution_port,
            internal: listening.distribution_internal_port,
            drain_limit: listening.distribution_drain_limit,
        }
    }

    async fn build(base: &Base, metrics: &Metrics, config: Settings) -> Result<Built> {
        let app = App::new(base, metrics, config)?;
        jobs::start(&app, base, metrics).await?;
        let storage = app.storage.clone();
        let readiness = base.readiness().and("storage", move || {
            let storage = storage.clone();
            Box::pin(async move { storage.probe().await })
        });
        Ok(Built { routes: routes(app, base.network.request_timeout.duration()), readiness })
    }
}

/// All routes of the service; only uploads and downloads may take longer than `limit`.
fn routes(app: App, limit: Duration) -> Router {
    let quick = OpenApiRouter::new()
        .merge(builds::routes())
        .merge(uploads::routes())
        .merge(uploads::pages().into())
        .merge(life::routes())
        .merge(life::pages().into())
        .merge(apps::routes())
        .merge(people::routes())
        .merge(apps::pages().into())
        .merge(people::pages().into())
        .merge(feeds::pages().into())
        .merge(builds::pages().into())
        .merge(web::session_routes().into());
    let described = http::timed(quick, limit)
        .merge(builds::transfer_routes())
        .merge(uploads::transfer_routes())
        .merge(builds::transfer_pages().into())
        .merge(feeds::transfer_pages().into());
    let (router, _) = openapi::describe("SecureVOX app distribution", described);
    web::with_problem_words(router.with_state(app), words::PROBLEMS)
}
