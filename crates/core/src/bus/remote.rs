//! The bus over Redis or Valkey: one connection for what is heard, another for what is said.
//!
//! Plain `PUBLISH` and `SUBSCRIBE`: in a cluster every node passes them to all the others. The
//! driver's sharded publish/subscribe never came back after a failover when it was tried.
//! Whatever fails here is logged once and lost: that is what the bus is for.

use std::{
    collections::BTreeSet,
    fs,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use futures_util::StreamExt as _;
use redis::{
    Client, Cmd, FromRedisValue, ProtocolVersion, RedisError, RedisResult, TlsCertificates,
    aio::{ConnectionManager, ConnectionManagerConfig, PubSub},
    cluster::ClusterClientBuilder,
    cluster_async::ClusterConnection,
};
use secrecy::ExposeSecret as _;
use tokio::sync::Notify;

use super::{Entered, Limit, Members, Signal, Wait, examine, local::Local, scripts::Scripts};
use crate::{config::Redis, tasks::Tasks};

/// Before every channel and key of ours: a Redis may have other tenants.
const PREFIX: &str = "securevox:";
/// The channel on which nothing is told but that Postgres ought to be asked.
const GAP: &str = "gap";
/// How long a command may take. The bus never holds up what does not need it.
const PATIENCE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long Redis is left alone after it did not answer.
const REST: Duration = Duration::from_secs(1);
/// A silent connection is asked whether it lives; managed services drop idle ones at 300 s.
const PING_EVERY: Duration = Duration::from_secs(20);

#[derive(Clone)]
pub(super) struct Remote {
    said: Said,
    heard: Arc<Heard>,
    scripts: Arc<Scripts>,
    /// Until when nothing is asked, because the last question was not answered: else each
    /// request would wait for the same silence.
    resting: Arc<Mutex<Option<Instant>>>,
}

/// Where commands go.
#[derive(Clone)]
enum Said {
    Single(ConnectionManager),
    Cluster(ClusterConnection),
}

/// What is listened to.
struct Heard {
    nodes: Vec<Client>,
    topics: Mutex<BTreeSet<&'static str>>,
    changed: Notify,
    local: Local,
    /// Whether the subscriptions stand.
    stands: AtomicBool,
}

impl std::fmt::Debug for Remote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Remote")
    }
}

impl Remote {
    pub(super) async fn connect(
        config: &Redis,
        local: Local,
        tasks: &Tasks,
    ) -> anyhow::Result<Self> {
        let nodes = clients(config)?;
        let said = Said::connect(config, &nodes).await;
        let said = said.map_err(|error| examine::unreachable(error, config))?;
        let (topics, changed) = (Mutex::new(BTreeSet::from([GAP])), Notify::new());
        let heard =
            Arc::new(Heard { nodes, topics, changed, local, stands: AtomicBool::new(false) });
        let listening = Arc::clone(&heard);
        tasks.spawn_until_stop(async move { listening.keep_listening().await });
        let scripts = Arc::new(Scripts::new());
        let remote = Self { said, heard, scripts, resting: Arc::default() };
        remote.probe().await?;
        Ok(remote)
    }

    pub(super) async fn publish(&self, topic: &'static str, payload: &[u8]) {
        let channel = format!("{PREFIX}{topic}");
        let told = self.ask::<()>(redis::cmd("PUBLISH").arg(channel).arg(payload)).await;
        if told.is_none() {
            // At least this process hears it; the others will ask Postgres.
            self.heard.local.tell(topic, Signal::Event(payload.to_vec().into()));
        }
    }

    pub(super) async fn raise_gap(&self) {
        let channel = format!("{PREFIX}{GAP}");
        if self.ask::<()>(redis::cmd("PUBLISH").arg(channel).arg("")).await.is_none() {
            self.heard.local.gap();
        }
    }

    pub(super) fn listen(&self, topic: &'static str) {
        let mut topics = self.heard.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if topics.insert(topic) {
            self.heard.changed.notify_one();
        }
    }

