//! Writing down what is done. What is deleted is written down before it is: its name stays.

use securevox_core::{
    Result,
    audit::{self, Entry},
};
use securevox_protocol::{AccountId, AppId, history::Action};
use sqlx::PgConnection;
use uuid::Uuid;

use super::store;
use crate::apps::Actor;

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

/// Writes down an act that concerns these apps.
pub(crate) async fn record(conn: &mut PgConnection, apps: &[AppId], act: Act) -> Result<()> {
    let Act { action, actor, account, target } = act;
    let subject = store::subject(&mut *conn, target).await?;
    let entry = Entry { actor, account, action: action.as_str(), target: Some(target) };
    audit::record_named(conn, apps, entry, subject.as_deref()).await
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
        let act = Act { action, actor: Some(self.account), account: None, target };
        record(conn, apps, act).await
    }
}
