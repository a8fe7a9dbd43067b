//! The sections that more than one service has.

use std::{net::IpAddr, path::PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{Bytes, Networks, Origins, Seconds, Setting};
use crate::{secret_key::SecretKey, settings};

settings! {
    /// Logs.
    pub struct Telemetry {
        /// What is logged: a level, or targets with levels (`info,securevox_core=debug`).
        pub log: String = "LOG", "info";
        /// `text` or `json`; empty chooses text on a terminal and json elsewhere.
        pub log_format: Option<LogFormat> = "LOG_FORMAT", "";
    }
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

impl Setting for LogFormat {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json".to_owned()),
        }
    }
}

settings! {
    /// The database.
    pub struct Database {
        /// Where Postgres 15 or newer is, `postgres://user:password@host/database`; empty: `securevox` starts its own.
        pub url: Option<SecretString> = "DATABASE_URL", "";
        /// Where migrations connect, if not at `DATABASE_URL` (which may be a pool in front of Postgres).
        pub migrate_url: Option<SecretString> = "MIGRATE_DATABASE_URL", "";
        /// Connections a process keeps at most.
        pub max_connections: u32 = "DATABASE_MAX_CONNECTIONS", "20";
    }
}

settings! {
    /// Redis or Valkey, which copies and separate services share.
    pub struct Redis {
        /// Where it is, `redis://user:password@host` or `rediss://…` for TLS; several nodes separated by commas. Empty: `securevox up` needs none, a single service does.
        pub url: Option<SecretString> = "REDIS_URL", "";
        /// Whether the nodes are a cluster.
        pub cluster: bool = "REDIS_CLUSTER", "false";
        /// A file with the certificate of the authority that signed its certificate (PEM), if it is a private one.
        pub ca: Option<PathBuf> = "REDIS_CA", "";
    }
}

settings! {
    /// What every service needs to know of the network.
    pub struct Network {
        /// The address to listen on; 0.0.0.0 makes it reachable from other machines.
        pub bind: IpAddr = "BIND", "127.0.0.1";
        /// Proxies whose X-Forwarded-For is believed, addresses or networks, separated by commas.
        pub trusted_proxies: Networks = "TRUSTED_PROXIES", "";
        /// Origins whose pages may call the services, like `https://chat.example.org`, separated by commas.
        pub cors_origins: Origins = "CORS_ORIGINS", "";
        /// Requests a minute from one address that prove no account.
        pub requests_per_address: u32 = "REQUESTS_PER_ADDRESS", "1200";
        /// Requests a minute of one account, API token or browser session.
        pub requests_per_account: u32 = "REQUESTS_PER_ACCOUNT", "1200";
        /// API tokens a minute from one address that are none; more are refused without a look.
        pub failed_tokens_per_address: u32 = "FAILED_TOKENS_PER_ADDRESS", "60";
        /// Codes that work once (set-up links, sign-ins that go on at another host) tried a minute from one address.
        pub codes_per_address: u32 = "CODES_PER_ADDRESS", "30";
        /// The largest JSON body.
        pub body_max_bytes: Bytes = "BODY_MAX_BYTES", "64K";
        /// How long a request may take, uploads and downloads excepted.
        pub request_timeout: Seconds = "REQUEST_TIMEOUT", "30s";
        /// How long a client may take to send the head of a request, and a connection may idle.
        pub header_timeout: Seconds = "HEADER_TIMEOUT", "60s";
        /// Bytes a second that a body must bring on average, over each window of `MIN_RATE_WINDOW`.
        pub min_rate: u64 = "MIN_RATE", "1024";
        /// The window over which `MIN_RATE` is measured, and the longest that a client may read nothing.
        pub min_rate_window: Seconds = "MIN_RATE_WINDOW", "20s";
        /// Connections that a service serves at once; more have to wait.
        pub max_connections: usize = "MAX_CONNECTIONS", "10000";
        /// How long a service that is told to stop still accepts connections, so that a proxy notices first.
        pub drain_delay: Seconds = "DRAIN_DELAY", "0s";
    }
}

