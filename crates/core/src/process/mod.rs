//! What a service is, how its binary starts it, and how it stops.
//!
//! `securevox up` runs all four on one [`Base`]; the binary of a single service runs [`main`].

mod sections;

use std::{future::Future, net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context as _;
use axum::Router;
use chrono::Utc;
use sqlx::PgPool;
use tokio::net::TcpListener;

use crate::{
    auth::{AccessTokens, Gate, Revocations, SigningKeys},
    bus::Bus,
    config::{self, Faults, Listening, Network, Outbound, Reader, Seconds, Urls, Variable},
    db, http,
    mail::Mailer,
    metrics::Metrics,
    secret_key::SecretKey,
    storage::Storage,
    tasks::{Lifecycle, Tasks},
    telemetry,
    web::Site,
};

pub use sections::Common;

/// One of the four services.
pub trait Service: 'static {
    /// As in the names of its metrics: `app-distribution`.
    const NAME: &'static str;
    /// The name of its binary: `securevox-app-distribution`.
    const BINARY: &'static str;
    /// One line for `--help`.
    const ABOUT: &'static str;
    /// The variables of its own sections.
    const VARIABLES: &'static [&'static [Variable]];
    /// Its own sections.
    type Config: Send + 'static;

    /// Reads its own sections; `None` after noting what was wrong.
    fn read(reader: &mut Reader<'_>) -> Option<Self::Config>;

    /// Where it listens.
    fn place(listening: &Listening) -> Place;

    /// Makes its routes, starts its background work.
    fn build(
        base: &Base,
        metrics: &Metrics,
        config: Self::Config,
    ) -> impl Future<Output = anyhow::Result<Built>> + Send;
}

/// Where a service listens and how long it may take to stop.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The public port.
    pub public: u16,
    /// The port of health checks and metrics.
    pub internal: u16,
    /// How long it finishes what runs after it was told to stop.
    pub drain_limit: Seconds,
}

/// A service that is ready to be served.
#[derive(Debug)]
pub struct Built {
    /// Its public routes, without the layers that every service has.
    pub routes: Router,
    /// What has to work besides Postgres.
    pub readiness: http::Readiness,
}

/// What the services of one process share. Clones share it too.
#[derive(Clone, Debug)]
pub struct Base {
    /// The database.
    pub db: PgPool,
    /// Issues and proves access tokens.
    pub tokens: AccessTokens,
    /// Refuses those of revoked sessions.
    pub revocations: Revocations,
    /// What may be lost and is shared with other processes.
    pub bus: Bus,
    /// Seals and signs.
    pub secret: SecretKey,
    /// The data folder.
    pub data: PathBuf,
    /// Where files go.
    pub storage: Storage,
    /// Addresses, limits.
    pub network: Network,
    /// Requests to URLs that users give.
    pub outbound: Outbound,
    /// Sends mail.
    pub mailer: Mailer,
    /// Public addresses.
    pub urls: Urls,
    /// Background work.
    pub tasks: Tasks,
    /// Serving or draining.
    pub lifecycle: Lifecycle,
}

impl Base {
    /// Connects to the database at `url`, whose schema must be there, and loads the keys.
    pub async fn open(common: &Common, url: &str) -> anyhow::Result<Self> {
        let db = db::pool(url, common.database.max_connections)?;
        let mut conn = db.acquire().await.context(
            "cannot connect to Postgres: is it running, and is SECUREVOX_DATABASE_URL right?",
        )?;
        db::check_schema(&mut conn).await?;
        drop(conn);
        let data = common.data_folder()?;
        std::fs::create_dir_all(&data)
            .with_context(|| format!("cannot make the data folder {}", data.display()))?;
        Self::on(common, db, data, common.secret_key()?).await
    }

    /// Everything on a database whose schema is there, with the folder and the key that are told.
    pub async fn on(
        common: &Common,
        db: PgPool,
        data: PathBuf,
        secret: SecretKey,
    ) -> anyhow::Result<Self> {
        let storage = Storage::open(&common.files, &data)?;
        let tasks = Tasks::default();
        let urls = common.urls.resolve(&common.listening);
        let bus = match common.redis.url {
            Some(_) => Bus::connect(&common.redis, &tasks).await?,
            None => Bus::in_process(),
        };
        let keys = SigningKeys::new(db.clone(), secret.clone());
        keys.load(&bus, &tasks).await?;
        let mailer = Mailer::open(&common.mail, &secret, &bus)?;
        let lifetime = common.tokens.access_lifetime.delta();
        let revocations = Revocations::new(lifetime, bus.clone());
        revocations.reload(&mut *db.acquire().await?, Utc::now()).await?;
        revocations.keep_fresh(db.clone(), &tasks);
        Ok(Self {
            db,
            tokens: AccessTokens::new(keys, urls.api.as_str(), lifetime),
            revocations,
            bus,
            secret,
            data,
            storage,
            network: common.network.clone(),
            outbound: common.outbound.clone(),
            mailer,
            urls,
            tasks,
            lifecycle: Lifecycle::default(),
        })
    }

    /// What the caller extractors of one service need.
    pub fn gate(&self, metrics: &Metrics) -> Gate {
        Gate {
            tokens: self.tokens.clone(),
            revocations: self.revocations.clone(),
            failures: metrics.auth_failures.clone(),
        }
    }

    /// The limits that every request to `service` meets.
    pub fn door(&self, service: &'static str, metrics: &Metrics) -> http::Door {
        let site = Site::of(service, &self.urls, &self.secret);
        let proof = (self.db.clone(), self.gate(metrics));
        http::Door::new(&self.network, &self.bus, proof, site)
    }

