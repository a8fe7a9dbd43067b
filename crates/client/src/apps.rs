//! `/api/apps`: apps, and who belongs to them.

use reqwest::Method;
use securevox_protocol::{
    AccountId, AppId, BuildId, Page,
    apps::{AppDetails, CreateApp, Member, SetMember, UpdateApp},
    downloads::BuildDownload,
    history::LogEntry,
    retention::{Retention, RetentionRules},
    symbols::Symbols,
};

use crate::{Client, Paging, Result, insight::write};

const APPS: &str = "/api/apps";

impl Client {
    /// The apps the caller belongs to, newest first.
    pub async fn list_apps(&self, paging: &Paging) -> Result<Page<AppDetails>> {
        self.distributed(APPS, |url| paging.write(url)).await
    }

    /// Makes an app before its first build: publishers.
    pub async fn create_app(&self, request: &CreateApp) -> Result<AppDetails> {
        self.change_distributed(Method::POST, APPS, request).await
    }

    /// An app of the caller's.
    pub async fn show_app(&self, app: AppId) -> Result<AppDetails> {
        self.distributed(&format!("{APPS}/{app}"), |_| {}).await
    }

    /// Changes an app: its managers and owners.
    pub async fn update_app(&self, app: AppId, request: &UpdateApp) -> Result<AppDetails> {
        self.change_distributed(Method::PATCH, &format!("{APPS}/{app}"), request).await
    }

    /// Deletes an app with all its builds: its owners.
    pub async fn delete_app(&self, app: AppId) -> Result<()> {
        self.delete_distributed(&format!("{APPS}/{app}")).await
    }

    /// Who belongs to an app.
    pub async fn list_members(&self, app: AppId, paging: &Paging) -> Result<Page<Member>> {
        let path = format!("{APPS}/{app}/members");
        self.distributed(&path, |url| paging.write(url)).await
    }

    /// Adds an account to an app, or gives it another role.
    pub async fn set_member(&self, app: AppId, request: &SetMember) -> Result<Member> {
        self.change_distributed(Method::PUT, &format!("{APPS}/{app}/members"), request).await
    }

    /// Removes an account from an app.
    pub async fn remove_member(&self, app: AppId, account: AccountId) -> Result<()> {
        self.delete_distributed(&format!("{APPS}/{app}/members/{account}")).await
    }

    /// What was done to an app, newest first: its managers and owners.
    pub async fn app_log(&self, app: AppId, paging: &Paging) -> Result<Page<LogEntry>> {
        self.distributed(&format!("{APPS}/{app}/log"), |url| paging.write(url)).await
    }

    /// What an app takes, and what the next clean-up deletes; with `rules`, what it would delete
    /// by them: its developers.
    pub async fn show_retention(
        &self,
        app: AppId,
        rules: Option<RetentionRules>,
    ) -> Result<Retention> {
        let RetentionRules { keep_builds, keep_days, quota_bytes } = rules.unwrap_or_default();
        let pairs = [
            ("keep_builds", keep_builds.map(i64::from)),
            ("keep_days", keep_days.map(i64::from)),
            ("quota_bytes", quota_bytes),
        ];
        self.distributed(&format!("{APPS}/{app}/retention"), |url| write(url, &pairs)).await
    }

    /// The symbols that are kept with a build.
    pub async fn list_symbols(&self, build: BuildId) -> Result<Page<Symbols>> {
        self.distributed(&format!("/api/builds/{build}/symbols"), |_| {}).await
    }

    /// The symbols for what a crash names: a UUID in any spelling, or the id of a mapping.
    pub async fn find_symbols(&self, uuid: &str) -> Result<Page<Symbols>> {
        self.distributed(&format!("/api/symbols/{uuid}"), |_| {}).await
    }

    /// Who fetched builds of an app, newest first: its developers, managers and owners.
    pub async fn list_downloads(
        &self,
        app: AppId,
        build: Option<BuildId>,
        paging: &Paging,
    ) -> Result<Page<BuildDownload>> {
        self.distributed(&format!("{APPS}/{app}/downloads"), |url| {
            paging.write(url);
            write(url, &[("build", build)]);
        })
        .await
    }

    /// The same as a table for a spreadsheet, CSV: the newest 5,000 entries.
    pub async fn export_downloads(&self, app: AppId, build: Option<BuildId>) -> Result<String> {
        let path = format!("{APPS}/{app}/downloads.csv");
        self.distributed_text(&path, |url| write(url, &[("build", build)])).await
    }
}
