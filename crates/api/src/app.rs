//! What a handler can reach.

use std::{sync::Arc, time::Duration};

use axum::extract::FromRef;
use securevox_core::{
    auth::{Gate, Passwords},
    bus::Bus,
    config::Accounts,
    metrics::Metrics,
    process::Base,
    rate_limit::Limiter,
    web::{CodeTries, Site},
};
use sqlx::PgPool;

use crate::{config::Config, ways_in::SingleSignOn};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// The state of the service.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    pub(crate) db: PgPool,
    pub(crate) gate: Gate,
    pub(crate) bus: Bus,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Arc<Limits>,
    pub(crate) config: Arc<Accounts>,
    pub(crate) sso: SingleSignOn,
    pub(crate) site: Site,
    pub(crate) code_tries: CodeTries,
}

/// How often things may be tried.
#[derive(Debug)]
pub(crate) struct Limits {
    /// By handle, known or not: an unknown one is told like a wrong password.
    pub(crate) logins_of_account: Limiter,
    pub(crate) logins_from: Limiter,
    pub(crate) registrations_from: Limiter,
    pub(crate) refreshes_from: Limiter,
    pub(crate) password_changes_of: Limiter,
    pub(crate) tokens_made_by: Limiter,
    pub(crate) invites_made_by: Limiter,
}

impl App {
    /// The state on `base`, as `config` says.
    pub fn new(base: &Base, metrics: &Metrics, config: Config) -> anyhow::Result<Self> {
        let sso = SingleSignOn::new(&config.sso, &base.urls.api)?;
        let config = config.accounts;
        let limiter = |name, count, period| Limiter::new(&base.bus, name, count, period);
        let limits = Limits {
            logins_of_account: limiter("logins-of-account", config.logins_per_account, MINUTE),
            logins_from: limiter("logins-from", config.logins_per_address, MINUTE),
            registrations_from: limiter(
                "registrations-from",
                config.registrations_per_address,
                HOUR,
            ),
            refreshes_from: limiter("refreshes-from", config.refreshes_per_address, MINUTE),
            password_changes_of: limiter(
                "password-changes-of",
                config.password_changes_per_account,
                MINUTE,
            ),
            tokens_made_by: limiter("tokens-made-by", config.token_creations_per_account, HOUR),
            invites_made_by: limiter("invites-made-by", config.invite_creations_per_account, HOUR),
        };
        Ok(Self {
            db: base.db.clone(),
            gate: base.gate(metrics),
            bus: base.bus.clone(),
            passwords: Passwords::new(&config),
            limits: Arc::new(limits),
            config: Arc::new(config),
            sso,
            site: Site::new("api", &base.urls.api, &base.urls, &base.secret),
            code_tries: CodeTries::new(&base.bus, &base.network),
        })
    }
}
