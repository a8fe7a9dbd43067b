use securevox_core::{
    Result,
    audit::{self, Entry},
    error::NOT_FOUND,
};
use securevox_protocol::{AccountId, TokenId, history::Action};
use sqlx::PgConnection;

use super::store;

/// Revokes a token of `account`, at once; 404 where there is none such.
pub(super) async fn revoke(
    conn: &mut PgConnection,
    account: AccountId,
    token: TokenId,
) -> Result<()> {
    if !store::delete(&mut *conn, account, token).await? {
        return Err(NOT_FOUND.into());
    }
    let (actor, target) = (Some(account), Some(token.0));
    audit::record(conn, Entry { actor, account: actor, action: Action::TokenRevoked, target }).await
}
