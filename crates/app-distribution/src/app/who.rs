//! By what somebody sees a build, as the links say that are made for them.

use securevox_protocol::{AccountId, ShareLinkId, TesterId};
use uuid::Uuid;

use super::Claim;

/// By what somebody sees a build; links that are made for them carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Account(AccountId),
    Tester(Claim),
    /// Knows the password, of which this is the mark.
    Password([u8; 8]),
    /// Anybody.
    Public,
    /// Holds an install link that this account gave, and sees no more than they do.
    Holder(AccountId),
    /// Holds a link by which a developer shared the build: the same, until it is withdrawn.
    Share(ShareLinkId),
}

impl Who {
    /// Who they are, as far as that is known: an account, or a tester.
    pub(crate) fn known(self) -> (Option<AccountId>, Option<TesterId>) {
        match self {
            Self::Account(account) => (Some(account), None),
            Self::Tester(claim) => (None, Some(claim.tester)),
            Self::Password(_) | Self::Public | Self::Holder(_) | Self::Share(_) => (None, None),
        }
    }

    /// Whether they see one build by a link that was given to them, and nothing else.
    pub(crate) fn is_holder(self) -> bool {
        matches!(self, Self::Holder(_) | Self::Share(_))
    }

    /// As a link carries it.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Account(account) => [&b"a"[..], account.0.as_bytes()].concat(),
            Self::Tester(Claim { tester, epoch }) => {
                [&b"t"[..], tester.0.as_bytes(), &epoch.to_be_bytes()].concat()
            }
            Self::Password(mark) => [&b"p"[..], &mark].concat(),
            Self::Public => b"o".to_vec(),
            Self::Holder(giver) => [&b"h"[..], giver.0.as_bytes()].concat(),
            Self::Share(link) => [&b"s"[..], link.0.as_bytes()].concat(),
        }
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        match kind {
            b'a' => Some(Self::Account(AccountId(Uuid::from_slice(rest).ok()?))),
            b't' => {
                let (tester, epoch) = rest.split_at_checked(16)?;
                let tester = TesterId(Uuid::from_slice(tester).ok()?);
                let epoch = i32::from_be_bytes(epoch.try_into().ok()?);
                Some(Self::Tester(Claim { tester, epoch }))
            }
            b'p' => Some(Self::Password(rest.try_into().ok()?)),
            b'o' if rest.is_empty() => Some(Self::Public),
            b'h' => Some(Self::Holder(AccountId(Uuid::from_slice(rest).ok()?))),
            b's' => Some(Self::Share(ShareLinkId(Uuid::from_slice(rest).ok()?))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_carry_for_whom_they_are() {
        for who in [
            Who::Account(AccountId::fresh()),
            Who::Tester(Claim { tester: TesterId::fresh(), epoch: -3 }),
            Who::Password([7; 8]),
            Who::Public,
            Who::Holder(AccountId::fresh()),
            Who::Share(ShareLinkId::fresh()),
        ] {
            assert_eq!(Who::from_bytes(&who.to_bytes()), Some(who));
        }
        for bytes in [&b""[..], b"a", b"ax", b"t1234567890123456", b"p1", b"o1", b"h", b"s1", b"x"]
        {
            assert_eq!(Who::from_bytes(bytes), None);
        }
    }
}
