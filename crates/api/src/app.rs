//! What a handler can reach.

use std::{sync::Arc, time::Duration};

use axum::extract::FromRef;
use securevox_core::{
    auth::{Gate, Passwords},
    config::Accounts,
    http::ClientAddress,
    metrics::Metrics,
    process::Base,
    rate_limit::Limiter,
    web::Site,
};
use securevox_protocol::AccountId;
use sqlx::PgPool;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// The state of the service.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    pub(crate) db: PgPool,
    pub(crate) gate: Gate,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Arc<Limits>,
    pub(crate) config: Arc<Accounts>,
    pub(crate) site: Site,
}

/// How often things may be tried.
#[derive(Debug)]
pub(crate) struct Limits {
    /// By the digest of a handle, known or not: an unknown one is told like a wrong password.
    pub(crate) logins_of_account: Limiter<[u8; 32]>,
    pub(crate) logins_from: Limiter<ClientAddress>,
    pub(crate) registrations_from: Limiter<ClientAddress>,
    pub(crate) refreshes_from: Limiter<ClientAddress>,
    pub(crate) password_changes_of: Limiter<AccountId>,
}

impl App {
    /// The state on `base`, as `config` says.
    pub fn new(base: &Base, metrics: &Metrics, config: Accounts) -> Self {
        let limits = Limits {
            logins_of_account: Limiter::new(config.logins_per_account, MINUTE),
            logins_from: Limiter::new(config.logins_per_address, MINUTE),
            registrations_from: Limiter::new(config.registrations_per_address, HOUR),
            refreshes_from: Limiter::new(config.refreshes_per_address, MINUTE),
            password_changes_of: Limiter::new(config.logins_per_account, MINUTE),
        };
        Self {
            db: base.db.clone(),
            gate: base.gate(metrics),
            passwords: Passwords::new(&config),
            limits: Arc::new(limits),
            config: Arc::new(config),
            site: Site::new("api", &base.urls.api, &base.urls, &base.secret),
        }
    }
}
