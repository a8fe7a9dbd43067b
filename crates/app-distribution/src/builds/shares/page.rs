//! Where a link leads, and the forms by which it is made and withdrawn.

use axum::{extract::State, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::Opaque,
    extract::Path,
    web::{Nothing, see_other, unkept},
};
use securevox_protocol::{ShareLinkId, shares::CreateShareLink};
use serde::Deserialize;

use super::{SHARE_LINK_OVER, change, store};
use crate::{
    app::{App, Who},
    builds::{
        manage::{BuildForm, Told, page},
        problem::NO_SUCH_BUILD,
    },
    done::{Done, done},
    install::qr_code,
    words::faults,
};

#[derive(Deserialize)]
pub(super) struct SharePath {
    share: ShareLinkId,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    expires_in_hours: String,
    note: String,
    installs: String,
}

/// Goes on to the page of the build, which the link opens as long as it is in force.
pub(super) async fn open(State(app): State<App>, Path(code): Path<String>) -> Result<Response> {
    let code: Opaque = code.parse().map_err(|()| SHARE_LINK_OVER)?;
    let mut conn = app.db.acquire().await?;
    let found = store::find(&mut conn, &code.hash(), Utc::now()).await?.ok_or(SHARE_LINK_OVER)?;
    let who = Who::Share(found.id).to_bytes();
    let token = app.links.installs.sign_with(found.build_id.0, &who, found.expires_at);
    let page = see_other(&format!("/builds/{}?link={token}", found.build_id));
    Ok(unkept(page))
}

pub(super) async fn create(
    State(app): State<App>,
    BuildForm(at, wanted): BuildForm<Wanted>,
) -> Result<Response> {
    // A number that cannot be one is out of range.
    let number = |text: &str| text.trim().parse::<u16>().unwrap_or(0);
    let installs = Some(wanted.installs.as_str()).filter(|text| !text.trim().is_empty());
    let request = CreateShareLink {
        expires_in_hours: number(&wanted.expires_in_hours).into(),
        note: Some(wanted.note),
        installs: installs.map(|text| number(text).into()),
    };
    let mut tx = app.db.begin().await?;
    let told = match change::create(&mut tx, &at.managed, &request).await {
        Ok((_, code)) => {
            tx.commit().await?;
            let address = app.addresses.share(&code);
            let scanned = qr_code(&address)?;
            Told { shared: Some((address, scanned)), ..Told::default() }
        }
        Err(error) => {
            drop(tx);
            let faults = faults(error, &at.view, &["expires_in_hours", "note", "installs"])?;
            Told { faults, ..Told::default() }
        }
    };
    // The address is shown this once, and kept by no browser.
    page(&app, at, told).await.map(unkept)
}

pub(super) async fn withdraw(
    State(app): State<App>,
    path: Result<Path<SharePath>>,
    BuildForm(at, Nothing {}): BuildForm<Nothing>,
) -> Result<Response> {
    let Path(SharePath { share }) = path.map_err(|_| NO_SUCH_BUILD)?;
    let mut tx = app.db.begin().await?;
    change::withdraw(&mut tx, &at.managed, share).await?;
    tx.commit().await?;
    Ok(done(&app, &at.home(), Done::LinkWithdrawn))
}
