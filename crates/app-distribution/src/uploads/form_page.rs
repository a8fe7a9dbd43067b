//! The form to upload a build with a browser.

use std::borrow::Cow;

use askama::Template;
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use chrono::Utc;
use securevox_core::{
    Error, Result,
    auth::BrowserPerson,
    extract::Query,
    web::{SignedInView, View, genuine, said_of, see_other, value_said, wants_html},
};
use securevox_protocol::{
    AppId, Problem,
    accounts::Role,
    apps::{AppDetails, AppRole},
    builds::BuildStatus,
    testers::Group,
};
use serde::Deserialize;
use sqlx::PgConnection;

use super::store::{self, Unfinished};
use crate::{
    access::{
        Actor, MAY_NOT_MAKE_APPS, NOT_YOUR_APP, SIGNED_OUT, Uploader, at_least, details_of,
        with_uploads,
    },
    app::App,
    builds::{self, Fields},
    people,
    words::{DistributionWords, FAULTS},
};

#[derive(Template)]
#[template(path = "upload.html")]
struct UploadPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    most: String,
    /// The same, for the script.
    most_bytes: u64,
    address: &'a str,
    /// Whether there is mail at all.
    mails: bool,
    /// Groups that may get it.
    groups: Vec<Group>,
    /// What the account has not finished.
    unfinished: Vec<Unfinished>,
    /// What was typed into a form that was refused.
    fields: &'a Fields,
    /// The app that it is for, and no other.
    app: Option<AppDetails>,
    /// Why it was: what, and what to do.
    fault: Option<(String, Option<String>)>,
}

impl UploadPage<'_> {
    fn is_given(&self, group: &Group) -> bool {
        let id = group.id.to_string();
        people::wanted(self.fields.groups.as_deref()).contains(&id)
    }

    /// Whether the account may make an app.
    fn makes(&self) -> bool {
        self.view.person.as_ref().is_some_and(|person| person.role >= Role::Publisher)
    }

    /// Whether something was said of when it is offered, so that it is not to be hidden.
    fn has_rules(&self) -> bool {
        let Fields { status, expires_at, mandatory, .. } = self.fields;
        status.is_some() || expires_at.is_some() || mandatory.is_some()
    }

    /// As its field takes it.
    fn end(&self) -> String {
        self.fields.expires_at.map(builds::typed_end).unwrap_or_default()
    }
}

/// What the address of the form says.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// The app that it is for.
    app: Option<AppId>,
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    uploader(&app, &signed_in.person).await?;
    let fields = match wanted.app {
        None => Fields::default(),
        Some(id) => {
            let mut conn = app.db.acquire().await?;
            let details = details_of(&mut conn, Actor::of(&signed_in), id).await?;
            at_least(Some(details.role), AppRole::Developer)?;
            Fields::to(details.platform, details.bundle_id)
        }
    };
    page(&app, &signed_in.view, &fields, None).await
}

/// The app that a form is for, which insists on it.
async fn app_of(
    conn: &mut PgConnection,
    actor: Actor,
    fields: &Fields,
) -> Result<Option<AppDetails>> {
    if !fields.strict {
        return Ok(None);
    }
    let uploader = Uploader { account: actor.account, role: actor.role, only_app: None };
    match fields.target(&mut *conn, &uploader).await? {
        Some(id) => details_of(conn, actor, id).await.map(Some),
        None => Ok(None),
    }
}

/// What is wrong with single fields is told, if it is known.
fn said(problem: &Problem, view: &View) -> (String, Option<String>) {
    let (title, detail) = said_of(problem, view.language, FAULTS);
    let fields = problem.errors.iter();
    let fields = fields.map(|error| value_said(&error.detail, view.language, FAULTS.fields));
    let told = fields.collect::<Vec<_>>().join(" ");
    let told = if told.is_empty() { detail.map(Cow::into_owned) } else { Some(told) };
    (title.to_owned(), told)
}

/// The form, with what was typed before and why that was refused.
pub(super) async fn page(
    app: &App,
    view: &View,
    fields: &Fields,
    refused: Option<&Problem>,
) -> Result<Response> {
    let person = view.person.as_ref().ok_or(SIGNED_OUT)?;
    let mut conn = app.db.acquire().await?;
    let view = &with_uploads(&mut conn, view).await?;
    let actor = Actor { account: person.account, role: person.role };
    let groups = people::changeable(&mut conn, actor).await?;
    let for_app = app_of(&mut conn, actor, fields).await?;
    let unfinished = store::unfinished(&mut conn, person.account, Utc::now()).await?;
    drop(conn);
    let most_bytes = app.config.max_bytes.0;
    let page = UploadPage {
        view,
        words: DistributionWords::of(view.language),
        most: view.language.size(i64::try_from(most_bytes).unwrap_or(i64::MAX)),
        most_bytes,
        address: app.addresses.root(),
        mails: app.mailer.is_on(),
        groups,
        unfinished,
        fields,
        app: for_app,
        fault: refused.map(|problem| said(problem, view)),
    };
    let status = refused.and_then(|problem| StatusCode::from_u16(problem.status).ok());
    Ok(view.page_with(status.unwrap_or(StatusCode::OK), &page))
}

/// Whether whoever filled in the form can do something about it there.
fn is_for_the_form(problem: &Problem) -> bool {
    let theirs = [NOT_YOUR_APP, MAY_NOT_MAKE_APPS];
    matches!(problem.status, 413 | 422 | 429)
        || theirs.iter().any(|known| known.kind == problem.kind)
}

/// Takes the form, whose first field is its `csrf`, and goes on to the page of the build.
pub(super) async fn create(
    State(app): State<App>,
    signed_in: SignedInView,
    request: Request,
) -> Result<Response> {
    let SignedInView { view, person } = signed_in;
    let uploader = uploader(&app, &person).await?;
    let headers = request.headers().clone();
    let site = app.site.clone();
    let proof = |token: &str| genuine(&view, &site, &headers, token);
    let mut fields = Fields::default();
    let received = async {
        app.limits.uploads_of.check(uploader.account).await?;
        let received = builds::receive(app.clone(), uploader, request, Some(&proof), &mut fields);
        Box::pin(received).await
    };
    match Box::pin(received).await {
        Ok((_, build)) => Ok(see_other(&format!("/builds/{}", build.id))),
        Err(Error::Problem(problem)) if is_for_the_form(&problem) && wants_html(&headers) => {
            page(&app, &view, &fields, Some(&problem)).await
        }
        Err(error) => Err(error),
    }
}

async fn uploader(app: &App, person: &BrowserPerson) -> Result<Uploader> {
    Uploader::of(&mut *app.db.acquire().await?, person.account, person.role).await
}
