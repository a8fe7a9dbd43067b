//! The page to change an app: its settings, and who belongs to it.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use securevox_core::{
    Error, Result,
    extract::Path,
    web::{Nothing, View, see_other},
};
use securevox_protocol::{
    AccountId,
    apps::{Access, AppDetails, AppRole, Member, SetMember, UpdateApp},
};
use serde::Deserialize;

use super::{
    app_view::{AppForm, AppView},
    change, members,
};
use crate::{
    app::App,
    words::{DistributionWords, PeopleWords},
};

#[derive(Template)]
#[template(path = "people/app.html")]
struct AppPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    people: &'static PeopleWords,
    app: &'a AppDetails,
    members: &'a [Member],
    /// The roles that the actor gives.
    roles: &'a [AppRole],
    problem: Option<&'a str>,
    saved: bool,
}

impl AppPage<'_> {
    /// Whether the actor may remove somebody with this role.
    fn removes(&self, member: &Member) -> bool {
        self.roles.contains(&member.role)
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

#[derive(Deserialize)]
pub(super) struct Added {
    handle: String,
    role: AppRole,
}

#[derive(Deserialize)]
pub(super) struct Confirmed {
    bundle_id: String,
}

pub(super) async fn show(State(app): State<App>, at: AppView) -> Result<Response> {
    page(&app, &at, Ok(false)).await
}

async fn page(app: &App, at: &AppView, done: Result<bool, String>) -> Result<Response> {
    let AppView { view, belonging, details } = at;
    let members = members::list(&mut *app.db.acquire().await?, belonging).await?;
    let roles = match belonging.standing {
        AppRole::Owner => AppRole::ALL,
        AppRole::Manager => &AppRole::ALL[..2],
        AppRole::Developer | AppRole::Tester => &[],
    };
    let page = AppPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        app: details,
        members: &members,
        roles,
        problem: done.as_ref().err().map(String::as_str),
        saved: done == Ok(true),
        view,
    };
    let status = if done.is_err() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(view.page_with(status, &page))
}

/// What is wrong with a form, to be told on its page; anything else is a problem of its own.
pub(crate) fn wrong(error: Error) -> Result<String> {
    match error {
        Error::Problem(problem) if matches!(problem.status, 409 | 422) => {
            let fields = problem.errors.iter().map(|error| {
                let field = error.pointer.trim_start_matches(['#', '/']);
                format!("{field}: {}", error.detail)
            });
            let told: Vec<String> = fields.chain(problem.detail.clone()).collect();
            Ok(if told.is_empty() { problem.title.to_string() } else { told.join(" ") })
        }
        error => Err(error),
    }
}

pub(super) async fn update(
    State(app): State<App>,
    AppForm(mut at, sent): AppForm<Settings>,
) -> Result<Response> {
    let given = |text: String| Some(Some(text).filter(|text| !text.trim().is_empty()));
    let request = UpdateApp {
        description: given(sent.description),
        testflight_url: given(sent.testflight_url),
        play_url: given(sent.play_url),
        access: Some(sent.access),
        password: Some(sent.password).filter(|password| !password.is_empty()),
        ..UpdateApp::default()
    };
    let changed = async {
        let change = change::check(&app.passwords, &at.belonging, request).await?;
        let mut tx = app.db.begin().await?;
        let details = change::apply(&mut tx, &at.belonging, &change).await?;
        tx.commit().await?;
        Result::Ok(details)
    };
    let done = match changed.await {
        Ok(details) => {
            at.details = details;
            Ok(true)
        }
        Err(error) => Err(wrong(error)?),
    };
    page(&app, &at, done).await
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
            return page(&app, &at, Err(wrong(error)?)).await;
        }
    }
    Ok(see_other(&format!("/admin/apps/{}", at.id())))
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
            return page(&app, &at, Err(wrong(error)?)).await;
        }
    }
    Ok(see_other(&format!("/admin/apps/{}", at.id())))
}

/// Whoever wrote the bundle id means it.
pub(super) async fn delete(
    State(app): State<App>,
    AppForm(at, sent): AppForm<Confirmed>,
) -> Result<Response> {
    at.require(AppRole::Owner)?;
    if at.details.bundle_id != sent.bundle_id.trim() {
        let words = PeopleWords::of(at.view.language).not_confirmed.to_owned();
        return page(&app, &at, Err(words)).await;
    }
    let mut tx = app.db.begin().await?;
    change::delete(&mut tx, &at.belonging).await?;
    tx.commit().await?;
    Ok(see_other("/"))
}
