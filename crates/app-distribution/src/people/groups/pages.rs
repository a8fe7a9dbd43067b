//! The page of a group.

use std::fmt::Display;

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::{Path, Query},
    web::{Beside, Faults, Form, Nothing, SignedInView, Turn, View, unkept},
};
use securevox_protocol::{
    AppId, GroupId, JoinLinkId, TesterId,
    testers::{CreateJoinLink, Group, GroupApp, InvitedTester, JoinLink, Tester},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    attach::{Attached, Shown, Which},
    change::{self, Charge, Known, NO_SUCH_GROUP},
    invite as inviting, names, store,
};
use crate::{
    access::{self, Actor, sender},
    app::App,
    apps::{self, Choice},
    done::{Done, done},
    install::qr_code,
    words::{DistributionWords, PeopleWords, faults},
};

/// What a page shows of a list.
const SHOWN: u16 = 50;
/// Apps to choose from.
const MOST: i64 = 500;

#[derive(Template)]
#[template(path = "people/group.html")]
struct GroupPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    people: &'static PeopleWords,
    group: &'a Group,
    testers: &'a [Tester],
    beside: Beside,
    wanted: &'a Wanted,
    links: &'a [JoinLink],
    /// Apps that the actor could attach.
    apps: &'a [Choice],
    told: &'a Told,
    faults: &'a Faults,
    typed: &'a Typed,
    /// Whether there is mail at all.
    mails: bool,
}

impl GroupPage<'_> {
    /// Where a form of the page is sent.
    fn path(&self, what: &str, id: &impl Display, act: &str) -> String {
        format!("{}/{what}/{id}/{act}", address(self.group.id))
    }

    /// Whether there are enough to look for somebody.
    fn searches(&self) -> bool {
        self.group.testers > 10
    }

    /// What stands in the form of an app of the group.
    fn shown_of<'b>(&'b self, app: &'b GroupApp) -> Shown<'b> {
        Shown::of(Some(app), self.typed.attached.as_ref().filter(|sent| sent.app == app.id))
    }

    /// What stands in the form of another one.
    fn shown_new(&self) -> Shown<'_> {
        let has = |id: AppId| self.group.apps.iter().any(|app| app.id == id);
        Shown::of(None, self.typed.attached.as_ref().filter(|sent| !has(sent.app)))
    }

    /// Whether the form of this app was sent.
    fn is_sent(&self, app: &AppId) -> bool {
        self.typed.attached.as_ref().is_some_and(|sent| sent.app == *app)
    }

    /// Who may join by a link.
    fn whom(&self, link: &JoinLink) -> String {
        let domain = link.email_domain.as_ref().map(|domain| format!("@{domain}"));
        domain.unwrap_or_else(|| self.people.any_domain.to_owned())
    }
}

/// Which testers are shown.
#[derive(Default, Deserialize)]
pub(in crate::people) struct Wanted {
    /// A part of their address.
    #[serde(default)]
    q: String,
    after: Option<Uuid>,
    before: Option<Uuid>,
}

impl Wanted {
    fn part(&self) -> Option<&str> {
        Some(self.q.trim()).filter(|part| !part.is_empty())
    }

    fn turn(&self) -> Turn {
        Turn { after: self.after, before: self.before }
    }
}

/// What stands in the forms of a group.
#[derive(Default)]
struct Typed {
    name: Option<String>,
    attached: Option<Attached>,
    emails: String,
    link: NewLink,
}

/// What came of a form.
#[derive(Default)]
struct Told {
    wanted: Wanted,
    faults: Faults,
    /// What stood in the form, if it was refused.
    typed: Typed,
    /// A new link to join, and the code of it.
    link: Option<(String, String)>,
    invited: Vec<InvitedTester>,
    /// Whether there is no mail, so that links are passed on.
    off: bool,
}

impl Told {
    /// Those whom nobody could mail.
    fn unmailed(&self) -> impl Iterator<Item = &InvitedTester> {
        self.invited.iter().filter(|invited| !invited.mailed)
    }

    fn mailed(&self) -> usize {
        self.invited.iter().filter(|invited| invited.mailed).count()
    }
}

