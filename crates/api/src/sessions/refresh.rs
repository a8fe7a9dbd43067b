//! The exchange of a refresh token for the next pair.
//!
//! Each session has one family of refresh tokens, a chain of which the last is in force. An
//! answer can get lost, so a token may be exchanged again as long as nobody presented its
//! successor; that successor is voided. Anything else that comes back was copied: the family ends.

use chrono::{DateTime, Utc};
use securevox_core::{Result, auth::Opaque};
use securevox_protocol::{AccountId, DeviceId, SessionId, history::Action};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{revoke, store};

/// A refresh token, as far as the rule needs to know.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Presented {
    pub(super) used: bool,
    pub(super) voided: bool,
}

/// What a presented token deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// A successor.
    Exchange,
    /// Another successor; the first one was lost on its way and is voided.
    ExchangeAgain(Uuid),
    /// The end of the session: somebody has a copy.
    EndFamily,
}

/// `successor` is the token it was last exchanged for, and whether that was presented.
fn judge(token: Presented, successor: Option<(Uuid, Presented)>) -> Verdict {
    match (token, successor) {
        (Presented { voided: true, .. }, _) => Verdict::EndFamily,
        (Presented { used: false, .. }, _) => Verdict::Exchange,
        (_, Some((id, Presented { used: false, voided: false }))) => Verdict::ExchangeAgain(id),
        _ => Verdict::EndFamily,
    }
}

/// How an exchange ended. Commit in every case.
pub(crate) enum Outcome {
    Refreshed {
        account: AccountId,
        session: SessionId,
        device: Option<DeviceId>,
        refresh_token: Opaque,
    },
    /// The session ended because of this: pass it to [`crate::App::forget`].
    Ended { account: AccountId, sessions: Vec<SessionId> },
    /// There is no such token, or its session is over.
    Unknown,
}

/// Exchanges `token`; the session then lives until `expires`.
pub(crate) async fn refresh(
    conn: &mut PgConnection,
    token: &Opaque,
    expires: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let hash = token.hash();
    let Some(session) = store::lock_by_token(conn, &hash, now).await? else {
        return Ok(Outcome::Unknown);
    };
    // Read after the lock: a parallel exchange of the same token has committed by now.
    let Some((id, presented)) = store::find_token(conn, &hash).await? else {
        return Ok(Outcome::Unknown);
    };
    let successor = store::successor(conn, id).await?;
    match judge(presented, successor) {
        Verdict::EndFamily => {
            let of = revoke::Of::Session(session.id);
            let action = Action::RefreshTokenReused;
            let account = session.account_id;
            let sessions = revoke::revoke(conn, account, of, action, now).await?;
            return Ok(Outcome::Ended { account, sessions });
        }
        Verdict::ExchangeAgain(lost) => store::void_token(conn, lost, now).await?,
        Verdict::Exchange => store::use_token(conn, id, now).await?,
    }
    let refresh_token = Opaque::random();
    store::insert_token(conn, session.id, &refresh_token.hash(), Some(id)).await?;
    store::touch(conn, session.id, expires, now).await?;
    Ok(Outcome::Refreshed {
        account: session.account_id,
        session: session.id,
        device: session.device_id,
        refresh_token,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRESH: Presented = Presented { used: false, voided: false };
    const USED: Presented = Presented { used: true, voided: false };
    const VOIDED: Presented = Presented { used: false, voided: true };

    #[test]
    fn the_lost_answer_is_forgiven_and_the_copy_is_not() {
        let next = Uuid::now_v7();
        assert_eq!(judge(FRESH, None), Verdict::Exchange);
        assert_eq!(judge(USED, Some((next, FRESH))), Verdict::ExchangeAgain(next));
        assert_eq!(judge(USED, Some((next, USED))), Verdict::EndFamily);
        assert_eq!(judge(VOIDED, None), Verdict::EndFamily);
        // Its successor was deleted long ago: nobody honest comes back that late.
        assert_eq!(judge(USED, None), Verdict::EndFamily);
    }
}
