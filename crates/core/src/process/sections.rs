//! The settings that every service has.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::{
    config::{
        self, DataFolder, Database, Files, Listening, Mail, Network, Outbound, PublicUrls, Reader,
        Redis, Secrets, Telemetry, Tokens, Variable,
    },
    secret_key::SecretKey,
};

/// The sections that every service has.
#[derive(Clone, Debug)]
pub struct Common {
    /// Logs.
    pub telemetry: Telemetry,
    /// Where Postgres is.
    pub database: Database,
    /// Where Redis is.
    pub redis: Redis,
    /// Addresses, limits.
    pub network: Network,
    /// Requests to URLs that users give.
    pub outbound: Outbound,
    /// Mail.
    pub mail: Mail,
    /// Ports.
    pub listening: Listening,
    /// Public addresses.
    pub urls: PublicUrls,
    /// Where everything goes that is kept on disk.
    pub data: DataFolder,
    /// Where files go.
    pub files: Files,
    /// The secret key.
    pub secrets: Secrets,
    /// Access tokens.
    pub tokens: Tokens,
}

impl Common {
    /// The variables of all its sections.
    pub const VARIABLES: &'static [&'static [Variable]] = &[
        DataFolder::VARIABLES,
        Files::VARIABLES,
        Database::VARIABLES,
        Redis::VARIABLES,
        Secrets::VARIABLES,
        Listening::VARIABLES,
        PublicUrls::VARIABLES,
        Network::VARIABLES,
        Outbound::VARIABLES,
        Mail::VARIABLES,
        Tokens::VARIABLES,
        Telemetry::VARIABLES,
    ];

    /// Reads all sections, so that all faults are noted.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let telemetry = Telemetry::read(reader);
        let database = Database::read(reader);
        let redis = Redis::read(reader);
        let network = Network::read(reader);
        let outbound = Outbound::read(reader);
        let mail = Mail::read(reader);
        let listening = Listening::read(reader);
        let urls = PublicUrls::read(reader);
        let data = DataFolder::read(reader);
        let files = Files::read(reader);
        let secrets = Secrets::read(reader);
        let tokens = Tokens::read(reader);
        Some(Self {
            telemetry: telemetry?,
            database: database?,
            redis: redis?,
            network: network?,
            outbound: outbound?,
            mail: mail?,
            listening: listening?,
            urls: urls?,
            data: data?,
            files: files?,
            secrets: secrets?,
            tokens: tokens?,
        })
    }

    /// The data folder: the one that is set, or the usual place of the system.
    pub fn data_folder(&self) -> anyhow::Result<PathBuf> {
        if let Some(path) = &self.data.path {
            return Ok(std::path::absolute(path)?);
        }
        let under = |name| config::from_process(name).filter(|value| !value.is_empty());
        if under("HOME").is_none_or(|home| home == "/root") {
            return Ok(PathBuf::from("/var/lib/securevox"));
        }
        let shared = under("XDG_DATA_HOME").map(PathBuf::from);
        let home = || under("HOME").map(|home| PathBuf::from(home).join(".local/share"));
        let folder = shared.or_else(home).context("neither SECUREVOX_DATA nor HOME is set")?;
        Ok(folder.join("securevox"))
    }

    /// The key that is set, or the one in the data folder.
    pub fn secret_key(&self) -> anyhow::Result<SecretKey> {
        match &self.secrets.secret_key {
            Some(key) => Ok(key.clone()),
            None => SecretKey::load_or_create(&self.data_folder()?.join("secret.key")),
        }
    }
}