#[derive(Deserialize)]
pub(in crate::people) struct GroupPath {
    group: GroupId,
}

#[derive(Deserialize)]
pub(in crate::people) struct AppPath {
    group: GroupId,
    app: AppId,
}

#[derive(Deserialize)]
pub(in crate::people) struct TesterPath {
    group: GroupId,
    tester: TesterId,
}

#[derive(Deserialize)]
pub(in crate::people) struct LinkPath {
    group: GroupId,
    link: JoinLinkId,
}

#[derive(Deserialize)]
pub(in crate::people) struct Named {
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(in crate::people) struct Pasted {
    emails: String,
}

#[derive(Default, Deserialize)]
pub(in crate::people) struct NewLink {
    email_domain: String,
    uses: String,
    expires_in_hours: String,
}

/// Where the page of a group is.
pub(super) fn address(group: GroupId) -> String {
    format!("/admin/groups/{group}")
}

pub(in crate::people) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<GroupPath>>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let Path(path) = path.map_err(|_| NO_SUCH_GROUP)?;
    let actor = Actor::of(&signed_in);
    page(&app, &signed_in.view, (actor, path.group), &Told { wanted, ..Told::default() }).await
}

async fn page(
    app: &App,
    view: &View,
    (actor, group): (Actor, GroupId),
    told: &Told,
) -> Result<Response> {
    let mut conn = app.db.acquire().await?;
    let Known { actor, group } = Known::of(&mut conn, actor, group).await?;
    let turn = told.wanted.turn();
    let of = (group.id, told.wanted.part());
    let rows = store::testers(&mut conn, of, turn.span(SHOWN)).await?;
    let testers = turn.part(SHOWN, rows, |tester| tester.id.0);
    let links =
        if group.may_change { store::links(&mut conn, group.id).await? } else { Vec::new() };
    let mut apps = apps::store::managed(&mut conn, actor, MOST).await?;
    apps.retain(|app| group.apps.iter().all(|attached| attached.id != app.id));
    let view = &access::with_uploads(&mut conn, view).await?;
    let page = GroupPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        group: &group,
        testers: &testers.items,
        beside: testers.beside(&address(group.id), &[("q", told.wanted.q.trim())]),
        wanted: &told.wanted,
        links: &links,
        apps: &apps,
        told,
        faults: &told.faults,
        typed: &told.typed,
        mails: app.mailer.is_on(),
        view,
    };
    Ok(unkept(view.page_with(told.faults.status(), &page)))
}

impl Charge {
    fn seen(&self) -> (Actor, GroupId) {
        (self.actor, self.id())
    }
}

async fn charge(app: &App, view: &View, group: GroupId) -> Result<Charge> {
    Charge::of(&mut *app.db.acquire().await?, sender(view)?, group).await
}

pub(in crate::people) async fn rename(
    State(app): State<App>,
    Path(path): Path<GroupPath>,
    Form(view, sent): Form<Named>,
) -> Result<Response> {
    let charge = charge(&app, &view, path.group).await?;
    let mut tx = app.db.begin().await?;
    match change::rename(&mut tx, &charge, &sent.name).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(done(&app, &address(path.group), Done::Renamed))
        }
        Err(error) => {
            drop(tx);
            let typed = Typed { name: Some(sent.name), ..Typed::default() };
            let told = Told { faults: faults(error, &view, &["name"])?, typed, ..Told::default() };
            page(&app, &view, charge.seen(), &told).await
        }
    }
}

pub(in crate::people) async fn delete(
    State(app): State<App>,
    Path(path): Path<GroupPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let charge = charge(&app, &view, path.group).await?;
    let mut tx = app.db.begin().await?;
    change::delete(&mut tx, &charge).await?;
    tx.commit().await?;
    Ok(done(&app, "/admin/groups", Done::Deleted))
}

