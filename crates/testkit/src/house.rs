//! What the services of one test share: a database, keys, a folder.

use std::{fs, path::PathBuf};

use axum::Router;
use securevox_core::{
    auth::SecretKey,
    config::{Reader, Seconds},
    http,
    metrics::Metrics,
    process::{self, Base, Built, Common, Listeners, Place, Service},
};
use sqlx::PgPool;
use uuid::Uuid;

/// A house for services: everything they share, gone at the end of the test.
#[derive(Debug)]
pub struct House {
    pub base: Base,
}

/// A service on real ports.
#[derive(Clone, Debug)]
pub struct Serving {
    /// `http://127.0.0.1:…`, without a slash at the end.
    pub url: String,
    /// Of health checks and metrics.
    pub internal: String,
}

/// Variables for the sections of a house or a service, in full: `("SECUREVOX_MIN_RATE", "10")`.
pub type Variables<'a> = &'a [(&'a str, &'a str)];

impl House {
    /// A house on the test's own database.
    pub async fn on(db: PgPool) -> Self {
        Self::with(db, &[]).await
    }

    /// A house with settings of its own for the network and for where files go.
    pub async fn with(db: PgPool, variables: Variables<'_>) -> Self {
        Box::pin(Self::build(db, SecretKey::random(), variables)).await
    }

    /// Another process of the same platform: the same database and secret, and its own memory.
    /// Both need `SECUREVOX_REDIS_URL` in their `variables` to hear of each other.
    pub async fn copy(&self, variables: Variables<'_>) -> Self {
        let (db, secret) = (self.base.db.clone(), self.base.secret.clone());
        Box::pin(Self::build(db, secret, variables)).await
    }

    async fn build(db: PgPool, secret: SecretKey, variables: Variables<'_>) -> Self {
        let data = std::env::temp_dir().join(format!("securevox-test-{}", Uuid::now_v7()));
        fs::create_dir(&data).unwrap();
        let common = read(variables, Common::read);
        let base = Base::on(&common, db, data, secret).await.unwrap();
        Self { base }
    }

    /// The real router of a service, to be called in process.
    pub async fn router<S: Service>(&self, variables: Variables<'_>) -> Router {
        let metrics = Metrics::new(S::NAME);
        let config = read(variables, S::read);
        let built = Box::pin(S::build(&self.base, &metrics, config)).await;
        let Built { routes, .. } = built.unwrap();
        let door = self.base.door(S::NAME, &metrics);
        http::dress(routes, &self.base.network, door, &metrics)
    }

    /// The routes of a service without the layers around them, to be looked at.
    pub async fn routes<S: Service>(&self, variables: Variables<'_>) -> Router {
        let config = read(variables, S::read);
        let metrics = Metrics::new(S::NAME);
        Box::pin(S::build(&self.base, &metrics, config)).await.unwrap().routes
    }

    /// The service on real ports, until the lifecycle of the house drains.
    pub async fn serve<S: Service>(&self, variables: Variables<'_>) -> Serving {
        let place = Place { public: 0, internal: 0, drain_limit: Seconds(10) };
        let listeners = Listeners::bind(&self.base.network, place).await.unwrap();
        let (public, internal) = listeners.addresses().unwrap();
        let config = read(variables, S::read);
        let base = self.base.clone();
        let prepared = process::prepare::<S>(&base, config, listeners, place.drain_limit);
        let prepared = Box::pin(prepared).await.unwrap();
        self.base.tasks.spawn(async move { prepared.serve(&base).await });
        Serving { url: format!("http://{public}"), internal: format!("http://{internal}") }
    }

    /// The files of a folder below the data folder (`spool`, `storage/builds`).
    pub fn files(&self, folder: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.base.data.join(folder)).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // Best effort: a test that fails may leave its folder behind.
        let _removed = fs::remove_dir_all(&self.base.data);
    }
}

fn read<T>(variables: Variables<'_>, section: impl Fn(&mut Reader<'_>) -> Option<T>) -> T {
    let lookup = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let mut reader = Reader::new(&lookup);
    let section = section(&mut reader);
    reader.finish(section).unwrap()
}
