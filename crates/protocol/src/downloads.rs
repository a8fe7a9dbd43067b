//! Who fetched builds: `GET /api/apps/{app}/downloads`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AccountId, BuildId, DownloadId, TesterId, words::words};

words! {
    /// By what somebody was let in who fetched a build.
    pub enum DownloadedBy {
        /// They signed in, or came with an API token.
        Account = "account",
        /// A tester without an account.
        Tester = "tester",
        /// They knew the password of the app.
        Password = "password",
        /// The app is public.
        Public = "public",
        /// They held an install link.
        Link = "link",
    }
}

/// One package that was fetched, in however many parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BuildDownload {
    /// Never changes, never reused.
    pub id: DownloadId,
    /// Which build.
    pub build_id: BuildId,
    /// Its version.
    pub version: Option<String>,
    /// Its build number.
    pub build_number: Option<String>,
    /// By what they were let in; null for downloads from before that was kept.
    pub via: Option<DownloadedBy>,
    /// Whose account it was.
    pub account_id: Option<AccountId>,
    /// The handle of the account, unless it is gone.
    pub handle: Option<String>,
    /// Which tester it was.
    pub tester_id: Option<TesterId>,
    /// The address of the tester, unless they are gone.
    pub email: Option<String>,
    /// What they fetched it with, as far as it says so.
    pub device: DownloadDevice,
    /// When it began.
    pub started_at: DateTime<Utc>,
}

/// What somebody fetched a build with, read coarsely from `User-Agent`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DownloadDevice {
    /// `iOS 18.1`, `Android 15`, `Windows`.
    pub system: Option<String>,
    /// `iPhone16,1`, `Pixel 9`.
    pub model: Option<String>,
    /// The program, where nothing says what it runs on: `curl`.
    pub program: Option<String>,
}