pub(in crate::people) async fn attach(
    State(app): State<App>,
    Path(path): Path<GroupPath>,
    Form(view, sent): Form<Attached>,
) -> Result<Response> {
    let charge = charge(&app, &view, path.group).await?;
    let is_new = charge.group.apps.iter().all(|app| app.id != sent.app);
    let mut tx = app.db.begin().await?;
    match change::attach(&mut tx, &charge, sent.app, &sent.request()).await {
        Ok(_) => {
            tx.commit().await?;
            let what = if is_new { Done::Added } else { Done::Saved };
            Ok(done(&app, &address(path.group), what))
        }
        Err(error) => {
            drop(tx);
            let faults = faults(error, &view, &["channel"])?;
            let typed = Typed { attached: Some(sent), ..Typed::default() };
            page(&app, &view, charge.seen(), &Told { faults, typed, ..Told::default() }).await
        }
    }
}

pub(in crate::people) async fn detach(
    State(app): State<App>,
    Path(path): Path<AppPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let known = Known::of(&mut *app.db.acquire().await?, sender(&view)?, path.group).await?;
    let mut tx = app.db.begin().await?;
    change::detach(&mut tx, &known, path.app).await?;
    tx.commit().await?;
    // Whoever managed the group by this app alone has nothing to do with it any more.
    let left = Known::of(&mut *app.db.acquire().await?, known.actor, path.group).await;
    let back = if left.is_ok() { address(path.group) } else { "/admin/groups".to_owned() };
    Ok(done(&app, &back, Done::Removed))
}

pub(in crate::people) async fn invite(
    State(app): State<App>,
    Path(path): Path<GroupPath>,
    Form(view, sent): Form<Pasted>,
) -> Result<Response> {
    let charge = charge(&app, &view, path.group).await?;
    let invited = async {
        let invitees = inviting::check(&names::pasted(&sent.emails))?;
        let mut tx = app.db.begin().await?;
        let order = (&invitees, view.language);
        let invited = inviting::invite(&mut tx, &app, &charge, order).await?;
        tx.commit().await?;
        Result::Ok(invited)
    };
    let told = match invited.await {
        Ok(invited) => Told { invited, off: !app.mailer.is_on(), ..Told::default() },
        Err(error) => {
            let typed = Typed { emails: sent.emails, ..Typed::default() };
            Told { faults: faults(error, &view, &["emails"])?, typed, ..Told::default() }
        }
    };
    page(&app, &view, charge.seen(), &told).await
}

pub(in crate::people) async fn remove(
    State(app): State<App>,
    Path(path): Path<TesterPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let charge = charge(&app, &view, path.group).await?;
    let mut tx = app.db.begin().await?;
    change::remove(&mut tx, &charge, path.tester).await?;
    tx.commit().await?;
    Ok(done(&app, &address(path.group), Done::Removed))
}

pub(in crate::people) async fn create_link(
    State(app): State<App>,
    Path(path): Path<GroupPath>,
    Form(view, sent): Form<NewLink>,
) -> Result<Response> {
    let charge = charge(&app, &view, path.group).await?;
    // A number that cannot be one is out of range.
    let number = |text: &str| {
        let text = text.trim();
        (!text.is_empty()).then(|| text.parse::<u16>().unwrap_or(0))
    };
    let request = CreateJoinLink {
        id: None,
        email_domain: Some(sent.email_domain.clone()),
        uses: number(&sent.uses).map(Into::into),
        expires_in_hours: number(&sent.expires_in_hours).map(Into::into),
    };
    let mut tx = app.db.begin().await?;
    let told = match change::create_link(&mut tx, &app.secret, &charge, &request).await {
        Ok((_, _, code)) => {
            tx.commit().await?;
            let link = app.addresses.join(&code);
            let scanned = qr_code(&link)?;
            Told { link: Some((link, scanned)), ..Told::default() }
        }
        Err(error) => {
            drop(tx);
            let faults = faults(error, &view, &["email_domain", "uses", "expires_in_hours"])?;
            Told { faults, typed: Typed { link: sent, ..Typed::default() }, ..Told::default() }
        }
    };
    page(&app, &view, charge.seen(), &told).await
}

pub(in crate::people) async fn withdraw_link(
    State(app): State<App>,
    Path(path): Path<LinkPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let charge = charge(&app, &view, path.group).await?;
    let mut tx = app.db.begin().await?;
    change::withdraw_link(&mut tx, &charge, path.link).await?;
    tx.commit().await?;
    Ok(done(&app, &address(path.group), Done::LinkWithdrawn))
}
