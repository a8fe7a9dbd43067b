//! The devices of somebody, for their own page.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AccountId, EnrolledDeviceId, TesterId};
use sqlx::PgConnection;

use super::{
    models::{model, os},
    store::{self, Mine},
};

/// A device as its owner knows it.
pub(crate) struct Owned {
    pub(crate) id: EnrolledDeviceId,
    pub(crate) title: String,
    /// `iPhone 14 · iOS 18`.
    pub(crate) facts: String,
    pub(crate) seen_at: DateTime<Utc>,
}

/// The devices of an account and of a tester, newest first.
pub(crate) async fn owned(
    conn: &mut PgConnection,
    owners: (Option<AccountId>, Option<TesterId>),
) -> Result<Vec<Owned>> {
    Ok(store::mine(conn, owners).await?.into_iter().map(Owned::of).collect())
}

impl Owned {
    fn of(mine: Mine) -> Self {
        let product = mine.product.as_deref().map(model);
        let system = os(mine.product.as_deref(), mine.version.as_deref());
        let facts = product.clone().into_iter().chain(system).collect::<Vec<_>>().join(" · ");
        let title = mine.name.or(product).unwrap_or_else(|| "iPhone".to_owned());
        Self { id: mine.id, title, facts, seen_at: mine.last_seen_at }
    }
}
