//! What a Redis says of itself, for whoever looks after it; and why it cannot be reached, in words.

use std::time::{Duration, Instant};

use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, Script};
use secrecy::ExposeSecret as _;

use super::remote::clients;
use crate::config::Redis;

const PATIENCE: Duration = Duration::from_secs(5);

/// One node, as it describes itself.
#[derive(Clone, Debug)]
pub struct Examined {
    /// `Redis 7.0.15`, `Valkey 8.0.1`.
    pub name: String,
    /// The version of Redis that it speaks like: major, minor.
    pub speaks: (u32, u32),
    /// What it is among others.
    pub kind: Kind,
    /// What happens when its memory is full; `None` where it may use all of the machine.
    pub when_full: Option<String>,
    /// Keys it had to drop because its memory was full.
    pub evicted: u64,
    /// Whether it runs our scripts, which count limits.
    pub runs_scripts: bool,
    /// A question and its answer.
    pub round_trip: Duration,
}

/// What a node is among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One that reads and writes.
    Single,
    /// A copy that only reads.
    Replica,
    /// One of a cluster, whatever its part.
    Cluster {
        /// Whether the cluster serves all keys.
        is_whole: bool,
    },
}

/// Looks at every node that is named; changes nothing. The faults tell no password.
pub async fn examine(config: &Redis) -> anyhow::Result<Vec<Result<Examined, String>>> {
    let mut nodes = Vec::new();
    for node in clients(config)? {
        let looked = tokio::time::timeout(PATIENCE, look(&node)).await;
        nodes.push(match looked {
            Ok(Ok(examined)) => Ok(examined),
            Ok(Err(error)) => Err(explain(&error, config)),
            Err(_) => Err(silent(url_of(config))),
        });
    }
    anyhow::ensure!(!nodes.is_empty(), "SECUREVOX_REDIS_URL names no server");
    Ok(nodes)
}

async fn look(node: &Client) -> Result<Examined, RedisError> {
    let patience = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE));
    let mut conn = node.get_multiplexed_async_connection_with_config(&patience).await?;
    let info: String = redis::cmd("INFO").query_async(&mut conn).await?;
    let line = |name: &str| {
        let mut lines = info.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| *key == name).map_or("", |(_, value)| value.trim())
    };
    let kind = if line("redis_mode") == "cluster" {
        let state: String = redis::cmd("CLUSTER").arg("INFO").query_async(&mut conn).await?;
        Kind::Cluster { is_whole: state.contains("cluster_state:ok") }
    } else if line("role") == "slave" {
        Kind::Replica
    } else {
        Kind::Single
    };
    let ran: Result<i64, RedisError> = Script::new("return 1").invoke_async(&mut conn).await;
    let since = Instant::now();
    let _pong: redis::Value = redis::cmd("PING").query_async(&mut conn).await?;
    let version = line("redis_version");
    let name = match line("valkey_version") {
        "" => format!("Redis {version}"),
        valkey => format!("Valkey {valkey}"),
    };
    let mut numbers = version.split('.').map(|part| part.parse().unwrap_or_default());
    let speaks = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    let is_bounded = !matches!(line("maxmemory"), "" | "0");
    Ok(Examined {
        name,
        speaks,
        kind,
        when_full: is_bounded.then(|| line("maxmemory_policy").to_owned()),
        evicted: line("evicted_keys").parse().unwrap_or_default(),
        runs_scripts: ran.is_ok(),
        round_trip: since.elapsed(),
    })
}

fn url_of(config: &Redis) -> &str {
    config.url.as_ref().map_or("", |url| url.expose_secret())
}

/// One that does not speak TLS waits for more where TLS begins.
fn silent(url: &str) -> String {
    let tls = if url.contains("rediss://") {
        "does it speak TLS on that port (if not, write redis:// in SECUREVOX_REDIS_URL), "
    } else {
        ""
    };
    format!(
        "it does not answer: {tls}is the host in SECUREVOX_REDIS_URL right, and does a firewall let this machine through?"
    )
}

/// Why Redis could not be reached, and what to do. The driver's own words may hold an address.
pub(super) fn explain(error: &RedisError, config: &Redis) -> String {
    let text = error.to_string();
    let has = |words: &str| text.contains(words);
    let url = url_of(config);
    let refused = matches!(error.kind(), ErrorKind::AuthenticationFailed)
        || matches!(error.code(), Some("NOAUTH" | "WRONGPASS" | "NOPERM"));
    let words = if has("UnknownIssuer") || has("BadSignature") {
        match &config.ca {
            Some(_) => {
                "its certificate was not signed by the authority in SECUREVOX_REDIS_CA: put the certificate of the one that signed it there"
            }
            None => {
                "its certificate was signed by an authority that is not known here: name the file with its certificate in SECUREVOX_REDIS_CA"
            }
        }
    } else if has("NotValidForName") || has("not valid for name") {
        "its certificate is for another name: write the name that is in it in SECUREVOX_REDIS_URL"
    } else if has("invalid peer certificate: Expired") || has("certificate expired") {
        "its certificate has expired: renew it, and look at the clocks of both machines"
    } else if has("invalid peer certificate") {
        "its certificate is none for a server: make one whose issuer is in SECUREVOX_REDIS_CA, with its host as alternative name"
    } else if has("corrupt message") || has("InvalidContentType") {
        "it does not speak TLS on that port: write redis:// in SECUREVOX_REDIS_URL, or its port for TLS"
    } else if refused {
        "it refuses the user or the password in SECUREVOX_REDIS_URL"
    } else if error.is_connection_refusal() {
        "nothing listens there: is it running, and are host and port in SECUREVOX_REDIS_URL right?"
    } else if error.is_timeout() {
        return silent(url);
    } else if error.is_connection_dropped() && !url.contains("rediss://") {
        "it closes the connection: if that is its port for TLS, write rediss:// in SECUREVOX_REDIS_URL"
    } else {
        return format!("is SECUREVOX_REDIS_URL right? ({:?})", error.kind());
    };
    words.to_owned()
}

/// The error of connecting at the start.
pub(super) fn unreachable(error: anyhow::Error, config: &Redis) -> anyhow::Error {
    let error = match error.downcast_ref::<RedisError>() {
        Some(cause) => anyhow::anyhow!(explain(cause, config)),
        None => error,
    };
    error.context("cannot reach Redis")
}
