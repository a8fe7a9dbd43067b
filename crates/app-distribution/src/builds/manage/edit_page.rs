//! The page to change a build.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::Path,
    web::{Form, SignedInView, View, see_other},
};
use securevox_protocol::{
    BuildId, accounts::Role, apps::AppDetails, builds::Build, symbols::Symbols,
};
use serde::Deserialize;

use super::{
    BuildPath, ManageWords, details, edit,
    edit::Typed,
    facts::{self, Fact},
    managed, store,
};
use crate::{
    app::App,
    apps::{Actor, sender, wrong},
    builds::{advice, change, managed::Managed, notes, symbols},
    words::DistributionWords,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Confirmed {
    confirmed: String,
}

/// What is told on the page beside the build.
#[derive(Default)]
pub(super) struct Told {
    pub(super) problem: Option<String>,
    pub(super) saved: bool,
    /// What somebody else changed: name, and what is there.
    pub(super) theirs: Vec<(&'static str, String)>,
    /// The notes as people will see them.
    pub(super) preview: Option<String>,
    /// What stands in the form, if it was sent.
    pub(super) typed: Option<Typed>,
}

#[derive(Template)]
#[template(path = "manage/build.html")]
struct EditPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    manage: &'static ManageWords,
    app: &'a AppDetails,
    build: &'a Build,
    told: &'a Told,
    typed: &'a Typed,
    channels: &'a [String],
    groups: &'a [store::Group],
    symbols: &'a [Symbols],
    facts: &'a [Fact],
    warnings: Vec<String>,
    /// Name and address.
    links: Vec<(&'static str, String)>,
    deletes: bool,
    uploads: bool,
}

impl EditPage<'_> {
    /// What is written to delete it.
    fn name(&self) -> &str {
        name(self.build)
    }

    /// Which of the executables, and for which processors.
    fn names(symbols: &Symbols) -> Vec<String> {
        let name = |id: &securevox_protocol::symbols::SymbolId| {
            let parts = [id.name.as_deref(), id.architecture.as_deref(), Some(id.uuid.as_str())];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        };
        symbols.ids.iter().take(12).map(name).collect()
    }
}

fn name(build: &Build) -> &str {
    let version = build.version.as_deref().or(build.build_number.as_deref());
    version.unwrap_or(&build.file_name)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<BuildPath>>,
) -> Result<Response> {
    let actor = Actor::of(&signed_in);
    let managed = managed(&app, actor, path).await?;
    page(&app, (&signed_in.view, actor), managed.build.id, Told::default()).await
}

/// The page as it is now, with what is `told`.
pub(super) async fn page(
    app: &App,
    (view, actor): (&View, Actor),
    build: BuildId,
    told: Told,
) -> Result<Response> {
    let managed = Managed::by(app, actor, build).await?;
    let (deletes, app_id) = (change::may_delete(&managed), managed.build.app());
    let mut conn = app.db.acquire().await?;
    let details = details(&mut conn, actor, app_id).await?;
    let (channels, _) = store::lines(&mut conn, app_id).await?;
    let groups = store::groups(&mut conn, (build, app_id), actor).await?;
    let kept = symbols::of_build(&mut conn, build).await?;
    drop(conn);
    let kept: Vec<Symbols> = kept.into_iter().map(|row| row.shown(&app.addresses)).collect();
    let build = managed.build.shown(&app.addresses, Utc::now());
    let now = store::Editable::of(&build);
    let mut typed = told.typed.clone().unwrap_or_else(|| now.typed());
    typed.seen = now.mark();
    let manage = ManageWords::of(view.language);
    let page = EditPage {
        words: DistributionWords::of(view.language),
        manage,
        app: &details,
        facts: &facts::of(&build, view.language),
        warnings: advice::told(build.warnings.iter(), view.language),
        links: links(app, &build, manage),
        build: &build,
        told: &told,
        typed: &typed,
        channels: &channels,
        groups: &groups,
        symbols: &kept,
        deletes,
        uploads: actor.role >= Role::Publisher,
        view,
    };
    let status = match (&told.problem, told.theirs.is_empty()) {
        (_, false) => StatusCode::CONFLICT,
        (Some(_), true) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    Ok(view.page_with(status, &page))
}

fn links(app: &App, build: &Build, words: &'static ManageWords) -> Vec<(&'static str, String)> {
    let latest = |line: Option<(&str, &str)>| app.addresses.latest(build.app.id.0, line);
    let of = |name, line, value: &Option<String>| {
        value.as_deref().map(|value| (name, latest(Some((line, value)))))
    };
    let install = (words.install_link, build.install_url.clone());
    [
        Some(install),
        Some((words.latest, latest(None))),
        of(words.latest_channel, "channel", &build.channel),
        of(words.latest_branch, "branch", &build.branch),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) async fn update(
    State(app): State<App>,
    path: Result<Path<BuildPath>>,
    Form(view, typed): Form<Typed>,
) -> Result<Response> {
    let actor = sender(&view)?;
    let managed = managed(&app, actor, path).await?;
    let manage = ManageWords::of(view.language);
    let told = match typed.wanted() {
        None => Told { problem: Some(manage.bad_time.to_owned()), ..Told::default() },
        Some(_) if typed.then == "preview" => {
            Told { preview: Some(notes::html(&typed.release_notes)), ..Told::default() }
        }
        Some(wanted) => match edit::save(&app, &managed, &wanted, &typed.seen).await {
            Ok(edit::Outcome::Saved) => {
                let told = Told { saved: true, ..Told::default() };
                return page(&app, (&view, actor), managed.build.id, told).await;
            }
            Ok(edit::Outcome::Changed(theirs)) => {
                Told { theirs: theirs.differing(&wanted, manage), ..Told::default() }
            }
            Err(error) => Told { problem: Some(wrong(error)?), ..Told::default() },
        },
    };
    let told = Told { typed: Some(typed), ..told };
    page(&app, (&view, actor), managed.build.id, told).await
}

/// Whoever wrote the version means it.
pub(super) async fn delete(
    State(app): State<App>,
    path: Result<Path<BuildPath>>,
    Form(view, sent): Form<Confirmed>,
) -> Result<Response> {
    let actor = sender(&view)?;
    let managed = managed(&app, actor, path).await?;
    let id = managed.build.id;
    let again = Managed::by(&app, actor, id).await?;
    let build = managed.build.shown(&app.addresses, Utc::now());
    if change::may_delete(&again) && name(&build) != sent.confirmed.trim() {
        let problem = Some(ManageWords::of(view.language).not_confirmed.to_owned());
        return page(&app, (&view, actor), id, Told { problem, ..Told::default() }).await;
    }
    change::remove(&app, &again).await?;
    Ok(see_other(&format!("/admin/apps/{}/builds", build.app.id)))
}