    /// `None` where Redis does not answer.
    pub(super) async fn take(
        &self,
        key: &str,
        limit: Limit,
        amount: u32,
    ) -> Option<Result<(), Wait>> {
        let taken = limit.of(amount);
        let mut take = self.scripts.take.key(named("limit", key));
        take.arg(micros(taken)).arg(micros(limit.period));
        let wait: u64 = self.answer(self.said.clone().run(&take)).await?;
        Some(if wait == 0 { Ok(()) } else { Err(Wait(Duration::from_micros(wait))) })
    }

    pub(super) async fn set(&self, key: &str, value: &str, lifetime: Duration) {
        let lifetime = millis(lifetime);
        let key = named("value", key);
        self.ask::<()>(redis::cmd("SET").arg(key).arg(value).arg("PX").arg(lifetime)).await;
    }

    pub(super) async fn get(&self, key: &str) -> Option<String> {
        self.ask::<Option<String>>(redis::cmd("GET").arg(named("value", key))).await.flatten()
    }

    pub(super) async fn remove(&self, key: &str) {
        self.ask::<()>(redis::cmd("DEL").arg(named("value", key))).await;
    }

    pub(super) async fn add(&self, key: &str, by: i64, lifetime: Duration) -> Option<i64> {
        let mut add = self.scripts.add.key(named("value", key));
        add.arg(by).arg(millis(lifetime));
        self.answer(self.said.clone().run(&add)).await
    }

    pub(super) async fn enter(
        &self,
        group: &str,
        (member, saying): (&str, &str),
        places: usize,
        lifetime: Duration,
    ) -> Option<Entered> {
        let mut enter = self.scripts.enter.key(named("group", group));
        enter.arg(member).arg(saying).arg(places).arg(millis(lifetime));
        let members: Option<Members> = self.answer(self.said.clone().run(&enter)).await?;
        Some(members.map_or(Entered::Full, Entered::In))
    }

    pub(super) async fn leave(&self, group: &str, member: &str) -> Option<Members> {
        let mut leave = self.scripts.leave.key(named("group", group));
        leave.arg(member);
        self.answer(self.said.clone().run(&leave)).await
    }

    pub(super) async fn members(&self, group: &str, lifetime: Duration) -> Option<Members> {
        let mut members = self.scripts.members.key(named("group", group));
        members.arg(millis(lifetime));
        self.answer(self.said.clone().run(&members)).await
    }

    pub(super) async fn probe(&self) -> anyhow::Result<()> {
        // Any key will do; in a cluster it is some node's.
        let ask = redis::cmd("GET").arg(named("value", "probe")).to_owned();
        let mut said = self.said.clone();
        let asked = tokio::time::timeout(PATIENCE, said.query::<Option<String>>(&ask)).await;
        asked.context("Redis does not answer")?.context("Redis does not answer")?;
        Ok(())
    }

    pub(super) fn is_heard(&self) -> bool {
        self.heard.stands.load(Ordering::Relaxed)
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Option<T> {
        let mut said = self.said.clone();
        self.answer(said.query(command)).await
    }

    /// The answer, if it comes in time.
    async fn answer<T>(&self, asked: impl Future<Output = RedisResult<T>>) -> Option<T> {
        let resting = *self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        if resting.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let kind = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => Some(error.kind()),
            Err(_) => None,
        };
        // The text of an error may hold an address.
        tracing::warn!(?kind, "Redis did not answer");
        let until = Instant::now() + REST;
        *self.resting.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        None
    }
}

/// A name in our part of Redis. The braces keep what belongs to one key on one node of a cluster.
fn named(kind: &str, key: &str) -> String {
    format!("{PREFIX}{kind}:{{{key}}}")
}

