//! The page itself: groups, mails and devices of whoever looks.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    web::{View, see_other, unkept},
};
use sqlx::PgConnection;

use super::{
    Known, Me,
    store::{self, Group, Mailed},
};
use crate::{
    access::{Viewer, with_uploads},
    app::App,
    enrolment::{self, Owned},
    words::{DistributionWords, TestingWords},
};

#[derive(Template)]
#[template(path = "me/me.html")]
struct MePage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    testing: &'static TestingWords,
    /// None for an account that has proven no address.
    address: Option<&'a str>,
    tests: &'a Tests,
    devices: &'a [Owned],
}

/// What is known of an address.
#[derive(Default)]
struct Tests {
    groups: Vec<Group>,
    mailed: Vec<Mailed>,
    /// They want no mail at all.
    is_quiet: bool,
}

/// Strangers are sent to where testers come in.
pub(super) async fn show(State(app): State<App>, view: View, viewer: Viewer) -> Result<Response> {
    let mut conn = app.db.acquire().await?;
    let me = Me::of(&mut conn, &viewer).await?;
    if me.account.is_none() && me.tester.is_none() {
        return Ok(see_other("/t?path=%2Ft%2Fme"));
    }
    let tests = match &me.tester {
        Some(tester) => tests(&mut conn, tester, Utc::now()).await?,
        None => Tests::default(),
    };
    let devices = enrolment::owned(&mut conn, me.ids()).await?;
    let view = &viewer.named(with_uploads(&mut conn, &view).await?);
    drop(conn);
    let page = MePage {
        words: DistributionWords::of(view.language),
        testing: TestingWords::of(view.language),
        address: me.tester.as_ref().map(|tester| tester.email.as_str()),
        tests: &tests,
        devices: &devices,
        view,
    };
    Ok(unkept(view.page(&page)))
}

async fn tests(conn: &mut PgConnection, tester: &Known, now: DateTime<Utc>) -> Result<Tests> {
    Ok(Tests {
        groups: store::groups(&mut *conn, tester.id, now).await?,
        mailed: store::mailed(&mut *conn, tester.id, now).await?,
        is_quiet: store::is_quiet(conn, tester.id).await?,
    })
}