settings! {
    /// Requests to URLs that users give: push endpoints, webhooks.
    pub struct Outbound {
        /// Networks of yours that such URLs may lead to, over http too, addresses or networks, separated by commas. Empty: https to the Internet alone.
        pub allow: Networks = "OUTBOUND_ALLOW", "";
        /// How long a connection to such a URL may take.
        pub connect_timeout: Seconds = "OUTBOUND_CONNECT_TIMEOUT", "5s";
        /// How long such a request may take, from the name to the end of the answer.
        pub timeout: Seconds = "OUTBOUND_TIMEOUT", "15s";
        /// How much of the body of an answer is read.
        pub answer_max_bytes: Bytes = "OUTBOUND_ANSWER_MAX_BYTES", "64K";
    }
}

settings! {
    /// The addresses people see; they alone decide the links that are given out.
    pub struct PublicUrls {
        /// Of the REST API; also the issuer of access tokens. Empty: `http://localhost:8080`.
        pub api: Option<Url> = "PUBLIC_URL_API", "";
        /// Of the signalling server. Empty: `http://localhost:8081`.
        pub calls: Option<Url> = "PUBLIC_URL_CALLS", "";
        /// Of app distribution. Empty: `http://localhost:8083`.
        pub distribution: Option<Url> = "PUBLIC_URL_DISTRIBUTION", "";
    }
}

settings! {
    /// Where files go.
    pub struct DataFolder {
        /// The folder for everything that is kept on disk. Empty: /var/lib/securevox for root, else securevox in the user's data directory.
        pub path: Option<PathBuf> = "DATA", "";
    }
}

settings! {
    /// The key that everything sealed in the database is sealed with.
    pub struct Secrets {
        /// 32 bytes in base64 or hex (`openssl rand -base64 32`). Empty: secret.key in the data folder, made at the first start.
        pub secret_key: Option<SecretKey> = "SECRET_KEY", "";
    }
}

settings! {
    /// Access tokens.
    pub struct Tokens {
        /// How long an access token is valid.
        pub access_lifetime: Seconds = "ACCESS_LIFETIME", "10m";
    }
}

settings! {
    /// Where each service listens, and how long it may take to stop.
    pub struct Listening {
        /// Public port of the REST API.
        pub api_port: u16 = "API_PORT", "8080";
        /// Port of its health checks and metrics.
        pub api_internal_port: u16 = "API_INTERNAL_PORT", "9080";
        /// How long it finishes what runs after it was told to stop.
        pub api_drain_limit: Seconds = "API_DRAIN_LIMIT", "25s";
        /// Public port of call signalling.
        pub calls_port: u16 = "CALLS_PORT", "8081";
        /// Port of its health checks and metrics.
        pub calls_internal_port: u16 = "CALLS_INTERNAL_PORT", "9081";
        /// How long it lets calls go on after it was told to stop.
        pub calls_drain_limit: Seconds = "CALLS_DRAIN_LIMIT", "15m";
        /// Public port of the notifier.
        pub notifier_port: u16 = "NOTIFIER_PORT", "8082";
        /// Port of its health checks and metrics.
        pub notifier_internal_port: u16 = "NOTIFIER_INTERNAL_PORT", "9082";
        /// How long it finishes what runs after it was told to stop.
        pub notifier_drain_limit: Seconds = "NOTIFIER_DRAIN_LIMIT", "25s";
        /// Public port of app distribution.
        pub distribution_port: u16 = "DISTRIBUTION_PORT", "8083";
        /// Port of its health checks and metrics.
        pub distribution_internal_port: u16 = "DISTRIBUTION_INTERNAL_PORT", "9083";
        /// How long it lets up- and downloads go on after it was told to stop.
        pub distribution_drain_limit: Seconds = "DISTRIBUTION_DRAIN_LIMIT", "10m";
    }
}

