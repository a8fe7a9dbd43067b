//! What was done to an app: `GET /api/apps/{app}/log`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::AccountId;

/// One act of administration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogEntry {
    /// Never changes, never reused.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub id: Uuid,
    /// When it was done.
    pub at: DateTime<Utc>,
    /// Who did it; null for the platform itself.
    pub actor_id: Option<AccountId>,
    /// What they are called; null if the account is gone.
    pub actor: Option<String>,
    /// What was done: noun and past participle, `build.deleted`.
    pub action: String,
    /// The id of what it was done to.
    pub target: Option<String>,
    /// What that is called, as far as it is there still: a build's version, a group's name, an
    /// account's handle, a tester's address.
    pub subject: Option<String>,
}
