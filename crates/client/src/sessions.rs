//! `/v1/sessions`.

use securevox_protocol::{Page, SessionId, sessions::Session};

use crate::{Client, Paging, Result};

impl Client {
    /// The sessions of the caller's account that are in force, newest first.
    pub async fn list_sessions(&self, paging: &Paging) -> Result<Page<Session>> {
        self.list("/v1/sessions", paging).await
    }

    /// Ends a session of the caller's account.
    pub async fn delete_session(&self, session: SessionId) -> Result<()> {
        self.delete(&format!("/v1/sessions/{session}")).await
    }
}