settings! {
    /// Accounts and their sessions.
    pub struct Accounts {
        /// Who may register: `open`, `invite` or `closed`.
        pub registration: Registration = "REGISTRATION", "invite";
        /// How long a session lives after it was last refreshed.
        pub refresh_lifetime: Seconds = "REFRESH_LIFETIME", "60d";
        /// How long somebody stays signed in in a browser.
        pub browser_session_lifetime: Seconds = "BROWSER_SESSION_LIFETIME", "14d";
        /// Devices that an account may have.
        pub devices_per_account: u32 = "DEVICES_PER_ACCOUNT", "10";
        /// API tokens that an account may have.
        pub tokens_per_account: u32 = "TOKENS_PER_ACCOUNT", "50";
        /// Open invitations that an account may have.
        pub invites_per_account: u32 = "INVITES_PER_ACCOUNT", "20";
        /// Logins a minute that may be tried on one account.
        pub logins_per_account: u32 = "LOGINS_PER_ACCOUNT", "5";
        /// Logins a minute that may be tried from one address.
        pub logins_per_address: u32 = "LOGINS_PER_ADDRESS", "30";
        /// Changes of the password a minute that may be tried on one account.
        pub password_changes_per_account: u32 = "PASSWORD_CHANGES_PER_ACCOUNT", "5";
        /// API tokens that one account may make in an hour.
        pub token_creations_per_account: u32 = "TOKEN_CREATIONS_PER_ACCOUNT", "60";
        /// Invitations that one account may make in an hour.
        pub invite_creations_per_account: u32 = "INVITE_CREATIONS_PER_ACCOUNT", "60";
        /// Registrations an hour from one address; those who are invited do not count, wrong invitations do.
        pub registrations_per_address: u32 = "REGISTRATIONS_PER_ADDRESS", "10";
        /// Refreshes a minute from one address.
        pub refreshes_per_address: u32 = "REFRESHES_PER_ADDRESS", "120";
        /// Passwords that are hashed at once; each takes 19 MiB.
        pub password_concurrency: usize = "PASSWORD_CONCURRENCY", "2";
        /// Passwords that may wait to be hashed; the next one is told 429.
        pub password_queue: usize = "PASSWORD_QUEUE", "32";
    }
}

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Anybody.
    Open,
    /// Whoever has the code of an invitation.
    Invite,
    /// Nobody: administrators make the accounts.
    Closed,
}

impl Registration {
    /// The word in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invite => "invite",
            Self::Closed => "closed",
        }
    }
}

impl Setting for Registration {
    fn parse(text: &str) -> Result<Self, String> {
        [Self::Open, Self::Invite, Self::Closed]
            .into_iter()
            .find(|mode| mode.as_str() == text)
            .ok_or_else(|| "must be open, invite or closed".to_owned())
    }
}

impl Setting for SecretKey {
    const SECRET: bool = true;

    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

/// The public addresses, all known.
#[derive(Clone, Debug)]
pub struct Urls {
    /// Of the REST API.
    pub api: Url,
    /// Of the signalling server.
    pub calls: Url,
    /// Of app distribution.
    pub distribution: Url,
}

impl PublicUrls {
    /// The addresses that are set, and this machine's for the others.
    pub fn resolve(&self, listening: &Listening) -> Urls {
        let or_local = |url: &Option<Url>, port: u16| {
            url.clone().unwrap_or_else(|| {
                format!("http://localhost:{port}").parse().expect("a port makes a URL")
            })
        };
        Urls {
            api: or_local(&self.api, listening.api_port),
            calls: or_local(&self.calls, listening.calls_port),
            distribution: or_local(&self.distribution, listening.distribution_port),
        }
    }
}

impl Database {
    /// The address for a service that cannot start a Postgres of its own.
    pub fn required_url(&self) -> Result<&str, super::Faults> {
        let missing =
            "SECUREVOX_DATABASE_URL must be set (`securevox up` alone brings its own Postgres)";
        let url = self.url.as_ref().ok_or_else(|| super::Faults(vec![missing.to_owned()]))?;
        Ok(url.expose_secret())
    }

    /// Where migrations connect: `MIGRATE_DATABASE_URL`, or `DATABASE_URL`; `None` if neither is set.
    pub fn migrations(&self) -> Option<&str> {
        let url = self.migrate_url.as_ref().or(self.url.as_ref())?;
        Some(url.expose_secret())
    }
}
