//! `/v1/account`: the caller's own.

use reqwest::Method;
use securevox_protocol::{
    Page,
    accounts::{Account, Activity, ChangePassword, UpdateAccount},
};

use crate::{Client, Paging, Result};

impl Client {
    /// The caller's account.
    pub async fn show_account(&self) -> Result<Account> {
        self.show("/v1/account").await
    }

    /// Changes the caller's account.
    pub async fn update_account(&self, request: &UpdateAccount) -> Result<Account> {
        self.change(Method::PATCH, "/v1/account", request).await
    }

    /// Changes the caller's password and ends all other sessions.
    pub async fn change_password(&self, request: &ChangePassword) -> Result<()> {
        let request = self.api(Method::POST, "/v1/account/password").json(request);
        self.send(request).await.map(drop)
    }

    /// What happened to the caller's account, newest first.
    pub async fn list_activity(&self, paging: &Paging) -> Result<Page<Activity>> {
        self.list("/v1/account/activity", paging).await
    }
}
