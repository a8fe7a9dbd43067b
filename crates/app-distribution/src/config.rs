//! Settings of uploads, of people without an account, of what they say and do, and of the devices
//! they enrol.

use std::path::PathBuf;

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
        pub text_max_bytes: Bytes = "UPLOAD_TEXT_MAX_BYTES", "256K";
        /// Uploads that a copy takes at once; the next one is told 429.
        pub concurrency: usize = "UPLOAD_CONCURRENCY", "16";
        /// Uploads that one account, or one API token, may begin in an hour.
        pub per_account: u32 = "UPLOADS_PER_ACCOUNT", "240";
        /// Requests an hour to one download link: each phone makes one, and one more for each part it asks for again.
        pub downloads_per_link: u32 = "DOWNLOADS_PER_LINK", "1000";
        /// Packages that are read at once.
        pub inspections: usize = "UPLOAD_INSPECTIONS", "2";
        /// How long it may take to look into a package or a symbol file.
        pub inspection_limit: Seconds = "UPLOAD_INSPECTION_LIMIT", "5m";
        /// What all builds and symbol files of the installation may take together; 0 for as much as the storage has.
        pub storage_quota: Bytes = "DISTRIBUTION_QUOTA", "0";
        /// The largest symbol file: a zipped dSYM, or the mapping of R8.
        pub symbols_max_bytes: Bytes = "SYMBOLS_MAX_BYTES", "2G";
        /// How long an upload in pieces waits for the next one.
        pub keep_unfinished: Seconds = "UPLOAD_KEEP_UNFINISHED", "24h";
        /// Uploads in pieces that an account may have unfinished.
        pub unfinished_per_account: u32 = "UPLOADS_UNFINISHED_PER_ACCOUNT", "20";
        /// How long a download link works.
        pub download_lifetime: Seconds = "DOWNLOAD_LIFETIME", "2h";
        /// How long the manifest works that an install button on an iPhone opens.
        pub manifest_lifetime: Seconds = "MANIFEST_LIFETIME", "10m";
        /// The app, by id or bundle id, whose newest public iOS build `/manifest.plist` installs where the request names none. Empty: the only one there is.
        pub manifest_app: Option<String> = "DISTRIBUTION_MANIFEST_APP", "";
        /// How long the code works that a page on a desk shows to a phone.
        pub phone_code_lifetime: Seconds = "PHONE_CODE_LIFETIME", "5m";
        /// How long a phone that has used such a code sees the build.
        pub phone_lifetime: Seconds = "PHONE_LIFETIME", "24h";
        /// Codes for phones that are shown to one viewer in an hour; after that the page's address is.
        pub phone_codes_per_viewer: u32 = "PHONE_CODES_PER_VIEWER", "200";
        /// Icons that a copy scales at once for iPhones.
        pub icons: usize = "ICON_CONCURRENCY", "2";
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
        /// Wrong passwords a minute for one app from one network address.
        pub passwords_per_app: u32 = "PASSWORDS_PER_APP", "20";
        /// Testers an hour that one account may invite.
        pub invites_per_account: u32 = "TESTER_INVITES_PER_ACCOUNT", "1000";
    }
}

settings! {
    /// Devices that their owners enrol.
    pub struct Enrolment {
        /// The certificate, and those that lead to a root, in PEM, by which iPhones see who asks for their UDID: that of the host will do. Read each time, so that it can be renewed. Empty, like the key: iPhones say that the question is not signed.
        pub certificate: Option<PathBuf> = "ENROLMENT_CERTIFICATE_PATH", "";
        /// The key of this certificate, in PEM without a password: RSA, or EC P-256.
        pub key: Option<PathBuf> = "ENROLMENT_KEY_PATH", "";
        /// The certificates, in PEM, of the authorities that issue those of devices: Apple's iPhone Device CA. Devices whose answer leads to one are told as verified. Empty: none is.
        pub device_authorities: Option<PathBuf> = "ENROLMENT_DEVICE_CA_PATH", "";
        /// How long a device has to answer.
        pub lifetime: Seconds = "ENROLMENT_LIFETIME", "15m";
        /// How long the page works that a device is sent to after its answer.
        pub page_lifetime: Seconds = "DEVICE_PAGE_LIFETIME", "15m";
        /// How long a browser remembers its device.
        pub memory: Seconds = "DEVICE_MEMORY", "365d";
        /// Questions, answers and pages of devices an hour, from one network address.
        pub per_address: u32 = "ENROLMENTS_PER_ADDRESS", "600";
        /// Devices that one person enrols.
        pub per_person: u32 = "ENROLLED_DEVICES_PER_PERSON", "20";
        /// Devices of people who are not signed in, for one app.
        pub strangers_per_app: u32 = "ENROLLED_DEVICES_OF_STRANGERS", "500";
        /// Devices a day of people who are not signed in, for one app from one network address.
        pub strangers_per_address: u32 = "ENROLLED_DEVICES_OF_STRANGERS_PER_ADDRESS", "5";
    }
}

