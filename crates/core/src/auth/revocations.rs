//! Sessions that were revoked while their access tokens are still valid.
//!
//! Every copy keeps them in memory: told over the bus at once, and read from Postgres at the
//! start, after a gap, and every 15 s, so that nothing depends on the bus.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use securevox_protocol::SessionId;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool};

use crate::{
    Result,
    bus::{Bus, Event, Heard, Subscription},
    tasks::Tasks,
};

const RELOAD_EVERY: Duration = Duration::from_secs(15);

/// The revoked sessions that matter. Clones share them.
#[derive(Clone, Debug)]
pub struct Revocations {
    sessions: Arc<RwLock<HashMap<SessionId, DateTime<Utc>>>>,
    kept_for: TimeDelta,
    bus: Bus,
}

/// A session ended: its access tokens are refused and its sockets are to be closed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SessionRevoked {
    /// Which.
    pub session: SessionId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Event for SessionRevoked {
    const TOPIC: &'static str = "session-revoked";
}

impl Revocations {
    /// Remembers each session until its last access token has expired, `access_lifetime` after it was revoked.
    pub fn new(access_lifetime: TimeDelta, bus: Bus) -> Self {
        // Some more, because clocks differ.
        let kept_for = access_lifetime + TimeDelta::minutes(5);
        Self { sessions: Arc::default(), kept_for, bus }
    }

    /// Refuses sessions whose end was committed: here from now on, in other processes as soon as they hear of it.
    pub async fn tell(&self, sessions: &[SessionId], now: DateTime<Utc>) {
        for session in sessions {
            self.add(*session, now);
            self.bus.publish(&SessionRevoked { session: *session, at: now }).await;
        }
    }

    fn add(&self, session: SessionId, now: DateTime<Utc>) {
        self.sessions.write().unwrap_or_else(PoisonError::into_inner).insert(session, now);
    }

    /// Whether the session was revoked.
    pub fn contains(&self, session: SessionId) -> bool {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).contains_key(&session)
    }

    /// Reads what was revoked lately, and forgets what no longer matters.
    pub async fn reload(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
        let since = now - self.kept_for;
        let revoked = sqlx::query!(
            r#"select id, revoked_at as "revoked_at!" from sessions where revoked_at > $1"#,
            since
        )
        .fetch_all(conn)
        .await?;
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, at| *at > since);
        sessions.extend(revoked.into_iter().map(|row| (row.id, row.revoked_at)));
        Ok(())
    }

    /// Listens to the bus, and reloads every 15 s, for as long as `tasks` run.
    pub fn keep_fresh(&self, db: PgPool, tasks: &Tasks) {
        let (revocations, heard, listening) = (self.clone(), self.bus.subscribe(), db.clone());
        tasks.spawn_until_stop(async move { revocations.listen(heard, listening).await });
        let revocations = self.clone();
        tasks.every(RELOAD_EVERY, move || {
            let (revocations, db) = (revocations.clone(), db.clone());
            async move {
                revocations.reload_from(&db).await;
            }
        });
    }

    async fn listen(&self, mut heard: Subscription<SessionRevoked>, db: PgPool) {
        loop {
            match heard.next().await {
                Heard::Event(SessionRevoked { session, at }) => self.add(session, at),
                Heard::Gap => self.reload_from(&db).await,
            }
        }
    }

    async fn reload_from(&self, db: &PgPool) {
        let reloaded = async {
            let mut conn = db.acquire().await?;
            self.reload(&mut conn, Utc::now()).await
        };
        if let Err(error) = reloaded.await {
            tracing::warn!(error = format!("{error:#}"), "revoked sessions were not read");
        }
    }
}
