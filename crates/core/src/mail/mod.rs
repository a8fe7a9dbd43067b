//! Mail: written as a job in the caller's transaction, sent over SMTP when that commits.
//!
//! Without a server in the settings nothing is sent, and whoever would have something mailed
//! shows the link to be copied instead. An address is told to nobody but the server: not to the
//! log, not to an error. The job is sealed, for its mail may hold a link that signs somebody in.

mod job;
mod smtp;

use std::sync::Arc;

use anyhow::Context as _;
use lettre::Address;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    Result,
    bus::{Bus, Limit},
    config, jobs,
    metrics::Metrics,
    rate_limit::Limiter,
    secret_key::SecretKey,
    tasks::Tasks,
};

use job::SendMail;
use smtp::Smtp;

const HOUR: std::time::Duration = std::time::Duration::from_hours(1);

/// A mail to one person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What is said, for every reader.
    pub text: String,
    /// The same for readers that show HTML.
    pub html: Option<String>,
    /// Where a POST ends such mails (RFC 8058); none for what somebody asked for.
    pub unsubscribe: Option<String>,
}

/// What became of a mail that was to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is in the queue.
    Queued,
    /// There is no server: give the link to whoever asked.
    Off,
    /// The address got as many as it may in an hour.
    TooMany,
}

/// Sends mail, if there is a server for it. Clones share everything.
#[derive(Clone, Debug)]
pub struct Mailer {
    smtp: Option<Smtp>,
    secret: SecretKey,
    bus: Bus,
    total: Limit,
    each: Limiter,
    asked: Limiter,
}

/// What the queue holds of a mail.
#[derive(Serialize, Deserialize)]
struct Letter {
    /// The same at each try, so that a mail that came twice is known as one.
    id: Uuid,
    mail: Mail,
}

impl Mailer {
    /// As `settings` say; tells in the log if nothing will be sent.
    pub fn open(settings: &config::Mail, secret: &SecretKey, bus: &Bus) -> anyhow::Result<Self> {
        let smtp = Smtp::open(settings)?;
        if smtp.is_none() {
            tracing::info!("mail is off: SECUREVOX_SMTP_URL is not set");
        }
        Ok(Self {
            smtp,
            secret: secret.clone(),
            bus: bus.clone(),
            total: Limit { count: settings.per_hour, period: HOUR },
            each: Limiter::new(bus, "mails-to-address", settings.per_address, HOUR),
            asked: Limiter::new(bus, "mails-asked-to-address", settings.asked_per_address, HOUR),
        })
    }

    /// Whether mail is sent at all.
    pub fn is_on(&self) -> bool {
        self.smtp.is_some()
    }

    /// Puts `mail` in the queue; it is sent if the transaction of `conn` commits.
    pub async fn post(&self, conn: &mut PgConnection, mail: Mail) -> Result<Posted> {
        self.post_within(conn, mail, &self.each).await
    }

    /// The same for what whoever typed in the address asked for: they may be anybody, and what they
    /// ask for takes nothing from what the address gets otherwise.
    pub async fn post_asked(&self, conn: &mut PgConnection, mail: Mail) -> Result<Posted> {
        self.post_within(conn, mail, &self.asked).await
    }

    async fn post_within(
        &self,
        conn: &mut PgConnection,
        mail: Mail,
        limit: &Limiter,
    ) -> Result<Posted> {
        if !self.is_on() {
            return Ok(Posted::Off);
        }
        if limit.check(mail.to.to_lowercase()).await.is_err() {
            return Ok(Posted::TooMany);
        }
        let letter = Letter { id: Uuid::now_v7(), mail };
        jobs::enqueue(conn, &SendMail::sealed(&self.secret, &letter)?).await?;
        Ok(Posted::Queued)
    }

    /// Whether the server answers and takes our password.
    pub async fn probe(&self) -> anyhow::Result<()> {
        match &self.smtp {
            Some(smtp) => smtp.probe().await,
            None => Ok(()),
        }
    }
}

/// Sends what is in the queue, in the background. Any service that posts mail calls it once.
pub fn start(mailer: &Mailer, db: &PgPool, tasks: &Tasks, metrics: &Metrics) {
    let Some(smtp) = mailer.smtp.clone() else { return };
    let mailer = mailer.clone();
    let worker = jobs::Worker::new(db.clone(), metrics.jobs.clone());
    let smtp = Arc::new(smtp);
    let worker = worker.on::<SendMail, _, _>(move |job| {
        let (mailer, smtp) = (mailer.clone(), Arc::clone(&smtp));
        async move { job::send(&mailer, &smtp, &job).await }
    });
    worker.start(tasks);
}

/// `text` as an address to write to: trimmed, in lower case; `None` if it cannot be one.
pub fn address(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let address: Address = text.parse().ok()?;
    let named = address.domain().contains('.') && !address.domain().starts_with('[');
    (text.len() <= 254 && text.is_ascii() && named).then_some(text)
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail")
    }
}

impl Letter {
    fn seal(&self, secret: &SecretKey) -> Result<Vec<u8>> {
        let text = serde_json::to_vec(self).context("a mail must serialize")?;
        Ok(secret.seal("mail", b"job", &text))
    }

    fn open(secret: &SecretKey, sealed: &[u8]) -> Option<Self> {
        serde_json::from_slice(&secret.open("mail", b"job", sealed)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_are_told_from_words() {
        assert_eq!(address(" Ada@Example.ORG ").as_deref(), Some("ada@example.org"));
        for wrong in ["", "ada", "ada@", "@example.org", "ada@localhost", "a@b.c, d@e.f", "a\n@b.c"]
        {
            assert_eq!(address(wrong), None, "{wrong}");
        }
        let long = format!("{}@example.org", "a".repeat(300));
        assert_eq!(address(&long), None);
    }
}
