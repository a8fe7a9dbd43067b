//! The roster as a page, for the developers of an app.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::{Path, Query},
    web::{Beside, Faults, Nothing, Turn, View, unkept},
};
use securevox_protocol::{
    apps::{Access, AppDetails},
    roster::{AppTester, RosterFilter},
    testers::InvitedTester,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    change, handlers::TesterPath, store, store::Counts, wanted::Wanted, words::RosterWords,
};
use crate::{
    access::{AppForm, AppView},
    app::App,
    done::{Done, done},
    install::qr_code,
    people::groups::NO_SUCH_TESTER,
    words::{DistributionWords, PeopleWords, faults},
};

/// People on a page.
const SHOWN: u16 = 50;

#[derive(Template)]
#[template(path = "people/roster.html")]
struct RosterPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    people: &'static PeopleWords,
    own: &'static RosterWords,
    app: &'a AppDetails,
    counts: &'a Counts,
    list: &'a [AppTester],
    beside: Beside,
    asked: &'a Asked,
    manages: bool,
    told: &'a Told,
    faults: &'a Faults,
}

/// As the form sends it: what is not chosen is empty.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    only: String,
    after: Option<Uuid>,
    before: Option<Uuid>,
}

/// What came of a form.
#[derive(Default)]
struct Told {
    faults: Faults,
    invited: Option<InvitedTester>,
    /// The code of the link of theirs.
    code: Option<String>,
    /// Whether there is no mail, so that links are passed on.
    off: bool,
}

impl Asked {
    fn only(&self) -> Option<RosterFilter> {
        self.only.parse().ok()
    }

    pub(super) fn wanted(&self) -> Wanted {
        Wanted { q: Some(self.q.clone()), only: self.only(), limit: None, after: self.after }
    }

    /// The same for the table.
    fn query(&self) -> String {
        let pairs = [("q", self.q.trim()), ("only", &self.only)];
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }
}

impl RosterPage<'_> {
    /// Whether it is only some whom the page tells of.
    fn is_part(&self) -> bool {
        !self.asked.q.trim().is_empty() || self.asked.only().is_some()
    }

    fn lead(&self) -> &'static str {
        match self.app.access {
            Access::Members => self.own.lead,
            Access::Password => self.own.lead_password,
            Access::Public => self.own.lead_public,
        }
    }

    /// Whether the actor invites them again and removes them.
    fn changes(&self, person: &AppTester) -> bool {
        self.manages && person.groups.iter().any(|group| group.may_change)
    }

    /// Where a form about a tester is sent.
    fn act(&self, person: &AppTester, act: &str) -> String {
        let tester = person.tester_id.map(|tester| tester.to_string()).unwrap_or_default();
        format!("{}/{tester}/{act}", address(self.app))
    }
}

/// Whose line it is.
fn name(person: &AppTester) -> &str {
    person.email.as_deref().or(person.handle.as_deref()).unwrap_or_default()
}

fn address(app: &AppDetails) -> String {
    format!("/admin/apps/{}/testers", app.id)
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    page(&app, &at, &asked, Told::default()).await
}

async fn page(app: &App, at: &AppView, asked: &Asked, told: Told) -> Result<Response> {
    let (view, now) = (&at.view, Utc::now());
    let turn = Turn { after: asked.after, before: asked.before };
    let wanted = asked.wanted();
    let of = (wanted.part()?, wanted.only);
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, &at.belonging, of, (turn.span(SHOWN), now)).await?;
    let counts = store::counts(&mut conn, at.id(), now).await?;
    drop(conn);
    let rows = turn.part(SHOWN, rows, |row| row.id);
    let query = [("q", asked.q.trim()), ("only", asked.only.as_str())];
    let beside = rows.beside(&address(&at.details), &query);
    let list: Vec<AppTester> = rows.items.into_iter().map(store::Row::told).collect();
    let page = RosterPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        own: RosterWords::of(view.language),
        app: &at.details,
        counts: &counts,
        list: &list,
        beside,
        asked,
        manages: at.manages(),
        told: &told,
        faults: &told.faults,
        view,
    };
    // It is full of addresses, and may have a link that signs somebody in.
    Ok(unkept(view.page_with(told.faults.status(), &page)))
}

pub(super) async fn invite(
    State(app): State<App>,
    path: Result<Path<TesterPath>>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    let Path(TesterPath { tester }) = path.map_err(|_| NO_SUCH_TESTER)?;
    let mut tx = app.db.begin().await?;
    let order = (tester, at.view.language);
    let told = match change::invite(&mut tx, &app, &at.belonging, order).await {
        Ok(invited) => {
            tx.commit().await?;
            let code = invited.link.as_deref().map(qr_code).transpose()?;
            let (invited, off) = (Some(invited), !app.mailer.is_on());
            Told { invited, code, off, ..Told::default() }
        }
        Err(error) => {
            drop(tx);
            Told { faults: faults(error, &at.view, &[])?, ..Told::default() }
        }
    };
    page(&app, &at, &Asked::default(), told).await
}

pub(super) async fn remove(
    State(app): State<App>,
    path: Result<Path<TesterPath>>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    let Path(TesterPath { tester }) = path.map_err(|_| NO_SUCH_TESTER)?;
    let mut tx = app.db.begin().await?;
    change::remove(&mut tx, &at.belonging, tester).await?;
    tx.commit().await?;
    Ok(done(&app, &address(&at.details), Done::Removed))
}
