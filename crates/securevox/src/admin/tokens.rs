//! API tokens, made by the operator.

use chrono::{TimeDelta, Utc};
use clap::Args;
use securevox_api::tokens::{self, Wanted};
use securevox_core::Result;
use securevox_protocol::{AppId, tokens::Scope};
use sqlx::PgConnection;

use super::accounts;
use crate::settings::Settings;

#[derive(Args)]
pub(crate) struct Create {
    /// Whose token.
    #[arg(long)]
    account: String,
    /// What it may do, separated by commas: builds:write (includes builds:read), builds:read.
    #[arg(long, value_delimiter = ',', required = true)]
    scope: Vec<Scope>,
    /// What it is for.
    #[arg(long, default_value = "made by the operator", value_parser = name)]
    name: String,
    /// Restrict it to one app.
    #[arg(long)]
    app: Option<AppId>,
    /// Days until it ends; never if absent.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
    expires_in_days: Option<u32>,
}

fn name(text: &str) -> Result<String, String> {
    if (1..=64).contains(&text.chars().count()) {
        Ok(text.to_owned())
    } else {
        Err("must be 1 to 64 characters long".to_owned())
    }
}

impl Create {
    /// The token, which is kept nowhere.
    pub(super) async fn run(
        mut self,
        conn: &mut PgConnection,
        settings: &Settings,
    ) -> Result<String> {
        let account = accounts::account(conn, &self.account).await?;
        self.scope.sort();
        self.scope.dedup();
        let expires = self.expires_in_days.map(|days| Utc::now() + TimeDelta::days(days.into()));
        let wanted = Wanted { name: self.name, scopes: self.scope, app: self.app, expires };
        let most = settings.api.accounts.tokens_per_account;
        let created = tokens::create(conn, account, &wanted, most).await?;
        Ok(created.token)
    }
}
