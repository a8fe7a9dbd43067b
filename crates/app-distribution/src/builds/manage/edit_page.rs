//! The page to change a build.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    web::{Faults, View},
};
use securevox_protocol::{
    accounts::Role, apps::AppDetails, builds::Build, shares::ShareLink, symbols::Symbols,
};
use serde::Deserialize;

use super::{
    BuildForm, BuildView, ManageWords, edit,
    edit::Typed,
    facts::{self, Fact},
    store,
};
use crate::{
    advice,
    app::{App, Who},
    builds::{change, download, shares, symbols},
    done::{Done, done},
    events,
    install::qr_code,
    notes,
    words::{DistributionWords, faults},
};

const FIELDS: &[&str] = &["release_notes", "channel", "expires_at"];

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Confirmed {
    confirmed: String,
}

/// What is told on the page beside the build.
#[derive(Default)]
pub(in crate::builds) struct Told {
    pub(in crate::builds) faults: Faults,
    /// The address of a link that was made to share it, and the code of that.
    pub(in crate::builds) shared: Option<(String, String)>,
    pub(in crate::builds) saved: bool,
    /// What somebody else changed: name, and what is there.
    pub(in crate::builds) theirs: Vec<(&'static str, String)>,
    /// The notes as people will see them.
    pub(in crate::builds) preview: Option<String>,
    /// What stands in the form, if it was sent.
    pub(in crate::builds) typed: Option<Typed>,
}

#[derive(Template)]
#[template(path = "manage/build.html")]
struct EditPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    manage: &'static ManageWords,
    app: &'a AppDetails,
    build: &'a Build,
    /// What is written to delete it.
    name: &'a str,
    told: &'a Told,
    faults: &'a Faults,
    typed: &'a Typed,
    channels: &'a [String],
    groups: &'a [store::Group],
    /// How many get the build and were not told of it, where they may be told.
    untold: Option<i64>,
    /// Whether people are mailed if it is offered now.
    mails: bool,
    shares: &'a [ShareLink],
    symbols: &'a [Symbols],
    /// Bytes that a file of them may have, for the script.
    symbols_most: u64,
    facts: &'a [Fact],
    warnings: Vec<String>,
    links: Vec<Link>,
    deletes: bool,
}

/// A link to be given out.
struct Link {
    name: &'static str,
    address: String,
    /// The code of it; that of the build has a place of its own.
    code: Option<String>,
}

impl EditPage<'_> {
    fn untold(&self, people: i64) -> String {
        match people {
            0 => self.manage.tell_all.to_owned(),
            1 => self.manage.tell_one.to_owned(),
            people => self.manage.tell_some.replace("{}", &people.to_string()),
        }
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

pub(super) async fn show(State(app): State<App>, at: BuildView) -> Result<Response> {
    page(&app, at, Told::default()).await
}

/// The page, with what is `told`.
pub(in crate::builds) async fn page(app: &App, at: BuildView, told: Told) -> Result<Response> {
    let (id, app_id, deletes) = (at.id(), at.managed.build.app(), change::may_delete(&at.managed));
    let BuildView { view, actor, managed, details } = at;
    let mut conn = app.db.acquire().await?;
    let (channels, _) = store::lines(&mut conn, app_id).await?;
    let asker = (actor.account, actor.role == Role::Admin);
    let groups = store::groups(&mut conn, (id, app_id), asker).await?;
    let untold = events::untold(&mut conn, app, id).await?;
    let shares = shares::list(&mut conn, id, Utc::now()).await?;
    let kept = symbols::of_build(&mut conn, id).await?;
    drop(conn);
    let kept: Vec<Symbols> = kept.into_iter().map(|row| row.shown(&app.addresses)).collect();
    let name = managed.build.name().to_owned();
    let audience = managed.audience();
    let build = managed.build.shown(&app.addresses, audience, Utc::now());
    let now = store::Editable::of(&build);
    let mut typed = told.typed.clone().unwrap_or_else(|| now.typed());
    typed.seen = now.mark();
    let manage = ManageWords::of(view.language);
    let page = EditPage {
        words: DistributionWords::of(view.language),
        manage,
        app: &details,
        facts: &facts::of(&build, view.language),
        warnings: advice::in_words(build.warnings.iter(), view.language),
        links: links(app, &build, manage),
        build: &build,
        name: &name,
        told: &told,
        faults: &told.faults,
        typed: &typed,
        channels: &channels,
        groups: &groups,
        untold,
        mails: app.mailer.is_on() && !now.active,
        shares: &shares,
        symbols: &kept,
        symbols_most: app.config.symbols_max_bytes.0,
        deletes,
        view: &view,
    };
    let status = if told.theirs.is_empty() { told.faults.status() } else { StatusCode::CONFLICT };
    Ok(view.page_with(status, &page))
}

fn links(app: &App, build: &Build, words: &'static ManageWords) -> Vec<Link> {
    let latest = |name, line: Option<(&str, &str)>| {
        let address = app.addresses.latest(build.app.id.0, line);
        // The name of a branch may be longer than a code holds.
        let code = qr_code(&address).ok();
        Link { name, address, code }
    };
    let of = |name, line, value: &Option<String>| {
        value.as_deref().map(|value| latest(name, Some((line, value))))
    };
    let address = build.install_url.clone();
    [
        Some(Link { name: words.install_link, address, code: None }),
        Some(latest(words.latest, None)),
        of(words.latest_channel, "channel", &build.channel),
        of(words.latest_branch, "branch", &build.branch),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The package, also where the page of the build installs it instead.
pub(super) async fn package(State(app): State<App>, at: BuildView) -> Result<Response> {
    download::to_package(&app, at.id(), Who::Account(at.actor.account)).await
}

pub(super) async fn update(
    State(app): State<App>,
    BuildForm(at, typed): BuildForm<Typed>,
) -> Result<Response> {
    let manage = ManageWords::of(at.view.language);
    let told = match typed.wanted() {
        None => {
            let faults = Faults::about("expires_at", manage.bad_time, &at.view);
            Told { faults, ..Told::default() }
        }
        Some(_) if typed.then == "preview" => {
            Told { preview: Some(notes::html(&typed.release_notes)), ..Told::default() }
        }
        Some(wanted) => match edit::save(&app, &at.managed, &wanted, &typed).await {
            Ok(edit::Outcome::Saved) => {
                let told = Told { saved: true, ..Told::default() };
                return page(&app, at.again(&app).await?, told).await;
            }
            Ok(edit::Outcome::Changed(theirs)) => {
                Told { theirs: theirs.differing(&wanted, manage), ..Told::default() }
            }
            Err(error) => Told { faults: faults(error, &at.view, FIELDS)?, ..Told::default() },
        },
    };
    let told = Told { typed: Some(typed), ..told };
    page(&app, at.again(&app).await?, told).await
}

/// Whoever wrote the version means it.
pub(super) async fn delete(
    State(app): State<App>,
    BuildForm(at, sent): BuildForm<Confirmed>,
) -> Result<Response> {
    let build = &at.managed.build;
    if change::may_delete(&at.managed) && build.name() != sent.confirmed.trim() {
        let words = ManageWords::of(at.view.language).not_confirmed;
        let faults = Faults::about("confirmed", words, &at.view);
        return page(&app, at, Told { faults, ..Told::default() }).await;
    }
    change::remove(&app, &at.managed).await?;
    Ok(done(&app, &format!("/admin/apps/{}/builds", at.details.id), Done::Deleted))
}
