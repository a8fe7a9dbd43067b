//! What differs between two builds, as a page.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::Utc;
use securevox_core::{Result, extract::Query, web::View};
use securevox_protocol::{
    BuildId,
    apps::AppDetails,
    builds::{Build, BuildComparison},
};
use serde::Deserialize;

use super::{BuildView, ManageWords, fact_words::FactWords, store};
use crate::{
    access::Audience,
    app::App,
    builds::{compare, managed::Managed, problem::NO_SUCH_BUILD},
    words::DistributionWords,
};

#[derive(Deserialize)]
pub(super) struct With {
    base: Option<BuildId>,
}

#[derive(Template)]
#[template(path = "manage/compare.html")]
struct ComparePage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    manage: &'static ManageWords,
    facts: &'static FactWords,
    app: &'a AppDetails,
    build: &'a Build,
    base: Option<&'a Build>,
    others: &'a [store::Other],
    found: Option<&'a BuildComparison>,
}

impl ComparePage<'_> {
    fn is_base(&self, other: &store::Other) -> bool {
        self.base.is_some_and(|base| base.id == other.id)
    }

    /// `+1.2 MB`, `−300 kB`.
    fn size_change(&self, bytes: i64) -> String {
        let size = self.view.language.size(bytes.abs());
        match bytes.signum() {
            1 => format!("+{size}"),
            -1 => format!("−{size}"),
            _ => "±0".to_owned(),
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    at: BuildView,
    Query(with): Query<With>,
) -> Result<Response> {
    let BuildView { view, actor, managed, details } = at;
    let build = managed.build;
    let of = (build.id, build.app());
    let others = store::others(&mut *app.db.acquire().await?, of).await?;
    let base = match with.base.or(others.first().map(|other| other.id)) {
        Some(base) => Some(Managed::by(&app, actor, base).await?.build),
        None => None,
    };
    // Another app's is none to compare with.
    if base.as_ref().is_some_and(|base| base.app() != of.1) {
        return Err(NO_SUCH_BUILD.into());
    }
    let now = Utc::now();
    let audience = Audience::developer(actor.account);
    let build = build.shown(&app.addresses, audience, now);
    let base = base.map(|base| base.shown(&app.addresses, audience, now));
    let found = base.as_ref().map(|base| compare::differences(&build, base));
    let page = ComparePage {
        words: DistributionWords::of(view.language),
        manage: ManageWords::of(view.language),
        facts: FactWords::of(view.language),
        app: &details,
        build: &build,
        base: base.as_ref(),
        others: &others,
        found: found.as_ref(),
        view: &view,
    };
    Ok(view.page(&page))
}
