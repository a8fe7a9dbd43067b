//! Writing down what is done. What is deleted is written down before it is: its name stays.

use securevox_core::{
    Result,
    audit::{self, About, Entry},
};
use securevox_protocol::{AccountId, AppId, history::Action};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::store;
use crate::access::Actor;

/// Something that is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Act {
    pub(crate) action: Action,
    /// Who does it; the platform itself if absent.
    pub(crate) actor: Option<AccountId>,
    /// Whose account it concerns, who sees it among their activity.
    pub(crate) account: Option<AccountId>,
    /// The id of what it is done to.
    pub(crate) target: Uuid,
}

/// What is told of a value that is there no more.
const NONE: &str = "none";

/// What was changed, and to what.
pub(crate) type Detail = (&'static str, String);

/// Writes down an act that concerns these apps.
pub(crate) async fn record(conn: &mut PgConnection, apps: &[AppId], act: Act) -> Result<()> {
    record_change(conn, apps, act, &[]).await
}

/// The same of an act that changes something, as `details` tell.
pub(crate) async fn record_change(
    conn: &mut PgConnection,
    apps: &[AppId],
    act: Act,
    details: &[Detail],
) -> Result<()> {
    let Act { action, actor, account, target } = act;
    let subject = store::subject(&mut *conn, target).await?;
    let about = About { apps, subject: subject.as_deref(), details };
    audit::record_about(conn, Entry { actor, account, action, target: Some(target) }, about).await
}

/// What becomes of a field in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// The new value: a word of ours, a number, a name.
    Value,
    /// Only that it is another one.
    Changed,
}

/// The `fields` in which two states of a thing differ, as its JSON names them.
pub(crate) fn changes<T: Serialize>(
    before: &T,
    after: &T,
    fields: &[(&'static str, Told)],
) -> Vec<Detail> {
    let json = |state: &T| serde_json::to_value(state).unwrap_or_default();
    let (before, after) = (json(before), json(after));
    let changed = fields.iter().filter(|(field, _)| before[*field] != after[*field]);
    let details = changed.map(|(field, told)| {
        let value = match (told, &after[*field]) {
            (Told::Changed, _) => audit::CHANGED.to_owned(),
            (Told::Value, Value::Null) => NONE.to_owned(),
            (Told::Value, Value::String(text)) => text.clone(),
            (Told::Value, other) => other.to_string(),
        };
        (*field, value)
    });
    details.collect()
}

impl Actor {
    /// Writes down that they do something which concerns these apps.
    pub(crate) async fn record(
        self,
        conn: &mut PgConnection,
        apps: &[AppId],
        action: Action,
        target: Uuid,
    ) -> Result<()> {
        record(conn, apps, self.act(action, target)).await
    }

    /// That they do something to `target`.
    pub(crate) fn act(self, action: Action, target: Uuid) -> Act {
        Act { action, actor: Some(self.account), account: None, target }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_told_and_texts_are_not() {
        let before =
            json!({"access": "members", "keep_builds": 3, "description": "One", "name": 1});
        let after =
            json!({"access": "public", "keep_builds": null, "description": "Two", "name": 1});
        let fields = [
            ("access", Told::Value),
            ("keep_builds", Told::Value),
            ("description", Told::Changed),
            ("name", Told::Value),
        ];
        let expected = [("access", "public"), ("keep_builds", "none"), ("description", "changed")];
        assert_eq!(
            changes(&before, &after, &fields),
            expected.map(|(field, value)| (field, value.to_owned()))
        );
    }
}
