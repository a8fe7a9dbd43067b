//! What somebody said becomes feedback.

use std::{collections::BTreeMap, os::unix::fs::FileExt as _, sync::Arc};

use anyhow::Context as _;
use securevox_core::{Error, Result, extract::Checks, storage::Spooled};
use securevox_protocol::{
    AppId, BuildId, FeedbackId,
    feedback::{FeedbackOrigin, SendFeedback},
    webhooks::WebhookFeedback,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    author::Author,
    place_of,
    store::{self, Origin},
};
use crate::{
    app::App,
    events::{self, Event},
    picture::{self, Picture},
    quota,
    repeat::{self, Written},
    sweep::forget,
};

/// Characters of a text that a webhook is told.
const TOLD: usize = 4_000;

/// What something is said about.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) app: AppId,
    pub(super) build: Option<BuildId>,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
}

/// A screenshot that is stored, whatever the feedback is called: one that comes with an id that is
/// taken meanwhile replaces none.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) id: Uuid,
    pub(super) picture: Picture,
}

/// Feedback that was checked.
#[derive(Debug)]
pub(super) struct NewFeedback {
    pub(super) id: FeedbackId,
    pub(super) subject: Subject,
    pub(super) said: SendFeedback,
    pub(super) screenshot: Option<Stored>,
    pub(super) author: Author,
    pub(super) origin: FeedbackOrigin,
}

impl NewFeedback {
    /// Whoever says something knows best of which version.
    pub(super) fn version(&self) -> Option<&str> {
        self.said.version.as_deref().or(self.subject.version.as_deref())
    }

    pub(super) fn build_number(&self) -> Option<&str> {
        self.said.build.as_deref().or(self.subject.build_number.as_deref())
    }
}

/// Stores the screenshot, then commits the feedback: whoever is told of it can look at it.
pub(super) async fn accept(
    app: &App,
    subject: Subject,
    (author, origin): (Author, FeedbackOrigin),
    (mut said, file): (SendFeedback, Option<Spooled>),
) -> Result<(Written, FeedbackId)> {
    check(&mut said, file.is_some())?;
    if let Some(id) = said.id {
        repeat::check(id.0)?;
    }
    let id = said.id.unwrap_or_else(FeedbackId::fresh);
    let told = (subject.app, origin, author.account, author.tester);
    // Before its screenshot is stored once more.
    if said.id.is_some()
        && let Some(known) = store::said(&mut *app.db.acquire().await?, id).await?
    {
        return Ok((Written::of(Some(known), &told)?, id));
    }
    let screenshot = match file {
        Some(file) => {
            let mut conn = app.db.acquire().await?;
            quota::admit_screenshot(&mut conn, app, subject.app, file.size()).await?;
            drop(conn);
            Some(keep(app, file).await?)
        }
        None => None,
    };
    let new = NewFeedback { id, subject, said, screenshot, author, origin };
    let written = write(app, &new, &told).await;
    let needless = match &written {
        Ok(written) => *written == Written::Before,
        // After any other error it may have been said, its answer lost: the sweep will see.
        Err(error) => matches!(error, Error::Problem(problem) if problem.status < 500),
    };
    if needless && let Some(screenshot) = &new.screenshot {
        forget(app, place_of(screenshot.id)).await;
    }
    Ok((written?, id))
}

/// Commits it, unless the same was said before.
async fn write(app: &App, new: &NewFeedback, told: &Origin) -> Result<Written> {
    let mut tx = app.db.begin().await?;
    let mut written = Written::Now;
    if new.said.id.is_some() {
        repeat::turn(&mut tx, new.id.0).await?;
        written = Written::of(store::said(&mut tx, new.id).await?, told)?;
    }
    if written == Written::Now {
        create(&mut tx, app, new).await?;
        app.counters.feedback.with_label_values(&[new.origin.as_str()]).inc();
    }
    tx.commit().await?;
    Ok(written)
}

/// The one place where feedback comes into being: what has to happen with it happens in this transaction.
async fn create(conn: &mut PgConnection, app: &App, new: &NewFeedback) -> Result<()> {
    store::insert(&mut *conn, new).await?;
    let NewFeedback { subject, said, .. } = new;
    let text = said.text.as_deref().unwrap_or_default();
    let told = WebhookFeedback {
        rating: said.rating.map(i32::from),
        text: text.chars().take(TOLD).collect(),
        version: new.version().map(ToOwned::to_owned),
        build_number: new.build_number().map(ToOwned::to_owned),
        page_url: Some(app.addresses.said(subject.app.0)),
    };
    events::announce(conn, app, (subject.app, subject.build), Event::Feedback(told)).await
}

/// Where nothing was said there is nothing to tell the developers.
fn check(said: &mut SendFeedback, has_screenshot: bool) -> Result<()> {
    let text = said.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    said.text = text.map(|text| text.replace("\r\n", "\n"));
    let mut checks = Checks::default();
    checks.require(
        said.rating.is_some() || said.text.is_some() || has_screenshot,
        "#/text",
        "is missing: say something, rate it, or send a screenshot",
    );
    checks.require(
        said.rating.is_none_or(|stars| (1..=5).contains(&stars)),
        "#/rating",
        "must be 1 to 5",
    );
    if let Some(text) = &said.text {
        checks.require(text.chars().count() <= 5_000, "#/text", "is too long");
        let plain = |c: char| !c.is_control() || c == '\n' || c == '\t';
        checks.require(text.chars().all(plain), "#/text", "must not hold control characters");
    }
    for (pointer, field, most) in [
        ("#/device", &mut said.device, 100),
        ("#/os", &mut said.os, 100),
        ("#/locale", &mut said.locale, 35),
        ("#/version", &mut said.version, 255),
        ("#/build", &mut said.build, 255),
    ] {
        *field = field.take().filter(|text| !text.trim().is_empty());
        checks.text(field.as_deref().unwrap_or_default(), pointer, (0, most));
    }
    checks.require(said.context.len() <= 20, "#/context", "must not hold more than 20 texts");
    let fits = |text: &str, most| {
        text.chars().count() <= most && !text.chars().any(|c| c.is_control() && c != '\n')
    };
    let fit = |context: &BTreeMap<String, String>| {
        context.iter().all(|(name, value)| fits(name, 64) && fits(value, 500))
    };
    checks.require(
        fit(&said.context),
        "#/context",
        "must hold names of 64 and values of 500 characters at most, without control characters",
    );
    checks.finish()
}

/// Keeps what is worth keeping of a screenshot.
async fn keep(app: &App, file: Spooled) -> Result<Stored> {
    let pictures = Arc::clone(&app.places.pictures);
    let turn = pictures.acquire_owned().await.context("the semaphore is never closed")?;
    let cleaned = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![0; usize::try_from(file.size()).unwrap_or(usize::MAX)];
        let read = file.file().read_exact_at(&mut bytes, 0);
        read.map(|()| picture::clean(&bytes))
    });
    let cleaned = cleaned.await.context("reading a picture panicked")?;
    let cleaned = cleaned.context("reading a spooled picture")?;
    let mut picture = cleaned.map_err(|words| Error::invalid_field("#/screenshot", words))?;
    let mut file = app.spool.create().await?;
    file.write(&std::mem::take(&mut picture.bytes)).await?;
    let id = Uuid::now_v7();
    app.storage.keep(place_of(id), file.finish().await?).await?;
    drop(turn);
    Ok(Stored { id, picture })
}
