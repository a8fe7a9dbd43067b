//! `/v1/admin`: for administrators only.

use reqwest::Method;
use securevox_protocol::{
    AccountId, Page,
    accounts::{Account, AdministerAccount},
};

use crate::{Client, Paging, Result};

impl Client {
    /// All accounts, newest first.
    pub async fn list_accounts(&self, paging: &Paging) -> Result<Page<Account>> {
        self.list("/v1/admin/accounts", paging).await
    }

    /// Anybody's account.
    pub async fn find_account(&self, account: AccountId) -> Result<Account> {
        self.show(&format!("/v1/admin/accounts/{account}")).await
    }

    /// Gives an account another role, locks or unlocks it.
    pub async fn administer_account(
        &self,
        account: AccountId,
        request: &AdministerAccount,
    ) -> Result<Account> {
        self.change(Method::PATCH, &format!("/v1/admin/accounts/{account}"), request).await
    }
}
