//! What the builds of an app take, what of it is kept, and what would be deleted now.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::Utc;
use securevox_core::{
    Error, Result,
    web::{Faults, View},
};
use securevox_protocol::{
    apps::{AppDetails, AppRole, UpdateApp},
    retention::{RetentionReason, RetentionRules},
};
use serde::Deserialize;

use super::words::StorageWords;
use crate::{
    access::{AppForm, AppView, NO_SUCH_APP},
    app::App,
    apps::change,
    quota::{self, Room, Superfluous},
    words::{DistributionWords, faults},
};

const FIELDS: &[&str] = &["keep_builds", "keep_days", "quota"];

/// As sizes are told.
const MEGABYTE: i64 = 1_000_000;

/// What stands in the form.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Rules {
    keep_builds: String,
    keep_days: String,
    quota: String,
    /// Which button was pressed.
    then: String,
}

#[derive(Template)]
#[template(path = "retention/storage.html")]
struct StoragePage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    storage: &'static StorageWords,
    app: &'a AppDetails,
    room: &'a Room,
    quota: Option<String>,
    rules: &'a Rules,
    superfluous: &'a [Superfluous],
    is_preview: bool,
    faults: &'a Faults,
    saved: bool,
    changes: bool,
}

impl StoragePage<'_> {
    fn why(&self, build: &Superfluous) -> String {
        let why = |reason| match reason {
            RetentionReason::Many => self.storage.too_many,
            RetentionReason::Old => self.storage.too_old,
            RetentionReason::Large => self.storage.too_large,
        };
        build.reasons().into_iter().map(why).collect::<Vec<_>>().join(", ")
    }

    fn together(&self) -> String {
        self.view.language.size(self.superfluous.iter().map(|build| build.bytes).sum())
    }
}

impl Rules {
    fn of(app: &AppDetails) -> Self {
        let shown = |number: Option<i64>| number.map(|number| number.to_string());
        Self {
            keep_builds: shown(app.keep_builds.map(Into::into)).unwrap_or_default(),
            keep_days: shown(app.keep_days.map(Into::into)).unwrap_or_default(),
            quota: shown(app.quota_bytes.map(megabytes)).unwrap_or_default(),
            then: String::new(),
        }
    }

    /// What differs from `before`: a quota that was set to the byte stays until it is changed here.
    fn request(&self, before: &Self, words: &StorageWords) -> Result<UpdateApp> {
        let changed = |now: &str, then: &str, name: &str| {
            if now.trim() == then {
                return Ok(None);
            }
            let text = now.trim();
            if text.is_empty() {
                return Ok(Some(None));
            }
            let number = text.parse::<i32>().ok().filter(|number| *number > 0);
            let fault = || Error::invalid_field(&format!("#/{name}"), words.not_a_number);
            number.map(|number| Some(Some(number))).ok_or_else(fault)
        };
        let quota = changed(&self.quota, &before.quota, "quota")?;
        Ok(UpdateApp {
            keep_builds: changed(&self.keep_builds, &before.keep_builds, "keep_builds")?,
            keep_days: changed(&self.keep_days, &before.keep_days, "keep_days")?,
            quota_bytes: quota.map(|quota| quota.map(|quota| i64::from(quota) * MEGABYTE)),
            ..UpdateApp::default()
        })
    }
}

/// To the next whole one.
fn megabytes(bytes: i64) -> i64 {
    bytes / MEGABYTE + i64::from(bytes % MEGABYTE > 0)
}

/// What is told beside the rules.
#[derive(Default)]
struct Told {
    faults: Faults,
    saved: bool,
    /// Rules that were sent, and what they would delete.
    typed: Option<Rules>,
    preview: Option<Vec<Superfluous>>,
}

pub(super) async fn show(State(app): State<App>, at: AppView) -> Result<Response> {
    page(&app, &at, Told::default()).await
}

pub(super) async fn update(
    State(app): State<App>,
    AppForm(mut at, rules): AppForm<Rules>,
) -> Result<Response> {
    at.require(AppRole::Manager)?;
    let told = match apply(&app, &mut at, &rules).await {
        Ok(told) => told,
        Err(error) => Told { faults: faults(error, &at.view, FIELDS)?, ..Told::default() },
    };
    let typed = (!told.saved).then_some(rules);
    page(&app, &at, Told { typed, ..told }).await
}

async fn apply(app: &App, at: &mut AppView, rules: &Rules) -> Result<Told> {
    let words = StorageWords::of(at.view.language);
    let mut tx = app.db.begin().await?;
    let request = rules.request(&Rules::of(&at.details), words)?;
    let change = change::check(&app.passwords, &at.belonging, request).await?;
    if rules.then == "preview" {
        let tried = tried(&at.details, &change.request);
        let preview = quota::superfluous(&mut tx, app, Some(at.id()), Some(tried)).await?;
        return Ok(Told { preview: Some(preview), ..Told::default() });
    }
    let changed = change::apply(&mut tx, &at.belonging, &change).await?;
    tx.commit().await?;
    at.details = changed;
    Ok(Told { saved: true, ..Told::default() })
}

/// The rules as they would be.
fn tried(before: &AppDetails, request: &UpdateApp) -> RetentionRules {
    RetentionRules {
        keep_builds: request.keep_builds.unwrap_or(before.keep_builds),
        keep_days: request.keep_days.unwrap_or(before.keep_days),
        quota_bytes: request.quota_bytes.unwrap_or(before.quota_bytes),
    }
}

async fn page(app: &App, at: &AppView, told: Told) -> Result<Response> {
    let AppView { view, details, .. } = at;
    let mut conn = app.db.acquire().await?;
    let now = (Utc::now(), None);
    let room = quota::room(&mut conn, at.id(), now).await?.ok_or(NO_SUCH_APP)?;
    let is_preview = told.preview.is_some();
    let superfluous = match told.preview {
        Some(preview) => preview,
        None => quota::superfluous(&mut conn, app, Some(at.id()), None).await?,
    };
    drop(conn);
    let page = StoragePage {
        words: DistributionWords::of(view.language),
        storage: StorageWords::of(view.language),
        rules: &told.typed.unwrap_or_else(|| Rules::of(details)),
        app: details,
        quota: room.quota.map(|quota| view.language.size(quota)),
        room: &room,
        superfluous: &superfluous,
        is_preview,
        faults: &told.faults,
        saved: told.saved,
        changes: at.manages(),
        view,
    };
    Ok(view.page_with(told.faults.status(), &page))
}
