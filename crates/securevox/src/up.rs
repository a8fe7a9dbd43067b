//! `securevox up`: all four services in one process, on a Postgres of their own unless one is configured.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use securevox_api::Api;
use securevox_app_distribution::Distribution;
use securevox_calls_signaling::CallsSignaling;
use securevox_core::{
    process::{self, Base, Common, Listeners, Prepared, Service},
    tasks::Lifecycle,
    telemetry,
};
use securevox_embedded::postgres::Running;
use securevox_notifier::Notifier;

use crate::{
    announce, control,
    database::{self, Own, STOP_LIMIT},
    settings::{self, Settings},
};

/// Tries to start a Postgres that died, with growing pauses, before the platform gives up.
const RESTARTS: u32 = 6;

/// Runs until SIGTERM or Ctrl-C.
pub(crate) fn up(data: Option<&Path>) -> anyhow::Result<()> {
    let settings = settings::read(data)?;
    telemetry::init(&settings.common.telemetry)?;
    let folder = settings.data_folder()?;
    let runtime = process::runtime()?;
    // First, so that a port in use is told before anything is started.
    let ports = runtime.block_on(Ports::bind(&settings.common))?;
    let postgres = match &settings.common.database.url {
        Some(_) => None,
        None => Some(Postgres::start(&folder.join("postgres"))?),
    };
    let url = match (&settings.common.database.url, &postgres) {
        (Some(url), _) => url.expose_secret().to_owned(),
        (None, Some(postgres)) => postgres.own.url(),
        (None, None) => unreachable!("one of them is there"),
    };
    let served = runtime.block_on(serve(settings, ports, &url, postgres.as_ref()));
    if let Some(postgres) = postgres {
        postgres.stop();
    }
    served
}

/// The listeners of all services.
struct Ports {
    api: Listeners,
    calls: Listeners,
    notifier: Listeners,
    distribution: Listeners,
}

impl Ports {
    async fn bind(common: &Common) -> anyhow::Result<Self> {
        let (network, listening) = (&common.network, &common.listening);
        Ok(Self {
            api: Listeners::bind(network, Api::place(listening)).await?,
            calls: Listeners::bind(network, CallsSignaling::place(listening)).await?,
            notifier: Listeners::bind(network, Notifier::place(listening)).await?,
            distribution: Listeners::bind(network, Distribution::place(listening)).await?,
        })
    }
}

async fn serve(
    settings: Settings,
    ports: Ports,
    url: &str,
    postgres: Option<&Postgres>,
) -> anyhow::Result<()> {
    database::migrate(url).await?;
    let common = settings.common.clone();
    let base = Base::open(&common, url).await?;
    control::listen(&base.data, &base.bus, &base.tasks);
    if let Some(postgres) = postgres {
        postgres.watch(base.lifecycle.clone());
    }
    let [api, calls, notifier, distribution] = Box::pin(prepare(&base, settings, ports)).await?;
    let mut conn = base.db.acquire().await?;
    let set_up = securevox_api::set_up::link(&mut conn).await?;
    drop(conn);
    announce::announce(&base, &common, set_up.as_deref())?;
    let served = async {
        tokio::join!(
            api.serve(&base),
            calls.serve(&base),
            notifier.serve(&base),
            distribution.serve(&base)
        );
    };
    tokio::select! {
        () = served => {}
        never = base.lifecycle.drain_on_signal() => match never {},
    }
    base.close().await;
    match postgres {
        Some(postgres) if postgres.is_lost() => {
            anyhow::bail!(
                "Postgres died and could not be started again; its log is in the data folder"
            )
        }
        _ => Ok(()),
    }
}

async fn prepare(base: &Base, settings: Settings, ports: Ports) -> anyhow::Result<[Prepared; 4]> {
    let listening = settings.common.listening;
    let limit = Api::place(&listening).drain_limit;
    let api = process::prepare::<Api>(base, settings.api, ports.api, limit).await?;
    let limit = CallsSignaling::place(&listening).drain_limit;
    let signaling = settings.signaling;
    let calls = process::prepare::<CallsSignaling>(base, signaling, ports.calls, limit).await?;
    let limit = Notifier::place(&listening).drain_limit;
    let notifier =
        process::prepare::<Notifier>(base, settings.stream, ports.notifier, limit).await?;
    let limit = Distribution::place(&listening).drain_limit;
    let config = settings.distribution;
    let distribution = process::prepare::<Distribution>(base, config, ports.distribution, limit);
    // It builds so much that its state would be too large for the stack.
    let distribution = Box::pin(distribution).await?;
    Ok([api, calls, notifier, distribution])
}

/// Our own Postgres, which is started again when it dies.
struct Postgres {
    own: Arc<Own>,
    current: Arc<Mutex<Running>>,
    stopping: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
}

impl Postgres {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let own = Own::start(folder).context("the database cannot be started")?;
        let current = Arc::new(Mutex::new(own.running.clone()));
        Ok(Self { own: Arc::new(own), current, stopping: Arc::default(), lost: Arc::default() })
    }

    /// Waits for its death in a thread. While it is away requests are told 503.
    fn watch(&self, lifecycle: Lifecycle) {
        let (own, current) = (Arc::clone(&self.own), Arc::clone(&self.current));
        let (stopping, lost) = (Arc::clone(&self.stopping), Arc::clone(&self.lost));
        let mut running = own.running.clone();
        thread::spawn(move || {
            loop {
                let death = running.wait_dead();
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                tracing::error!(%death, "Postgres died; starting it again");
                let Some(again) = restart(&own) else {
                    lost.store(true, Ordering::SeqCst);
                    lifecycle.drain();
                    return;
                };
                running = again;
                *current.lock().unwrap_or_else(PoisonError::into_inner) = running.clone();
                // Whoever stops us just now has stopped the one before.
                if stopping.load(Ordering::SeqCst) {
                    running.stop(STOP_LIMIT);
                    return;
                }
            }
        });
    }

    fn is_lost(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }

    fn stop(self) {
        self.stopping.store(true, Ordering::SeqCst);
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        current.stop(STOP_LIMIT);
    }
}

fn restart(own: &Own) -> Option<Running> {
    for attempt in 0..RESTARTS {
        if attempt > 0 {
            thread::sleep(Duration::from_secs(1 << (attempt - 1)));
        }
        match own.cluster.start() {
            Ok(running) => {
                tracing::info!("Postgres is back");
                return Some(running);
            }
            Err(fault) => tracing::error!(%fault, attempt, "Postgres does not start"),
        }
    }
    None
}
