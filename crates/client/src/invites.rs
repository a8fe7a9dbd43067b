//! `/v1/invites`.

use reqwest::Method;
use securevox_protocol::{
    InviteId, Page,
    invites::{CreateInvite, CreatedInvite, Invite},
};

use crate::{Client, Paging, Result};

impl Client {
    /// The open invitations of the caller, newest first.
    pub async fn list_invites(&self, paging: &Paging) -> Result<Page<Invite>> {
        self.list("/v1/invites", paging).await
    }

    /// Makes an invitation. Its code is in this answer and nowhere else.
    pub async fn create_invite(&self, request: &CreateInvite) -> Result<CreatedInvite> {
        self.change(Method::POST, "/v1/invites", request).await
    }

    /// Withdraws an invitation of the caller.
    pub async fn delete_invite(&self, invite: InviteId) -> Result<()> {
        self.delete(&format!("/v1/invites/{invite}")).await
    }
}
