//! Writes that clients repeat because an answer was lost: an id of their own making makes them one.

mod store;

use axum::http::StatusCode;
use securevox_core::{Result, extract::Checks};
use securevox_protocol::Problem;
use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) const ID_TAKEN: Problem =
    Problem::new(409, "/problems/id-taken", "Something else has this id");

/// Whether something was made now, or is there since the same was asked for before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Now,
    Before,
}

impl Written {
    /// What is `known` of the thing that has the id, if there is one: the same maker in the same place, or not.
    pub(crate) fn of<M: PartialEq>(known: Option<M>, maker: &M) -> Result<Self> {
        match known {
            None => Ok(Self::Now),
            Some(known) if known == *maker => Ok(Self::Before),
            Some(_) => Err(ID_TAKEN.into()),
        }
    }

    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Now => StatusCode::CREATED,
            Self::Before => StatusCode::OK,
        }
    }
}

/// 422 unless a client may make such an id.
pub(crate) fn check(id: Uuid) -> Result<()> {
    let mut checks = Checks::default();
    // Lists are in the order of the ids, and with it in that of time.
    checks.require(id.get_version_num() == 7, "#/id", "must be a UUID of version 7");
    checks.finish()
}

/// Waits for others that write with the same id; those that come later wait for the end of this
/// transaction.
pub(crate) async fn turn(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    check(id)?;
    store::lock(conn, id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_for_one_maker() {
        assert_eq!(Written::of(None, &1).unwrap(), Written::Now);
        assert_eq!(Written::of(Some(1), &1).unwrap(), Written::Before);
        assert!(Written::of(Some(2), &1).is_err());
    }
}
