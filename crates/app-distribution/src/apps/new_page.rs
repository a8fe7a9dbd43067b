//! The page that makes an app before its first build.

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Error, Result,
    web::{Faults, Form, SignedInView, View},
};
use securevox_protocol::{
    apps::{AppDetails, CreateApp},
    builds::Platform,
};
use serde::Deserialize;

use super::make;
use crate::{
    access::{Uploader, sender, with_uploads},
    app::App,
    done::{Done, done},
    words::{DistributionWords, PeopleWords, faults},
};

const FIELDS: &[&str] = &["platform", "bundle_id", "name"];

#[derive(Template)]
#[template(path = "apps/new.html")]
struct NewPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    people: &'static PeopleWords,
    typed: &'a Typed,
    faults: &'a Faults,
}

/// What stands in the form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    platform: String,
    bundle_id: String,
    name: String,
}

pub(super) async fn show(State(app): State<App>, signed_in: SignedInView) -> Result<Response> {
    let person = &signed_in.person;
    let mut conn = app.db.acquire().await?;
    Uploader::of(&mut conn, person.account, person.role).await?.require_new_apps()?;
    drop(conn);
    page(&app, &signed_in.view, (&Typed::default(), &Faults::default())).await
}

async fn page(app: &App, view: &View, (typed, faults): (&Typed, &Faults)) -> Result<Response> {
    let view = &with_uploads(&mut *app.db.acquire().await?, view).await?;
    let page = NewPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        typed,
        faults,
        view,
    };
    Ok(view.page_with(faults.status(), &page))
}

/// Makes it, and goes on to its page.
pub(super) async fn create(
    State(app): State<App>,
    Form(view, typed): Form<Typed>,
) -> Result<Response> {
    match make_it(&app, &view, &typed).await {
        Ok(made) => Ok(done(&app, &format!("/admin/apps/{}/builds", made.id), Done::AppMade)),
        Err(error) => {
            let faults = faults(error, &view, FIELDS)?;
            page(&app, &view, (&typed, &faults)).await
        }
    }
}

async fn make_it(app: &App, view: &View, typed: &Typed) -> Result<AppDetails> {
    let actor = sender(view)?;
    let mut tx = app.db.begin().await?;
    let uploader = Uploader::of(&mut tx, actor.account, actor.role).await?;
    uploader.require_new_apps()?;
    app.limits.uploads_of.check(actor.account).await?;
    let platform: Result<Platform, String> = typed.platform.parse();
    let platform = platform.map_err(|words| Error::invalid_field("#/platform", words))?;
    let (bundle_id, name) = (typed.bundle_id.clone(), typed.name.clone());
    let request = CreateApp { platform, bundle_id, name };
    let made = make::create(&mut tx, &uploader, &request).await?;
    tx.commit().await?;
    Ok(made)
}
