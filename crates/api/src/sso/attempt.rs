//! What begins in a browser, goes to the provider, and is to come back to the same browser, once and soon.

use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{
    Result,
    auth::{Opaque, digest},
    web::View,
};
use securevox_protocol::AccountId;
use sqlx::PgConnection;
use url::Url;

use super::{problem::ATTEMPT_OVER, store};
use crate::{
    auth::Wanted,
    provider::{Metadata, Provider},
};

/// How long somebody may take to sign in at the provider.
const LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// What was begun.
pub(super) struct Attempt {
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// Who asked for an identity to be linked; none signs in.
    pub(super) account: Option<AccountId>,
    pub(super) wanted: Wanted,
}

impl Attempt {
    /// One for whoever asked for a link with their account, or wants to be somewhere.
    pub(super) fn new(account: Option<AccountId>, wanted: Wanted) -> Self {
        let (nonce, verifier) = (Opaque::random().to_string(), Opaque::random().to_string());
        Self { nonce, verifier, account, wanted: wanted.bounded() }
    }
}

/// Begins in the browser of `view`, and says where at the provider it goes on.
pub(super) async fn begin(
    conn: &mut PgConnection,
    provider: &Provider,
    (attempt, metadata): (&Attempt, &Metadata),
    view: &View,
    now: DateTime<Utc>,
) -> Result<Url> {
    let state = Opaque::random();
    let hashes = (state.hash(), digest(view.browser.as_bytes()));
    store::insert_attempt(conn, (&hashes.0, &hashes.1), attempt, now + LIFETIME).await?;
    let (nonce, verifier) = (&attempt.nonce, &attempt.verifier);
    Ok(provider.sign_in(metadata, (&state.to_string(), nonce, verifier)))
}

/// Ends what began with `state` in the browser of `view`: 403 if it is over, or began elsewhere.
pub(super) async fn end(
    conn: &mut PgConnection,
    state: Option<&str>,
    view: &View,
    now: DateTime<Utc>,
) -> Result<Attempt> {
    let state = state.and_then(|state| state.parse::<Opaque>().ok());
    let found = match state {
        Some(state) => {
            let hashes = (state.hash(), digest(view.browser.as_bytes()));
            store::take_attempt(conn, (&hashes.0, &hashes.1), now).await?
        }
        None => None,
    };
    Ok(found.ok_or_else(|| ATTEMPT_OVER.with_detail("Sign in once more."))?)
}
