//! `/api/apps/{app}/testers`: who can install an app, and what they did with it.

use reqwest::{Method, Url};
use securevox_protocol::{
    AppId, Page, TesterId,
    roster::{AppTester, RosterFilter},
    testers::InvitedTester,
};

use crate::{Client, Paging, Result, insight::write};

/// Whom of a roster to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterSearch {
    /// Only those with this in their address, handle or name.
    pub q: Option<String>,
    /// Only some of them.
    pub only: Option<RosterFilter>,
    /// Which part of the list.
    pub paging: Paging,
}

impl RosterSearch {
    fn write(&self, url: &mut Url) {
        write(url, &[("q", self.q.as_deref())]);
        write(url, &[("only", self.only)]);
        self.paging.write(url);
    }
}

impl Client {
    /// Who can install an app, who came last first: its developers.
    pub async fn list_roster(&self, app: AppId, search: &RosterSearch) -> Result<Page<AppTester>> {
        self.distributed(&format!("/api/apps/{app}/testers"), |url| search.write(url)).await
    }

    /// The same as a table for a spreadsheet, CSV: up to 5,000 people, whatever limit is set.
    pub async fn export_roster(&self, app: AppId, search: &RosterSearch) -> Result<String> {
        self.distributed_text(&format!("/api/apps/{app}/testers.csv"), |url| search.write(url))
            .await
    }

    /// Invites a tester of an app once more. Where mail is off the answer has the link.
    pub async fn invite_again(&self, app: AppId, tester: TesterId) -> Result<InvitedTester> {
        let path = format!("/api/apps/{app}/testers/{tester}/invite");
        self.change_distributed(Method::POST, &path, &()).await
    }

    /// Removes a tester from those groups that have the app and that the caller may change.
    pub async fn remove_from_app(&self, app: AppId, tester: TesterId) -> Result<()> {
        self.delete_distributed(&format!("/api/apps/{app}/testers/{tester}")).await
    }
}
