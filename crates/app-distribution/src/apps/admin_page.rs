//! The page to change an app: its settings, and who belongs to it.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use securevox_core::{
    Error, Result,
    extract::Path,
    web::{Form, SignedInView, View, see_other},
};
use securevox_protocol::{
    AccountId, AppId, Problem,
    apps::{Access, AppDetails, AppRole, Member, SetMember, UpdateApp},
};
use serde::Deserialize;

use super::{
    change, members,
    standing::{Actor, Belonging, NO_SUCH_APP},
    store,
};
use crate::{
    app::App,
    words::{DistributionWords, PeopleWords},
};

pub(crate) const SIGNED_OUT: Problem =
    Problem::new(401, "/problems/signed-out", "Sign in, and send it once more");

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
    uploads: bool,
}

impl AppPage<'_> {
    /// Whether the actor may remove somebody with this role.
    fn removes(&self, member: &Member) -> bool {
        self.roles.contains(&member.role)
    }
}

#[derive(Deserialize)]
pub(super) struct AppPath {
    pub(super) app: AppId,
}

#[derive(Deserialize)]
pub(super) struct MemberPath {
    app: AppId,
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

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Whoever sent a form.
pub(crate) fn sender(view: &View) -> Result<Actor> {
    let person = view.person.as_ref().ok_or(SIGNED_OUT)?;
    Ok(Actor { account: person.account, role: person.role })
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<AppPath>>,
) -> Result<Response> {
    let Path(path) = path.map_err(|_| NO_SUCH_APP)?;
    let actor = Actor::of(&signed_in);
    let belonging = actor.in_app(&mut *app.db.acquire().await?, path.app).await?;
    page(&app, &signed_in.view, &belonging, Ok(false)).await
}

async fn page(
    app: &App,
    view: &View,
    belonging: &Belonging,
    done: Result<bool, String>,
) -> Result<Response> {
    belonging.require(AppRole::Developer)?;
    let mut conn = app.db.acquire().await?;
    let details = store::find_details(&mut conn, belonging.app, belonging.standing).await?;
    let details = details.ok_or(NO_SUCH_APP)?;
    let members = members::list(&mut conn, belonging).await?;
    let roles = match belonging.standing {
        AppRole::Owner => AppRole::ALL,
        AppRole::Manager => &AppRole::ALL[..2],
        AppRole::Developer | AppRole::Tester => &[],
    };
    let page = AppPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        app: &details,
        members: &members,
        roles,
        problem: done.as_ref().err().map(String::as_str),
        saved: done == Ok(true),
        uploads: true,
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
    Path(path): Path<AppPath>,
    Form(view, sent): Form<Settings>,
) -> Result<Response> {
    let belonging = belonging(&app, &view, path.app).await?;
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
        let change = change::check(&app.passwords, &belonging, request).await?;
        let mut tx = app.db.begin().await?;
        change::apply(&mut tx, &belonging, &change).await?;
        tx.commit().await?;
        Result::Ok(())
    };
    let done = match changed.await {
        Ok(()) => Ok(true),
        Err(error) => Err(wrong(error)?),
    };
    page(&app, &view, &belonging, done).await
}

async fn belonging(app: &App, view: &View, id: AppId) -> Result<Belonging> {
    sender(view)?.in_app(&mut *app.db.acquire().await?, id).await
}

pub(super) async fn set_member(
    State(app): State<App>,
    Path(path): Path<AppPath>,
    Form(view, sent): Form<Added>,
) -> Result<Response> {
    let belonging = belonging(&app, &view, path.app).await?;
    let mut tx = app.db.begin().await?;
    let request = SetMember { handle: sent.handle, role: sent.role };
    match members::set(&mut tx, &belonging, &request).await {
        Ok(_) => tx.commit().await?,
        Err(error) => {
            drop(tx);
            return page(&app, &view, &belonging, Err(wrong(error)?)).await;
        }
    }
    Ok(see_other(&format!("/admin/apps/{}", path.app)))
}

pub(super) async fn remove_member(
    State(app): State<App>,
    Path(path): Path<MemberPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let belonging = belonging(&app, &view, path.app).await?;
    let mut tx = app.db.begin().await?;
    match members::remove(&mut tx, &belonging, path.account).await {
        Ok(()) => tx.commit().await?,
        Err(error) => {
            drop(tx);
            return page(&app, &view, &belonging, Err(wrong(error)?)).await;
        }
    }
    Ok(see_other(&format!("/admin/apps/{}", path.app)))
}

/// Whoever wrote the bundle id means it.
pub(super) async fn delete(
    State(app): State<App>,
    Path(path): Path<AppPath>,
    Form(view, sent): Form<Confirmed>,
) -> Result<Response> {
    let belonging = belonging(&app, &view, path.app).await?;
    belonging.require(AppRole::Owner)?;
    let mut tx = app.db.begin().await?;
    let details = store::find_details(&mut tx, path.app, belonging.standing).await?;
    if details.ok_or(NO_SUCH_APP)?.bundle_id != sent.bundle_id.trim() {
        drop(tx);
        let words = PeopleWords::of(view.language).not_confirmed.to_owned();
        return page(&app, &view, &belonging, Err(words)).await;
    }
    change::delete(&mut tx, &belonging).await?;
    tx.commit().await?;
    Ok(see_other("/"))
}
