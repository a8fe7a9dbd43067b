//! Giving a build to a group, and taking it back.

use axum::{extract::State, response::Response};
use securevox_core::{Result, extract::Path};
use securevox_protocol::{
    AccountId, AppId, BuildId, GroupId, Problem, history::Action, testers::BuildGroup,
};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{BuildForm, store};
use crate::{
    app::App,
    builds::{change, managed::Managed, problem::NO_SUCH_BUILD},
    done::{Done, done},
    events::{self, Told},
    people,
};

const NOT_GIVEN: Problem =
    Problem::new(404, "/problems/not-given", "The group was not given the build");
const GETS_EVERY_BUILD: Problem =
    Problem::new(409, "/problems/gets-every-build", "The group gets every build of its kind");

/// The groups that get a build.
pub(in crate::builds) async fn having(
    conn: &mut PgConnection,
    (build, app, asker): (BuildId, AppId, AccountId),
) -> Result<Vec<BuildGroup>> {
    let groups = store::groups(conn, (build, app), (asker, false)).await?;
    let having = groups.into_iter().filter(|group| group.by_rule || group.given);
    let having = having.map(|group| {
        let store::Group { id, name, every_build, channel, given, .. } = group;
        BuildGroup { id, name, every_build, channel, given }
    });
    Ok(having.collect())
}

/// Takes a build back from a group that was given it.
pub(in crate::builds) async fn take(
    conn: &mut PgConnection,
    managed: &Managed,
    group: GroupId,
) -> Result<()> {
    if store::take(&mut *conn, managed.build.id, group).await? {
        return change::record(conn, managed, Action::BuildTakenBack).await;
    }
    let of = (managed.build.id, managed.build.app(), managed.account);
    if having(conn, of).await?.into_iter().any(|having| having.id == group) {
        let detail = "Say in the settings of the group that it gets those that are given to it.";
        return Err(GETS_EVERY_BUILD.with_detail(detail).into());
    }
    Err(NOT_GIVEN.into())
}

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
    } else {
        take(&mut tx, &at.managed, group).await?;
    }
    tx.commit().await?;
    Ok(done(&app, &at.home(), what))
}
