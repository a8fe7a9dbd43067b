//! The parameters of a roster.

use securevox_core::{Error, Result, extract::Paging};
use securevox_protocol::roster::RosterFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Longer than any address.
const LONGEST: usize = 254;

/// Whom to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only those with this in their address, handle or name, in any case; 254 characters at most.
    #[param(max_length = 254)]
    pub(super) q: Option<String>,
    /// Only some of them.
    #[param(inline)]
    pub(super) only: Option<RosterFilter>,
    /// Entries on a page, 1 to 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<u32>,
    /// The `next` of the page before.
    pub(super) after: Option<Uuid>,
}

impl Wanted {
    pub(super) fn paging(&self) -> Paging {
        Paging::new(self.limit, self.after)
    }

    /// What is looked for in addresses and handles.
    pub(super) fn part(&self) -> Result<Option<&str>> {
        let part = self.q.as_deref().map(str::trim).filter(|part| !part.is_empty());
        if part.is_some_and(|part| part.chars().count() > LONGEST) {
            return Err(Error::invalid_field("?q", "is too long"));
        }
        Ok(part)
    }
}
