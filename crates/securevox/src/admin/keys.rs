//! The keys that sign access tokens.

use chrono::Utc;
use securevox_core::{
    Result,
    audit::{self, Entry},
    auth,
};
use securevox_protocol::history::Action;
use sqlx::PgConnection;

use crate::settings::Settings;

/// The id of the new key. Running services sign with it within 15 s, an `up` on the same data at once.
pub(super) async fn rotate(conn: &mut PgConnection, settings: &Settings) -> Result<String> {
    settings.data_folder()?;
    let secret = settings.common.secret_key()?;
    let kid = auth::rotate(conn, &secret, Utc::now()).await?;
    let action = Action::SigningKeysRotated;
    audit::record(conn, Entry { actor: None, account: None, action, target: None }).await?;
    Ok(kid)
}
