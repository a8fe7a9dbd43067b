//! Builds that are given to groups: at their upload, or later.

use securevox_core::{Error, Result, extract::Checks, web::Span};
use securevox_protocol::{AppId, BuildId, apps::AppRole, history::Action, testers::Group};
use sqlx::PgConnection;

use super::store;
use crate::access::Actor;

/// Groups that are named at once.
const MOST: i64 = 50;

/// A build and its app.
pub(crate) type Given = (BuildId, AppId);

/// The groups that an actor may change, newest first: no more than are named at once.
pub(crate) async fn changeable(conn: &mut PgConnection, actor: Actor) -> Result<Vec<Group>> {
    store::list(conn, actor, None, Span::after(None, MOST)).await
}

/// The names in the field `groups` of an upload.
pub(crate) fn wanted(field: Option<&str>) -> Vec<String> {
    let names = field.unwrap_or_default().split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect()
}

/// Gives a build to the groups with these names or ids; 422 for those that the actor may not
/// give it to, whether they exist or not, and for a name that two have. Developers give to groups
/// that get builds of the app; managers of it attach it to groups they may change, by giving.
pub(crate) async fn give(
    conn: &mut PgConnection,
    actor: Actor,
    (build, app): Given,
    names: &[String],
) -> Result<()> {
    let mut checks = Checks::default();
    checks.require(
        i64::try_from(names.len()).is_ok_and(|count| count <= MOST),
        "#/groups",
        "names too many groups",
    );
    checks.finish()?;
    let attaches = actor.standing(&mut *conn, app).await? >= Some(AppRole::Manager);
    for name in names {
        let found = store::find_named(&mut *conn, (actor, app), attaches, name).await?;
        let shown: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        match found.as_slice() {
            [group] => store::give(&mut *conn, (build, app), *group).await?,
            [] => {
                let words = format!("there is no group {shown:?} that you may give builds to");
                return Err(Error::invalid_field("#/groups", words));
            }
            _ => {
                let words = format!("several groups are called {shown:?}: send the id");
                return Err(Error::invalid_field("#/groups", words));
            }
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    actor.record(conn, &[app], Action::BuildGiven, build.0).await
}