    /// Ready while Postgres answers and nothing drains. A Redis that went is told, and no reason
    /// to be unready: each copy goes on with limits of its own, and asks Postgres what it missed.
    pub fn readiness(&self) -> http::Readiness {
        let (db, bus) = (self.db.clone(), self.bus.clone());
        let readiness = http::Readiness::new(self.lifecycle.clone()).and("postgres", move || {
            let db = db.clone();
            Box::pin(async move {
                let mut conn = db.acquire().await?;
                Ok(sqlx::Connection::ping(&mut *conn).await?)
            })
        });
        readiness.and_if_possible("redis", move || {
            let bus = bus.clone();
            Box::pin(async move { bus.probe().await })
        })
    }

    /// Ends background work and closes the database, after everything was served.
    pub async fn close(&self) {
        if !self.tasks.stop(Duration::from_secs(20)).await {
            tracing::warn!(
                "some background work did not end in time; its jobs will be taken again"
            );
        }
        self.db.close().await;
    }
}

/// The two listeners of a service, bound before anything is started.
#[derive(Debug)]
pub struct Listeners {
    public: TcpListener,
    internal: TcpListener,
}

impl Listeners {
    /// Listens where `place` says.
    pub async fn bind(network: &Network, place: Place) -> anyhow::Result<Self> {
        Ok(Self {
            public: http::bind(network.bind, place.public).await?,
            internal: http::bind(network.bind, place.internal).await?,
        })
    }

    /// The public address and the internal one: known only now where the port was 0.
    pub fn addresses(&self) -> std::io::Result<(SocketAddr, SocketAddr)> {
        Ok((self.public.local_addr()?, self.internal.local_addr()?))
    }
}

/// A service that listens and is not served yet.
#[derive(Debug)]
pub struct Prepared {
    name: &'static str,
    public: (TcpListener, Router),
    internal: (TcpListener, Router),
    drain_limit: Duration,
}

/// Builds the service `S`: its routes, its background work, its metrics.
pub async fn prepare<S: Service>(
    base: &Base,
    config: S::Config,
    listeners: Listeners,
    drain_limit: Seconds,
) -> anyhow::Result<Prepared> {
    let metrics = Metrics::new(S::NAME).with_pool(base.db.clone()).with_bus(base.bus.clone());
    let Built { routes, readiness } = S::build(base, &metrics, config).await?;
    let door = base.door(S::NAME, &metrics);
    Ok(Prepared {
        name: S::NAME,
        public: (listeners.public, http::dress(routes, &base.network, door, &metrics)),
        internal: (listeners.internal, http::internal_router(readiness, metrics)),
        drain_limit: drain_limit.duration(),
    })
}

impl Prepared {
    /// Serves until the lifecycle of `base` drains and what runs is finished.
    pub async fn serve(self, base: &Base) {
        let (public, routes) = self.public;
        let (internal, inside) = self.internal;
        // Health checks and metrics answer until the last request is finished.
        let until = Lifecycle::default();
        let serve_public = async {
            let served =
                http::serve(public, routes, &base.network, &base.lifecycle, self.drain_limit);
            if !served.await {
                tracing::warn!(service = self.name, "requests were cut at the drain limit");
            }
            until.drain();
        };
        let second = Duration::from_secs(1);
        tokio::join!(serve_public, http::serve(internal, inside, &base.network, &until, second));
    }
}

/// `main` of a binary that runs one service.
pub fn main<S: Service>() -> ExitCode {
    let sections = [Common::VARIABLES, S::VARIABLES].concat();
    clap::Command::new(S::BINARY)
        .version(env!("CARGO_PKG_VERSION"))
        .about(S::ABOUT)
        .after_help(config::describe(&sections))
        .get_matches();
    finish(start::<S>())
}

/// The exit code for `result`; a failure is told on standard error, in words, with its causes.
pub fn finish(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the last words of a process, after its logs")]
            {
                eprintln!("error: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The runtime of every process; also chooses the one TLS implementation.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    // Fails only where one was chosen already.
    let _chosen = rustls::crypto::aws_lc_rs::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")
}

fn start<S: Service>() -> anyhow::Result<()> {
    let (common, config) = read_config::<S>()?;
    telemetry::init(&common.telemetry)?;
    let url = required(&common)?;
    runtime()?.block_on(async {
        let place = S::place(&common.listening);
        let listeners = Listeners::bind(&common.network, place).await?;
        let base = Base::open(&common, &url).await?;
        let prepared = prepare::<S>(&base, config, listeners, place.drain_limit).await?;
        tracing::info!(service = S::NAME, port = place.public, "serving");
        tokio::select! {
            () = prepared.serve(&base) => {}
            never = base.lifecycle.drain_on_signal() => match never {},
        }
        base.close().await;
        Ok(())
    })
}

/// Where the database is, if everything is set that a service needs which is not alone.
fn required(common: &Common) -> Result<String, Faults> {
    let missing = "SECUREVOX_REDIS_URL must be set: services and copies share a bus (`securevox up` needs none)";
    let redis = common.redis.url.as_ref().map(drop).ok_or(missing.to_owned());
    match (common.database.required_url(), redis) {
        (Ok(url), Ok(())) => Ok(url.to_owned()),
        (database, redis) => {
            let faults = database.err().map(|Faults(faults)| faults).unwrap_or_default();
            Err(Faults(faults.into_iter().chain(redis.err()).collect()))
        }
    }
}

fn read_config<S: Service>() -> Result<(Common, S::Config), Faults> {
    let mut reader = Reader::new(&config::from_process);
    let common = Common::read(&mut reader);
    let config = S::read(&mut reader);
    reader.finish(common.zip(config))
}
