//! Settings of webhooks.

use securevox_core::settings;

settings! {
    /// Webhooks.
    pub struct Events {
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
    }
}
