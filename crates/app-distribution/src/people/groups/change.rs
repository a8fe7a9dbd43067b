//! What may be done with a group.
//!
//! Whoever manages all of its apps changes it: invites, renames, deletes. Its maker does as long as
//! it has no app, and administrators always. Whoever manages one of its apps among others looks at
//! it, and takes that app out of it; they take no tester out, who would lose what others give. To
//! anybody else it does not exist.

use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{TimeDelta, Utc};
use securevox_core::{
    Error, Result,
    auth::{Opaque, SecretKey},
    extract::{Checks, Path},
    web::Span,
};
use securevox_protocol::{
    AppId, GroupId, JoinLinkId, Problem, TesterId,
    accounts::Role,
    apps::AppRole,
    history::Action,
    testers::{AttachApp, CreateGroup, CreateJoinLink, Group, JoinLink},
};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::store;
use crate::{
    access::{Actor, NO_SUCH_APP},
    app::App,
    history::record_change,
    repeat::{self, Written},
};

pub(super) const NO_SUCH_GROUP: Problem =
    Problem::new(404, "/problems/no-such-group", "No such group");
pub(in crate::people) const NO_SUCH_TESTER: Problem =
    Problem::new(404, "/problems/no-such-tester", "No such tester");
const NO_SUCH_JOIN_LINK: Problem =
    Problem::new(404, "/problems/no-such-join-link", "No such link to join");
const OTHERS_APPS: Problem = Problem::new(
    403,
    "/problems/group-of-others-apps",
    "The group has apps that you do not manage",
);
const MAY_NOT_MAKE_GROUPS: Problem =
    Problem::new(403, "/problems/may-not-make-groups", "Your account may not make groups");

/// A group in the path, and an actor who may look at it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(super) actor: Actor,
    pub(super) group: Group,
}

/// A group in the path, and an actor who may change it.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    pub(super) actor: Actor,
    pub(super) group: Group,
}

#[derive(Deserialize)]
struct GroupPath {
    group: GroupId,
}

impl Known {
    /// The group, if the actor may look at it.
    pub(in crate::people) async fn of(
        conn: &mut PgConnection,
        actor: Actor,
        group: GroupId,
    ) -> Result<Self> {
        let found = store::list(conn, actor, Some(group), Span::after(None, 1)).await?;
        let group = found.into_iter().next().ok_or(NO_SUCH_GROUP)?;
        Ok(Self { actor, group })
    }

    pub(super) fn id(&self) -> GroupId {
        self.group.id
    }

    /// 403 if they only look at it.
    pub(in crate::people) fn charge(self) -> Result<Charge> {
        if !self.group.may_change {
            let detail = "Ask somebody who manages all of its apps, or take yours out of it.";
            return Err(OTHERS_APPS.with_detail(detail).into());
        }
        Ok(Charge { actor: self.actor, group: self.group })
    }
}

impl Charge {
    /// The group, if the actor may change it.
    pub(super) async fn of(conn: &mut PgConnection, actor: Actor, group: GroupId) -> Result<Self> {
        Known::of(conn, actor, group).await?.charge()
    }

    pub(super) fn id(&self) -> GroupId {
        self.group.id
    }

    pub(super) async fn record(
        &self,
        conn: &mut PgConnection,
        action: Action,
        target: Uuid,
    ) -> Result<()> {
        let apps: Vec<AppId> = self.group.apps.iter().map(|app| app.id).collect();
        // What is done to a tester or a link is done in this group.
        let group = (target != self.id().0).then(|| ("group", self.group.name.clone()));
        record_change(conn, &apps, self.actor.act(action, target), group.as_slice()).await
    }
}

impl FromRequestParts<App> for Known {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let actor = Actor::from_request_parts(parts, app).await?;
        let path = Path::<GroupPath>::from_request_parts(parts, app).await;
        let Path(GroupPath { group }) = path.map_err(|_| NO_SUCH_GROUP)?;
        Self::of(&mut *app.db.acquire().await?, actor, group).await
    }
}

impl FromRequestParts<App> for Charge {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Known::from_request_parts(parts, app).await?.charge()
    }
}

/// Publishers and administrators make groups, once with each id.
pub(super) async fn create(
    conn: &mut PgConnection,
    actor: Actor,
    request: &CreateGroup,
) -> Result<(Written, Group)> {
    if actor.role < Role::Publisher {
        let detail = "Ask an administrator to make you a publisher.";
        return Err(MAY_NOT_MAKE_GROUPS.with_detail(detail).into());
    }
    check_name(&request.name)?;
    let mut written = Written::Now;
    if let Some(id) = request.id {
        repeat::turn(&mut *conn, id.0).await?;
        written = Written::of(store::maker(&mut *conn, id).await?, &actor.account)?;
    }
    let id = request.id.unwrap_or_else(GroupId::fresh);
    if written == Written::Now {
        store::insert(&mut *conn, actor, (id, request.name.trim())).await?;
        actor.record(&mut *conn, &[], Action::GroupCreated, id.0).await?;
    }
    Ok((written, Known::of(conn, actor, id).await?.group))
}

fn check_name(name: &str) -> Result<()> {
    let mut checks = Checks::default();
    checks.text(name.trim(), "#/name", (1, 100));
    checks.finish()
}

pub(super) async fn rename(conn: &mut PgConnection, charge: &Charge, name: &str) -> Result<Group> {
    check_name(name)?;
    store::rename(&mut *conn, charge.id(), name.trim()).await?;
    charge.record(&mut *conn, Action::GroupRenamed, charge.id().0).await?;
    Ok(Charge::of(conn, charge.actor, charge.id()).await?.group)
}

