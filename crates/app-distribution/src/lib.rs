//! App distribution: packages come in, are looked into, and go out to testers.

mod access;
mod advice;
mod agent;
mod analytics;
mod android_version;
mod app;
mod apps;
mod assets;
mod build_page;
mod builds;
mod cms;
mod config;
mod csv;
mod der;
mod done;
mod downloads;
pub mod enrolment;
mod events;
mod feedback;
mod feeds;
mod history;
pub mod inspect;
mod install;
mod jobs;
mod letter;
mod me;
mod multipart;
mod notes;
mod people;
mod picture;
mod property_list;
mod quota;
mod repeat;
mod retention;
mod sweep;
mod updates;
mod uploads;
mod usage;
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
pub use config::{Enrolment, Feeds, Insights, People, Settings, Uploads, Webhooks};

/// The service.
#[derive(Clone, Copy, Debug)]
pub struct Distribution;

impl Service for Distribution {
    const NAME: &'static str = "app-distribution";
    const BINARY: &'static str = "securevox-app-distribution";
    const ABOUT: &'static str = "App distribution of SecureVOX: uploads and downloads of builds";
    const VARIABLES: &'static [&'static [Variable]] = &[
        Uploads::VARIABLES,
        People::VARIABLES,
        Enrolment::VARIABLES,
        Insights::VARIABLES,
        Webhooks::VARIABLES,
        Feeds::VARIABLES,
    ];
    type Config = Settings;

    fn read(reader: &mut Reader<'_>) -> Option<Settings> {
        let (uploads, people) = (Uploads::read(reader), People::read(reader));
        let (enrolment, insights) = (app::read_enrolment(reader), Insights::read(reader));
        let (webhooks, feeds) = (Webhooks::read(reader), Feeds::read(reader));
        Some(Settings {
            uploads: uploads?,
            people: people?,
            enrolment: enrolment?,
            insights: insights?,
            webhooks: webhooks?,
            feeds: feeds?,
        })
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
        analytics::watch(&app, metrics);
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
        .merge(updates::routes())
        .merge(updates::pages().into())
        .merge(retention::routes())
        .merge(retention::pages().into())
        .merge(feedback::routes())
        .merge(feedback::pages().into())
        .merge(analytics::routes())
        .merge(analytics::pages().into())
        .merge(history::routes())
        .merge(history::pages().into())
        .merge(apps::routes())
        .merge(people::routes())
        .merge(events::routes())
        .merge(events::pages().into())
        .merge(apps::pages().into())
        .merge(people::pages().into())
        .merge(me::pages().into())
        .merge(feeds::routes())
        .merge(feeds::pages().into())
        .merge(builds::pages().into())
        .merge(build_page::pages().into())
        .merge(enrolment::routes())
        .merge(enrolment::pages().into())
        .merge(downloads::routes())
        .merge(downloads::pages().into())
        .merge(install::pages().into())
        .merge(assets::ASSETS.routes().into())
        .merge(web::session_routes().into());
    let described = http::timed(quick, limit)
        .merge(builds::transfer_routes())
        .merge(uploads::transfer_routes())
        .merge(uploads::transfer_pages().into())
        .merge(feedback::transfer_routes())
        .merge(feedback::transfer_pages().into())
        .merge(builds::transfer_pages().into())
        .merge(build_page::transfer_pages().into())
        .merge(feeds::transfer_pages().into());
    let (router, _) = openapi::describe("SecureVOX app distribution", described);
    web::with_problem_words(router.with_state(app), words::FAULTS)
}
