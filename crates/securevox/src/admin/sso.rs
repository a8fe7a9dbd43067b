//! Who comes in without a password: by the provider, or by a link when all else fails.

use clap::Args;
use securevox_api::{let_in, sso};
use securevox_core::{Error, Result};
use sqlx::PgConnection;

use super::accounts::account;
use crate::settings::Settings;

#[derive(Args)]
pub(crate) struct SignInLink {
    /// Who is let in.
    #[arg(long)]
    account: String,
}

#[derive(Args)]
pub(crate) struct Identity {
    /// Whose account.
    #[arg(long)]
    account: String,
    /// The person, as the provider alone knows them: the claim `sub`.
    #[arg(long, value_parser = subject)]
    subject: String,
    /// The provider, if it is not the one of the settings.
    #[arg(long)]
    issuer: Option<String>,
}

fn subject(text: &str) -> Result<String, String> {
    if (1..=255).contains(&text.len()) {
        Ok(text.to_owned())
    } else {
        Err("must be 1 to 255 characters long".to_owned())
    }
}

impl SignInLink {
    /// The link, which is kept nowhere.
    pub(super) async fn run(self, conn: &mut PgConnection, settings: &Settings) -> Result<String> {
        let id = account(conn, &self.account).await?;
        let path = let_in::link(conn, id).await?;
        let urls = settings.common.urls.resolve(&settings.common.listening);
        Ok(format!("{}{path}", urls.api))
    }
}

impl Identity {
    pub(super) async fn link(self, conn: &mut PgConnection, settings: &Settings) -> Result<String> {
        let (id, issuer) = (account(conn, &self.account).await?, self.issuer(settings)?);
        sso::link(conn, None, id, (&issuer, &self.subject)).await?;
        Ok(format!("{} at {issuer} signs in to {}.", self.subject, self.account))
    }

    pub(super) async fn unlink(
        self,
        conn: &mut PgConnection,
        settings: &Settings,
    ) -> Result<String> {
        let (id, issuer) = (account(conn, &self.account).await?, self.issuer(settings)?);
        sso::take(conn, id, (&issuer, &self.subject)).await?;
        Ok(format!("{} at {issuer} signs in to {} no more.", self.subject, self.account))
    }

    fn issuer(&self, settings: &Settings) -> Result<String> {
        let set = settings.api.sso.provider.as_ref();
        let set = set.map(|provider| provider.issuer.as_str().to_owned());
        self.issuer.clone().or(set).ok_or_else(|| {
            let words = "no provider is set (SECUREVOX_OIDC_ISSUER): name one with --issuer";
            Error::Internal(anyhow::anyhow!(words))
        })
    }
}