pub(super) async fn delete(conn: &mut PgConnection, charge: &Charge) -> Result<()> {
    charge.record(&mut *conn, Action::GroupDeleted, charge.id().0).await?;
    store::delete(conn, charge.id()).await
}

/// The group gets builds of an app that the actor manages.
pub(super) async fn attach(
    conn: &mut PgConnection,
    charge: &Charge,
    app: AppId,
    request: &AttachApp,
) -> Result<Group> {
    // As uploads are taken, so that it is the same channel.
    let channel = request.channel.as_ref().map(|channel| channel.trim().to_owned());
    let request = AttachApp { channel, ..*request };
    check_channel(&request)?;
    let belonging = charge.actor.in_app(&mut *conn, app).await?;
    belonging.require(AppRole::Manager)?;
    store::attach(&mut *conn, charge.id(), app, &request).await?;
    let act = charge.actor.act(Action::AppAttached, charge.id().0);
    let channel = request.channel.map(|channel| ("channel", channel));
    record_change(&mut *conn, &[app], act, channel.as_slice()).await?;
    Ok(Charge::of(conn, charge.actor, charge.id()).await?.group)
}

fn check_channel(request: &AttachApp) -> Result<()> {
    let Some(channel) = &request.channel else { return Ok(()) };
    let (mut checks, is_named) = (Checks::default(), !channel.is_empty());
    let words = "is for groups that get every build of it";
    checks.require(request.every_build, "#/channel", words);
    checks.require(is_named, "#/channel", "is needed: say which channel");
    if is_named {
        checks.text(channel, "#/channel", (1, 255));
    }
    checks.finish()
}

/// The group gets nothing of an app any more, which the actor manages.
pub(super) async fn detach(conn: &mut PgConnection, known: &Known, app: AppId) -> Result<()> {
    let belonging = known.actor.in_app(&mut *conn, app).await?;
    belonging.require(AppRole::Manager)?;
    if !store::detach(&mut *conn, known.id(), app).await? {
        return Err(NO_SUCH_APP.into());
    }
    known.actor.record(conn, &[app], Action::AppDetached, known.id().0).await
}

pub(in crate::people) async fn remove(
    conn: &mut PgConnection,
    charge: &Charge,
    tester: TesterId,
) -> Result<()> {
    if !store::remove(&mut *conn, charge.id(), tester).await? {
        return Err(NO_SUCH_TESTER.into());
    }
    charge.record(conn, Action::TesterRemoved, tester.0).await
}

/// Removes a tester everywhere, and ends their sessions: whoever may change all of their groups.
pub(super) async fn forget(conn: &mut PgConnection, actor: Actor, tester: TesterId) -> Result<()> {
    if !store::is_all_theirs(&mut *conn, actor, tester).await? {
        return Err(NO_SUCH_TESTER.into());
    }
    let apps = store::apps_of(&mut *conn, tester).await?;
    store::forget(&mut *conn, tester).await?;
    actor.record(conn, &apps, Action::TesterForgotten, tester.0).await
}

/// What the codes of links whose ids clients chose are derived for.
const CODES: &str = "join-links";

/// A link by which people join, and its code; with an id, the one that there is.
pub(super) async fn create_link(
    conn: &mut PgConnection,
    key: &SecretKey,
    charge: &Charge,
    request: &CreateJoinLink,
) -> Result<(Written, JoinLink, Opaque)> {
    if let Some(id) = request.id {
        repeat::turn(&mut *conn, id.0).await?;
        let (known, link) = store::find_link(&mut *conn, id).await?.unzip();
        let written = Written::of(known, &(charge.id(), charge.actor.account))?;
        if let (Written::Before, Some(link)) = (written, link) {
            return Ok((written, link, Opaque::derived(key, CODES, id.0)));
        }
    }
    let domain = request
        .email_domain
        .as_deref()
        .map(|domain| domain.trim().trim_start_matches('@').to_lowercase());
    let domain = domain.filter(|domain| !domain.is_empty());
    let mut checks = Checks::default();
    let named = |domain: &String| securevox_core::mail::address(&format!("a@{domain}")).is_some();
    let words = "must be a domain like example.org";
    checks.require(domain.as_ref().is_none_or(named), "#/email_domain", words);
    let uses = request.uses;
    checks.require(
        uses.is_none_or(|uses| (1..=10_000).contains(&uses)),
        "#/uses",
        "must be 1 to 10,000",
    );
    let hours = request.expires_in_hours;
    checks.require(
        hours.is_none_or(|hours| (1..=8_760).contains(&hours)),
        "#/expires_in_hours",
        "must be 1 to 8,760",
    );
    checks.finish()?;
    let code = match request.id {
        Some(id) => Opaque::derived(key, CODES, id.0),
        None => Opaque::random(),
    };
    let new = store::NewLink {
        id: request.id.unwrap_or_else(JoinLinkId::fresh),
        hash: &code.hash(),
        email_domain: domain.as_deref(),
        uses,
        expires: hours.map(|hours| Utc::now() + TimeDelta::hours(hours.into())),
    };
    let link = store::insert_link(&mut *conn, charge.id(), charge.actor, &new).await?;
    charge.record(conn, Action::JoinLinkCreated, link.id.0).await?;
    Ok((Written::Now, link, code))
}

pub(super) async fn withdraw_link(
    conn: &mut PgConnection,
    charge: &Charge,
    link: JoinLinkId,
) -> Result<()> {
    if !store::withdraw_link(&mut *conn, charge.id(), link).await? {
        return Err(NO_SUCH_JOIN_LINK.into());
    }
    charge.record(conn, Action::JoinLinkWithdrawn, link.0).await
}