settings! {
    /// Feedback and analytics.
    pub struct Insights {
        /// The largest screenshot of feedback.
        pub screenshot_max_bytes: Bytes = "SCREENSHOT_MAX_BYTES", "10M";
        /// Screenshots a day about one app, together.
        pub screenshots_per_app: Bytes = "SCREENSHOTS_PER_APP", "500M";
        /// How long screenshots of feedback are kept.
        pub keep_screenshots: Seconds = "SCREENSHOT_KEEP", "365d";
        /// Feedback that a copy receives at once; the next one is told 429.
        pub feedback_concurrency: usize = "FEEDBACK_CONCURRENCY", "32";
        /// Feedback an hour from one account or tester.
        pub feedback_per_person: u32 = "FEEDBACK_PER_PERSON", "60";
        /// Feedback an hour from one network address, of whoever is not signed in.
        pub feedback_per_address: u32 = "FEEDBACK_PER_ADDRESS", "60";
        /// Feedback a day about one app, of all who are not signed in.
        pub feedback_per_app: u32 = "FEEDBACK_PER_APP", "2000";
        /// Installs an hour that are counted from one network address.
        pub installs_per_address: u32 = "INSTALLS_PER_ADDRESS", "200";
        /// Installs a day that are counted of one app.
        pub installs_per_app: u32 = "INSTALLS_PER_APP", "20000";
    }
}

settings! {
    /// Feeds, which programs read without cookies.
    pub struct Feeds {
        /// Requests an hour to one feed link; for public feeds, from one network address.
        pub per_link: u32 = "FEED_REQUESTS_PER_LINK", "2000";
        /// Feed links that an account or a tester may have.
        pub links_per_person: u32 = "FEED_LINKS_PER_PERSON", "20";
        /// Feed links that one of them may make in an hour.
        pub links_per_hour: u32 = "FEED_LINKS_PER_HOUR", "20";
        /// Builds that a feed tells of.
        pub entries: u32 = "FEED_ENTRIES", "50";
        /// Builds of each app in a repository for phones.
        pub versions_per_app: u32 = "FEED_VERSIONS_PER_APP", "10";
    }
}

settings! {
    /// Webhooks, and mails about builds.
    pub struct Webhooks {
        /// Webhooks that an app may have.
        pub webhooks_per_app: u32 = "WEBHOOKS_PER_APP", "10";
        /// Requests to webhooks that a copy makes at once.
        pub webhook_concurrency: u32 = "WEBHOOK_CONCURRENCY", "4";
        /// Deliveries to a webhook that are kept to be looked at, besides those on their way.
        pub webhook_log: u32 = "WEBHOOK_LOG", "100";
        /// Deliveries that may wait for one webhook; beyond them nothing new is noted for it.
        pub webhook_backlog: u32 = "WEBHOOK_BACKLOG", "1000";
        /// Test events and repetitions that one account may ask for in an hour.
        pub webhook_tests_per_account: u32 = "WEBHOOK_TESTS_PER_ACCOUNT", "120";
        /// How often one account may ask in an hour that people are told of a build who were not.
        pub build_mails_per_account: u32 = "BUILD_MAILS_PER_ACCOUNT", "60";
    }
}

/// All settings of the service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Uploads and downloads.
    pub uploads: Uploads,
    /// Testers and strangers.
    pub people: People,
    /// Devices that their owners enrol.
    pub enrolment: Enrolment,
    /// Feedback and analytics.
    pub insights: Insights,
    /// Webhooks.
    pub webhooks: Webhooks,
    /// Feeds.
    pub feeds: Feeds,
}
