//! `/v1/tokens`: API tokens for CI.

use reqwest::Method;
use securevox_protocol::{
    Page, TokenId,
    tokens::{ApiToken, CreateToken, CreatedToken},
};

use crate::{Client, Paging, Result};

impl Client {
    /// The API tokens of the caller's account, newest first, without their secrets.
    pub async fn list_tokens(&self, paging: &Paging) -> Result<Page<ApiToken>> {
        self.list("/v1/tokens", paging).await
    }

    /// Makes an API token. The token itself is in this answer and nowhere else.
    pub async fn create_token(&self, request: &CreateToken) -> Result<CreatedToken> {
        self.change(Method::POST, "/v1/tokens", request).await
    }

    /// Revokes an API token of the caller's account.
    pub async fn delete_token(&self, token: TokenId) -> Result<()> {
        self.delete(&format!("/v1/tokens/{token}")).await
    }
}
