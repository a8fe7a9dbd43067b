//! The page to change an app: its settings, and who belongs to it.

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::{Path, Query},
    web::{Beside, Faults, Nothing, Turn, View},
};
use securevox_protocol::{
    AccountId,
    apps::{Access, AppDetails, AppRole, Member, SetMember, UpdateApp},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{change, members};
use crate::{
    access::{AppForm, AppView},
    app::App,
    done::{Done, done},
    words::{DistributionWords, PeopleWords, faults},
};

/// What the page shows of the members.
const SHOWN: u16 = 50;

/// Of the settings.
const FIELDS: &[&str] = &["description", "testflight_url", "play_url", "password"];

#[derive(Template)]
#[template(path = "apps/app.html")]
struct AppPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    people: &'static PeopleWords,
    app: &'a AppDetails,
    members: &'a [Member],
    beside: Beside,
    wanted: &'a Wanted,
    /// The roles that the actor gives.
    roles: &'a [AppRole],
    typed: &'a Settings,
    added: &'a Added,
    faults: &'a Faults,
    saved: bool,
}

/// Which members are shown.
#[derive(Default, Deserialize)]
pub(super) struct Wanted {
    /// A part of their handle.
    #[serde(default)]
    q: String,
    after: Option<Uuid>,
    before: Option<Uuid>,
}

/// What came of a form, and what stood in it.
#[derive(Default)]
struct Told {
    wanted: Wanted,
    faults: Faults,
    typed: Option<Settings>,
    added: Added,
    saved: bool,
}

impl AppPage<'_> {
    /// Whether the actor may remove somebody with this role.
    fn removes(&self, member: &Member) -> bool {
        self.roles.contains(&member.role)
    }

    /// Whether there are too many to see at once.
    fn searches(&self) -> bool {
        let Beside { newer, older } = &self.beside;
        newer.is_some() || older.is_some() || !self.wanted.q.is_empty()
    }
}

#[derive(Deserialize)]
pub(super) struct MemberPath {
    account: AccountId,
}

#[derive(Deserialize)]
pub(super) struct Settings {
    description: String,
    testflight_url: String,
    play_url: String,
    access: Access,
    password: String,
}

impl Settings {
    fn of(app: &AppDetails) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            description: text(&app.description),
            testflight_url: text(&app.testflight_url),
            play_url: text(&app.play_url),
            access: app.access,
            password: String::new(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Added {
    handle: String,
    role: AppRole,
}

impl Default for Added {
    fn default() -> Self {
        Self { handle: String::new(), role: AppRole::Tester }
    }
}

#[derive(Deserialize)]
pub(super) struct Confirmed {
    bundle_id: String,
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    page(&app, &at, Told { wanted, ..Told::default() }).await
}

async fn page(app: &App, at: &AppView, told: Told) -> Result<Response> {
    let AppView { view, belonging, details } = at;
    let Wanted { q, after, before } = &told.wanted;
    let turn = Turn { after: *after, before: *before };
    let part = Some(q.trim()).filter(|part| !part.is_empty());
    let mut conn = app.db.acquire().await?;
    let rows = members::list(&mut conn, belonging, part, turn.span(SHOWN)).await?;
    drop(conn);
    let mut members = turn.part(SHOWN, rows, |member| member.account_id.0);
    let beside = members.beside(&format!("/admin/apps/{}", at.id()), &[("q", q)]);
    // Whoever decides is on top.
    members.items.sort_by(|one, other| (other.role, &one.handle).cmp(&(one.role, &other.handle)));
    let roles = match belonging.standing {
        AppRole::Owner => AppRole::ALL,
        AppRole::Manager => &AppRole::ALL[..2],
        AppRole::Developer | AppRole::Tester => &[],
    };
    let page = AppPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        app: details,
        members: &members.items,
        beside,
        wanted: &told.wanted,
        roles,
        typed: &told.typed.unwrap_or_else(|| Settings::of(details)),
        added: &told.added,
        faults: &told.faults,
        saved: told.saved,
        view,
    };
    Ok(view.page_with(told.faults.status(), &page))
}

pub(super) async fn update(
    State(app): State<App>,
    AppForm(mut at, sent): AppForm<Settings>,
) -> Result<Response> {
    let given = |text: &str| Some(Some(text.to_owned()).filter(|text| !text.trim().is_empty()));
    let request = UpdateApp {
        description: given(&sent.description),
        testflight_url: given(&sent.testflight_url),
        play_url: given(&sent.play_url),
        access: Some(sent.access),
        password: Some(sent.password.clone()).filter(|password| !password.is_empty()),
        ..UpdateApp::default()
    };
    let changed = async {
        let change = change::check(&app.passwords, &at.belonging, request).await?;
        let mut tx = app.db.begin().await?;
        let details = change::apply(&mut tx, &at.belonging, &change).await?;
        tx.commit().await?;
        Result::Ok(details)
    };
    let told = match changed.await {
        Ok(details) => {
            at.details = details;
            Told { saved: true, ..Told::default() }
        }
        Err(error) => {
            let faults = faults(error, &at.view, FIELDS)?;
            Told { faults, typed: Some(sent), ..Told::default() }
        }
    };
    page(&app, &at, told).await
}

pub(super) async fn set_member(
    State(app): State<App>,
    AppForm(at, sent): AppForm<Added>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let request = SetMember { handle: sent.handle, role: sent.role };
    match members::set(&mut tx, &at.belonging, &request).await {
        Ok(_) => tx.commit().await?,
        Err(error) => {
            drop(tx);
            let faults = faults(error, &at.view, &["handle"])?;
            let added = Added { handle: request.handle, role: request.role };
            return page(&app, &at, Told { faults, added, ..Told::default() }).await;
        }
    }
    Ok(done(&app, &format!("/admin/apps/{}", at.id()), Done::Added))
}

pub(super) async fn remove_member(
    State(app): State<App>,
    Path(MemberPath { account }): Path<MemberPath>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    match members::remove(&mut tx, &at.belonging, account).await {
        Ok(()) => tx.commit().await?,
        Err(error) => {
            drop(tx);
            let faults = faults(error, &at.view, &[])?;
            return page(&app, &at, Told { faults, ..Told::default() }).await;
        }
    }
    Ok(done(&app, &format!("/admin/apps/{}", at.id()), Done::Removed))
}

/// Whoever wrote the bundle id means it.
pub(super) async fn delete(
    State(app): State<App>,
    AppForm(at, sent): AppForm<Confirmed>,
) -> Result<Response> {
    at.require(AppRole::Owner)?;
    if at.details.bundle_id != sent.bundle_id.trim() {
        let words = PeopleWords::of(at.view.language).not_confirmed;
        let faults = Faults::about("bundle_id", words, &at.view);
        return page(&app, &at, Told { faults, ..Told::default() }).await;
    }
    let mut tx = app.db.begin().await?;
    change::delete(&mut tx, &at.belonging).await?;
    tx.commit().await?;
    Ok(done(&app, "/", Done::Deleted))
}
