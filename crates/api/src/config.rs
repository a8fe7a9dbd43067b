//! What the service can be told.

use securevox_core::config::{Accounts, Reader, Sso};

/// The sections of the service.
#[derive(Clone, Debug)]
pub struct Config {
    /// Accounts and their sessions.
    pub accounts: Accounts,
    /// How people come in besides passwords.
    pub sso: Sso,
}

impl Config {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let accounts = Accounts::read(reader);
        let sso = Sso::read(reader);
        Some(Self { accounts: accounts?, sso: sso? })
    }
}
