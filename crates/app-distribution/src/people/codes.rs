//! The codes in links that are mailed: each proves an address, once.

use chrono::{DateTime, Utc};
use securevox_core::{Result, auth::Opaque};
use securevox_protocol::{GroupId, JoinLinkId, Problem, TesterId};
use sqlx::PgConnection;

use super::{roster, store};
use crate::app::Claim;

pub(super) const LINK_USED: Problem =
    Problem::new(410, "/problems/sign-in-link-over", "The link was used, or its time is over");

/// A new code for whoever reads the mails of `email`; not `mailed` where somebody passes it on.
pub(super) async fn issue(
    conn: &mut PgConnection,
    (email, mailed): (&str, bool),
    join: Option<JoinLinkId>,
    expires: DateTime<Utc>,
) -> Result<Opaque> {
    let code = Opaque::random();
    store::insert_code(conn, &code.hash(), (email, mailed), join, expires).await?;
    Ok(code)
}

/// Uses the code up: whoever holds it is the tester with its address, and joins the group if it
/// was for that. 410 if it was used or its time is over, or the link to join is. Who read a mail
/// for the first time ends the sessions of others with the address: an inviter passed it on before.
pub(super) async fn redeem(
    conn: &mut PgConnection,
    code: &Opaque,
    now: DateTime<Utc>,
) -> Result<Claim> {
    let proven = store::take_code(&mut *conn, &code.hash(), now).await?.ok_or(LINK_USED)?;
    if let Some(link) = proven.join_link_id {
        let group = store::group_of_link(&mut *conn, link, now).await?.ok_or(LINK_USED)?;
        let tester = store::upsert_tester(&mut *conn, &proven.email).await?;
        join(&mut *conn, (link, group), tester, now).await?;
    }
    if proven.mailed {
        store::prove(&mut *conn, &proven.email, now).await?;
    }
    roster::note_sign_in(&mut *conn, &proven.email, now).await?;
    let claim = store::claim_of(conn, &proven.email).await?;
    Ok(claim.ok_or(LINK_USED)?)
}

/// Somebody who is in the group already takes nobody's place.
async fn join(
    conn: &mut PgConnection,
    (link, group): (JoinLinkId, GroupId),
    tester: TesterId,
    now: DateTime<Utc>,
) -> Result<()> {
    if store::add_to_group(&mut *conn, group, tester).await?
        && !store::use_link(conn, link, now).await?
    {
        return Err(LINK_USED.into());
    }
    Ok(())
}

/// Whether [`redeem`] would find the code.
pub(super) async fn is_valid(
    conn: &mut PgConnection,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    match code.parse::<Opaque>() {
        Ok(code) => store::has_code(conn, &code.hash(), now).await,
        Err(()) => Ok(false),
    }
}
