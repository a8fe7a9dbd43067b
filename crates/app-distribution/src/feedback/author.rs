use securevox_protocol::{AccountId, TesterId};
use uuid::Uuid;

use crate::app::Who;

/// Who says something, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Author {
    pub(super) account: Option<AccountId>,
    pub(super) tester: Option<TesterId>,
}

impl Author {
    pub(super) fn account(account: AccountId) -> Self {
        Self { account: Some(account), tester: None }
    }

    /// Whoever sees the build by `who`.
    pub(super) fn of(who: Who) -> Self {
        let (account, tester) = who.known();
        Self { account, tester }
    }

    pub(super) fn person(self) -> Option<Uuid> {
        self.account.map(|account| account.0).or(self.tester.map(|tester| tester.0))
    }
}
