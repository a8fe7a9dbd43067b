//! What the members of an app are mailed, each by a job of their own: whoever got as many mails as
//! they may in an hour gets it later.

use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    jobs::{self, Failure, Job},
    mail::{Mail, Posted},
};
use securevox_protocol::{
    AppId, BuildId, TesterId, WebhookId,
    apps::AppRole,
    webhooks::{WebhookDevice, WebhookEnd},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{
    letters,
    store::{self, Person},
};
use crate::{
    app::App,
    events::{mails::FULL, store::named, words::device_name},
};

/// What is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::events) enum News {
    /// The signature of a build ends.
    Expiring { build: BuildId, expires: DateTime<Utc> },
    /// A device was enrolled.
    Enrolled { device: WebhookDevice },
    /// A webhook was turned off; what it did not take has waited since that time.
    TurnedOff { webhook: WebhookId, end: WebhookEnd, since: DateTime<Utc> },
}

impl News {
    /// The role from which on members are told.
    fn concerns(&self) -> AppRole {
        match self {
            Self::Expiring { .. } | Self::Enrolled { .. } => AppRole::Developer,
            Self::TurnedOff { .. } => AppRole::Manager,
        }
    }
}

/// Mails the news of an app to one of its members.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::events) struct MailMember {
    app: AppId,
    person: TesterId,
    news: News,
}

impl Job for MailMember {
    const KIND: &'static str = "mail-member";
}

/// Mails whom it concerns, if the transaction of `conn` commits.
pub(in crate::events) async fn tell(
    conn: &mut PgConnection,
    app: &App,
    of: AppId,
    news: News,
) -> Result<()> {
    if !app.mailer.is_on() {
        return Ok(());
    }
    for person in store::members(&mut *conn, of, news.concerns()).await? {
        let mail = MailMember { app: of, person: person.id, news: news.clone() };
        jobs::enqueue(&mut *conn, &mail).await?;
    }
    Ok(())
}

/// Runs the job, again while the person has got as many mails as they may in an hour.
pub(in crate::events) async fn mail(app: &App, job: &MailMember) -> Result<(), Failure> {
    let mut tx = app.db.begin().await?;
    let people = store::members(&mut tx, job.app, job.news.concerns()).await?;
    let Some(person) = people.into_iter().find(|person| person.id == job.person) else {
        return Ok(());
    };
    let Some(letter) = letter(&mut tx, app, job, &person).await? else { return Ok(()) };
    if app.mailer.post(&mut tx, letter).await? == Posted::TooMany {
        return Err(Failure::Wait(FULL));
    }
    tx.commit().await?;
    Ok(())
}

/// What to mail; nothing if what it is about is gone, or over.
async fn letter(
    conn: &mut PgConnection,
    app: &App,
    job: &MailMember,
    person: &Person,
) -> Result<Option<Mail>> {
    let named = named(&mut *conn, job.app).await?;
    let settings = store::settings(&mut *conn, job.app).await?;
    let (Some(named), Some(settings)) = (named, settings) else { return Ok(None) };
    let about = (named.name.as_str(), settings.mail_language);
    let end = app.end_of_mails(person.id, job.app);
    let page = match &job.news {
        News::Expiring { build, .. } => app.addresses.page(build.0),
        News::Enrolled { device } => device.page_url.clone(),
        News::TurnedOff { webhook, .. } => app.addresses.webhook(job.app.0, webhook.0),
    };
    let to = (person.email.as_str(), page.as_str(), end.as_str());
    Ok(match &job.news {
        News::Expiring { build, expires } => {
            let about = store::about(conn, *build).await?.filter(|_| *expires > Utc::now());
            about.map(|about| letters::expiring(&about, to, *expires))
        }
        News::Enrolled { device } => Some(letters::enrolled(about, to, &device_name(device))),
        News::TurnedOff { end, since, .. } => Some(letters::turned_off(about, to, (*end, *since))),
    })
}
