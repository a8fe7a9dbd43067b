//! Giving a build to a group, and taking it back.

use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::Path,
    web::{Form, see_other},
};
use securevox_protocol::{BuildId, GroupId};
use serde::Deserialize;

use super::managed;
use crate::{
    app::App,
    apps::sender,
    builds::{groups::take_back, problem::NO_SUCH_BUILD},
    events::{self, Told},
    people,
};

#[derive(Deserialize)]
pub(super) struct GroupPath {
    build: BuildId,
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
    Form(view, sent): Form<Given>,
) -> Result<Response> {
    let actor = sender(&view)?;
    let Path(GroupPath { build, group }) = path.map_err(|_| NO_SUCH_BUILD)?;
    let managed = managed(&app, actor, Ok(Path(super::BuildPath { build }))).await?;
    let of = (build, managed.build.app());
    let mut tx = app.db.begin().await?;
    if sent.given {
        people::give(&mut tx, actor, of, &[group.to_string()]).await?;
        events::tell_testers(&mut tx, &app, of, Told::Groups(None)).await?;
    } else {
        take_back(&mut tx, &managed, group).await?;
    }
    tx.commit().await?;
    Ok(see_other(&format!("/admin/builds/{build}")))
}
