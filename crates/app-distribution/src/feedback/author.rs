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
        match who {
            Who::Account(account) => Self::account(account),
            Who::Tester(claim) => Self { account: None, tester: Some(claim.tester) },
            Who::Password(_) | Who::Public | Who::Holder(_) | Who::Share(_) => Self::default(),
        }
    }

    pub(super) fn person(self) -> Option<Uuid> {
        self.account.map(|account| account.0).or(self.tester.map(|tester| tester.0))
    }
}
