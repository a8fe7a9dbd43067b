//! Giving a build to a group, and taking it back.

use axum::{extract::State, response::Response};
use securevox_core::{Result, extract::Path};
use securevox_protocol::GroupId;
use serde::Deserialize;

use super::{BuildForm, store};
use crate::{
    app::App,
    builds::{change, problem::NO_SUCH_BUILD},
    done::{Done, done},
    events::{self, Told},
    people,
};

#[derive(Deserialize)]
pub(super) struct GroupPath {
    group: GroupId,
}

#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    given: bool,
}

pub(super) async fn change(
    State(app): State<App>,
    path: Result<Path<GroupPath>>,
    BuildForm(at, sent): BuildForm<Given>,
) -> Result<Response> {
    let Path(GroupPath { group }) = path.map_err(|_| NO_SUCH_BUILD)?;
    let of = (at.id(), at.managed.build.app());
    let what = if sent.given { Done::Given } else { Done::Taken };
    let mut tx = app.db.begin().await?;
    if sent.given {
        people::give(&mut tx, at.actor, of, &[group.to_string()]).await?;
        events::tell_testers(&mut tx, &app, of, Told::Groups(None)).await?;
    } else if store::take(&mut tx, at.id(), group).await? {
        change::record(&mut tx, &at.managed, "build.taken_back").await?;
    }
    tx.commit().await?;
    Ok(done(&app, &at.home(), what))
}
