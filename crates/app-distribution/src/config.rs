//! Settings of uploads, and of people without an account.

use securevox_core::{
    config::{Bytes, Seconds},
    settings,
};

settings! {
    /// Uploads and downloads.
    pub struct Uploads {
        /// The largest package.
        pub max_bytes: Bytes = "UPLOAD_MAX_BYTES", "2G";
        /// The largest text field of an upload, release notes for example.
        pub text_max_bytes: Bytes = "UPLOAD_TEXT_MAX_BYTES", "64K";
        /// Uploads that a copy takes at once; the next one is told 429.
        pub concurrency: usize = "UPLOAD_CONCURRENCY", "16";
        /// Uploads that one account, or one API token, may begin in an hour.
        pub per_account: u32 = "UPLOADS_PER_ACCOUNT", "240";
        /// Requests an hour to one download link: each phone makes one, and one more for each part it asks for again.
        pub downloads_per_link: u32 = "DOWNLOADS_PER_LINK", "1000";
        /// Packages that are read at once.
        pub inspections: usize = "UPLOAD_INSPECTIONS", "2";
        /// How long an upload in pieces waits for the next one.
        pub keep_unfinished: Seconds = "UPLOAD_KEEP_UNFINISHED", "24h";
        /// Uploads in pieces that an account may have unfinished.
        pub unfinished_per_account: u32 = "UPLOADS_UNFINISHED_PER_ACCOUNT", "20";
        /// How long a download link works.
        pub download_lifetime: Seconds = "DOWNLOAD_LIFETIME", "2h";
        /// How long the manifest works that an install button on an iPhone opens.
        pub manifest_lifetime: Seconds = "MANIFEST_LIFETIME", "10m";
        /// How long an install link that is given to somebody works, to the end of the day.
        pub install_link_lifetime: Seconds = "INSTALL_LINK_LIFETIME", "7d";
    }
}

settings! {
    /// Testers and those who are not signed in.
    pub struct People {
        /// How long a tester stays signed in in a browser.
        pub session_lifetime: Seconds = "TESTER_SESSION_LIFETIME", "90d";
        /// How long a link works that a tester asked for.
        pub link_lifetime: Seconds = "MAGIC_LINK_LIFETIME", "30m";
        /// How long the link of an invitation works.
        pub invitation_lifetime: Seconds = "INVITATION_LIFETIME", "7d";
        /// How long a browser remembers the password of an app.
        pub password_lifetime: Seconds = "APP_PASSWORD_LIFETIME", "30d";
        /// Mails an hour that may be asked for from one network address.
        pub mails_per_address: u32 = "TESTER_MAILS_PER_ADDRESS", "20";
        /// Links and passwords a minute that may be tried from one network address.
        pub tries_per_address: u32 = "TESTER_TRIES_PER_ADDRESS", "30";
        /// Passwords a minute that may be tried on one app.
        pub passwords_per_app: u32 = "PASSWORDS_PER_APP", "20";
        /// Testers an hour that one account may invite.
        pub invites_per_account: u32 = "TESTER_INVITES_PER_ACCOUNT", "1000";
    }
}

settings! {
    /// Feeds, which programs read without cookies.
    pub struct Feeds {
        /// Requests an hour to one feed link; for public feeds, from one network address.
        pub per_link: u32 = "FEED_REQUESTS_PER_LINK", "2000";
        /// Feed links that an account or a tester may have.
        pub links_per_person: u32 = "FEED_LINKS_PER_PERSON", "20";
        /// Builds that a feed tells of.
        pub entries: u32 = "FEED_ENTRIES", "50";
        /// Builds of each app in a repository for phones.
        pub versions_per_app: u32 = "FEED_VERSIONS_PER_APP", "10";
    }
}

/// All settings of the service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Uploads and downloads.
    pub uploads: Uploads,
    /// Testers and strangers.
    pub people: People,
    /// Feeds.
    pub feeds: Feeds,
}
