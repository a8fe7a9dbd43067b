//! What somebody ends who tests: a group, mails, a device, or all that is kept of them.

use axum::{
    extract::State,
    http::{header, request::Parts},
    response::Response,
};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::Path,
    web::{Form, Nothing},
};
use securevox_protocol::{AppId, EnrolledDeviceId, GroupId, Problem, history::Action};
use serde::Deserialize;

use super::{Me, store};
use crate::{
    app::App,
    done::{Done, done},
    enrolment, events, history, people,
};

const NOT_IN_GROUP: Problem =
    Problem::new(404, "/problems/not-in-group", "You are not in this group");
const NOT_YOUR_DEVICE: Problem =
    Problem::new(404, "/problems/not-your-device", "You have no such device");

const HOME: &str = "/t/me";

/// They are in the group no longer, and lose what they had by it.
pub(super) async fn leave(
    State(app): State<App>,
    path: Result<Path<GroupId>>,
    parts: Parts,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let me = Me::sender(&app, &parts, &view).await?;
    let Path(group) = path.map_err(|_| NOT_IN_GROUP)?;
    let tester = me.tester()?;
    let mut tx = app.db.begin().await?;
    let name = store::leave(&mut tx, group, tester.id).await?.ok_or(NOT_IN_GROUP)?;
    let apps = store::apps_of(&mut tx, group).await?;
    let act = me.act(Action::TesterLeft, tester.id.0);
    history::record_change(&mut tx, &apps, act, &[("group", name)]).await?;
    tx.commit().await?;
    Ok(done(&app, HOME, Done::GroupLeft))
}

#[derive(Deserialize)]
pub(super) struct Mail {
    /// About this app; about all if absent.
    app: Option<AppId>,
    wanted: bool,
}

/// Whether they are mailed, as by the link in each mail.
pub(super) async fn mail(
    State(app): State<App>,
    parts: Parts,
    Form(view, sent): Form<Mail>,
) -> Result<Response> {
    let me = Me::sender(&app, &parts, &view).await?;
    let tester = me.tester()?.id;
    let mut tx = app.db.begin().await?;
    events::choose_mail(&mut tx, (tester, sent.app), sent.wanted, Utc::now()).await?;
    tx.commit().await?;
    Ok(done(&app, HOME, Done::Saved))
}

/// The developers of all apps lose the identifier of a device.
pub(super) async fn remove_device(
    State(app): State<App>,
    path: Result<Path<EnrolledDeviceId>>,
    parts: Parts,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let me = Me::sender(&app, &parts, &view).await?;
    let Path(device) = path.map_err(|_| NOT_YOUR_DEVICE)?;
    let mut tx = app.db.begin().await?;
    let apps = enrolment::take_back(&mut tx, me.ids(), device).await?.ok_or(NOT_YOUR_DEVICE)?;
    history::record(&mut tx, &apps, me.act(Action::DeviceRemoved, device.0)).await?;
    tx.commit().await?;
    Ok(done(&app, HOME, Done::Removed))
}

/// Deletes all that is kept under their address, and what this browser keeps of them.
pub(super) async fn forget(
    State(app): State<App>,
    parts: Parts,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let me = Me::sender(&app, &parts, &view).await?;
    let tester = me.tester()?;
    let mut tx = app.db.begin().await?;
    let apps = people::apps_of(&mut tx, tester.id).await?;
    history::record(&mut tx, &apps, me.act(Action::TesterGone, tester.id.0)).await?;
    store::forget(&mut tx, tester).await?;
    tx.commit().await?;
    let mut response = done(&app, "/", Done::Forgotten);
    for cookie in app.cookies.forget(&parts.headers) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
