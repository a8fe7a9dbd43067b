//! Apps: who belongs to them.

use crate::words::words;

words! {
    /// What an account may do with one app; each may what those before it may.
    pub enum AppRole {
        /// Install builds.
        Tester = "tester",
        /// Upload builds and change them.
        Developer = "developer",
        /// Delete builds, change the app, its testers and developers.
        Manager = "manager",
        /// Make managers and owners, and delete the app.
        Owner = "owner",
    }
}
