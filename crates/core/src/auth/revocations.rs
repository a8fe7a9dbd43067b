//! Sessions that were revoked while their access tokens are still valid.
//!
//! Every copy keeps them in memory: told at once what its own process revokes, and reading
//! from Postgres at the start and every 15 s what others did. The bus will tell other
//! processes at once; Postgres heals what it loses.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use securevox_protocol::SessionId;
use sqlx::{PgConnection, PgPool};

use crate::{Result, tasks::Tasks};

const RELOAD_EVERY: Duration = Duration::from_secs(15);

/// The revoked sessions that matter. Clones share them.
#[derive(Clone, Debug)]
pub struct Revocations {
    sessions: Arc<RwLock<HashMap<SessionId, DateTime<Utc>>>>,
    kept_for: TimeDelta,
}

impl Revocations {
    /// Remembers each session until its last access token has expired, `access_lifetime` after it was revoked.
    pub fn new(access_lifetime: TimeDelta) -> Self {
        // Some more, because clocks differ.
        Self { sessions: Arc::default(), kept_for: access_lifetime + TimeDelta::minutes(5) }
    }

    /// Refuses the session from now on, in this process.
    pub fn add(&self, session: SessionId, now: DateTime<Utc>) {
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

    /// Reloads every 15 s for as long as `tasks` run.
    pub fn keep_fresh(&self, db: PgPool, tasks: &Tasks) {
        let revocations = self.clone();
        tasks.every(RELOAD_EVERY, move || {
            let (revocations, db) = (revocations.clone(), db.clone());
            async move {
                if let Err(error) = revocations.reload_from(&db).await {
                    tracing::warn!(error = format!("{error:#}"), "revoked sessions were not read");
                }
            }
        });
    }

    async fn reload_from(&self, db: &PgPool) -> Result<()> {
        let mut conn = db.acquire().await?;
        self.reload(&mut conn, Utc::now()).await
    }
}