fn lost(error: &RedisError) {
    // Its text may hold an address.
    tracing::warn!(kind = ?error.kind(), "Redis did not answer");
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

pub(super) fn clients(config: &Redis) -> anyhow::Result<Vec<Client>> {
    let certificates = certificates(config)?;
    let nodes = config.url.as_ref().map_or("", |url| url.expose_secret()).split(',').map(str::trim);
    let clients = nodes.map(|node| match &certificates {
        Some(certificates) => Client::build_with_tls(node, certificates.clone()),
        None => Client::open(node),
    });
    let clients: RedisResult<Vec<_>> = clients.collect();
    clients
        .map_err(|error| anyhow::anyhow!("SECUREVOX_REDIS_URL cannot be read: {:?}", error.kind()))
}

fn certificates(config: &Redis) -> anyhow::Result<Option<TlsCertificates>> {
    let Some(path) = &config.ca else { return Ok(None) };
    let pem = fs::read(path)
        .with_context(|| format!("cannot read SECUREVOX_REDIS_CA {}", path.display()))?;
    let holds_one = pem.windows(17).any(|window| window == b"BEGIN CERTIFICATE");
    anyhow::ensure!(holds_one, "SECUREVOX_REDIS_CA {} holds no certificate (PEM)", path.display());
    Ok(Some(TlsCertificates { client_tls: None, root_cert: Some(pem) }))
}

impl Said {
    async fn connect(config: &Redis, nodes: &[Client]) -> anyhow::Result<Self> {
        if !config.cluster {
            let first = nodes.first().context("SECUREVOX_REDIS_URL names no server")?;
            let patience = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(PATIENCE))
                .set_response_timeout(Some(PATIENCE))
                .set_number_of_retries(1)
                .set_max_delay(LONGEST_PAUSE);
            let connected = first.get_connection_manager_with_config(patience).await?;
            return Ok(Self::Single(connected));
        }
        let infos = nodes.iter().map(|node| node.get_connection_info().clone());
        let mut builder = ClusterClientBuilder::new(infos)
            .connection_timeout(PATIENCE)
            .response_timeout(PATIENCE)
            .retries(3)
            .use_protocol(ProtocolVersion::RESP2);
        if let Some(certificates) = certificates(config)? {
            builder = builder.certs(certificates);
        }
        Ok(Self::Cluster(builder.build()?.get_async_connection().await?))
    }

    async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Single(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => command.query_async(connection).await,
        }
    }

    async fn run<T: FromRedisValue>(
        mut self,
        script: &redis::ScriptInvocation<'_>,
    ) -> RedisResult<T> {
        match &mut self {
            Self::Single(connection) => script.invoke_async(connection).await,
            Self::Cluster(connection) => script.invoke_async(connection).await,
        }
    }
}

impl Heard {
    /// Listens, on one node after another, for ever; each time after a pause that grows.
    async fn keep_listening(&self) {
        let mut pause = Duration::from_millis(100);
        for node in self.nodes.iter().cycle() {
            match node.get_async_pubsub().await {
                Ok(connection) => {
                    pause = Duration::from_millis(100);
                    if let Err(error) = self.listen_on(connection).await {
                        lost(&error);
                    }
                    self.stands.store(false, Ordering::Relaxed);
                }
                Err(error) => lost(&error),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Until the connection ends.
    async fn listen_on(&self, connection: PubSub) -> RedisResult<()> {
        let (mut sink, mut stream) = connection.split();
        let mut subscribed = BTreeSet::new();
        loop {
            let new: Vec<&'static str> = {
                let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
                topics.difference(&subscribed).copied().collect()
            };
            for topic in &new {
                sink.subscribe(format!("{PREFIX}{topic}")).await?;
                subscribed.insert(topic);
            }
            self.stands.store(true, Ordering::Relaxed);
            if !new.is_empty() {
                // Nothing was heard until now.
                self.local.gap();
            }
            tokio::select! {
                message = stream.next() => match message {
                    Some(message) => {
                        self.hear(&message);
                    }
                    None => return Ok(()),
                },
                () = self.changed.notified() => {}
                () = tokio::time::sleep(PING_EVERY) => {
                    let pong = tokio::time::timeout(PATIENCE, sink.ping::<redis::Value>()).await;
                    pong.map_err(|_| RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut)))??;
                }
            }
        }
    }

    fn hear(&self, message: &redis::Msg) {
        match message.get_channel_name().strip_prefix(PREFIX) {
            Some(GAP) => self.local.gap(),
            Some(topic) => {
                let payload = message.get_payload_bytes().to_vec();
                self.local.tell(topic, Signal::Event(payload.into()));
            }
            None => {}
        }
    }
}
