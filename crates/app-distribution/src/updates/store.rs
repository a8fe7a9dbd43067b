//! SQL of the newest builds.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AccountId, AppId, BuildId, TesterId, builds::Platform};
use sqlx::PgConnection;

use super::line::Line;

/// A build that is offered, as far as an update check tells of it.
pub(super) struct Offered {
    pub(super) id: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) release_notes: Option<String>,
    pub(super) size: i64,
}

/// The newest build of an app that a device can install at `now`.
pub(super) async fn newest(
    conn: &mut PgConnection,
    app: AppId,
    line: &Line,
    now: DateTime<Utc>,
) -> Result<Option<Offered>> {
    let newest = sqlx::query_as!(
        Offered,
        "select id, version, build_number, release_notes, size from builds
         where app_id = $1 and is_installable(builds, $4)
           and ($2::text is null or channel = $2) and ($3::text is null or branch = $3)
         order by id desc limit 1",
        app.0,
        line.channel,
        line.branch,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(newest)
}

/// Of which builds the newest is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Among {
    All,
    /// Those that groups of an account's address and of a tester get.
    Given(Option<AccountId>, Option<TesterId>),
}

/// The newest build of an app that is offered at `now`: of those that only are kept if none
/// installs.
pub(super) async fn offered(
    conn: &mut PgConnection,
    app: AppId,
    (line, among): (&Line, Among),
    now: DateTime<Utc>,
) -> Result<Option<BuildId>> {
    let (all, account, tester) = match among {
        Among::All => (true, None, None),
        Among::Given(account, tester) => (false, account, tester),
    };
    let build = sqlx::query_scalar!(
        r#"select id as "id: BuildId" from builds
           where app_id = $1 and is_offered(builds, $4)
             and ($2::text is null or channel = $2) and ($3::text is null or branch = $3)
             and ($5 or exists (select 1 from builds_of($6, $7) g where g.build_id = builds.id))
           order by installs desc, id desc limit 1"#,
        app.0,
        line.channel,
        line.branch,
        now,
        all,
        account.map(|account| account.0),
        tester.map(|tester| tester.0),
    )
    .fetch_optional(conn)
    .await?;
    Ok(build)
}

/// A version, and a build number.
pub(super) type Numbers = (Option<String>, Option<String>);

/// Mandatory builds that are looked at to find one that is newer.
const MOST_MANDATORY: i64 = 200;

/// What the newest mandatory builds of an app say they are.
pub(super) async fn mandatory(
    conn: &mut PgConnection,
    app: AppId,
    line: &Line,
    now: DateTime<Utc>,
) -> Result<Vec<Numbers>> {
    let builds = sqlx::query!(
        "select version, build_number from builds
         where app_id = $1 and mandatory and is_installable(builds, $4)
           and ($2::text is null or channel = $2) and ($3::text is null or branch = $3)
         order by id desc limit $5",
        app.0,
        line.channel,
        line.branch,
        now,
        MOST_MANDATORY,
    )
    .fetch_all(conn)
    .await?;
    Ok(builds.into_iter().map(|build| (build.version, build.build_number)).collect())
}

/// The app that an update check asks of.
pub(super) struct Asked {
    pub(super) platform: Platform,
    pub(super) is_public: bool,
    /// Whether whoever asks has its feedback key.
    pub(super) has_key: bool,
}

pub(super) async fn asked(
    conn: &mut PgConnection,
    app: AppId,
    key: Option<&str>,
) -> Result<Option<Asked>> {
    let asked = sqlx::query_as!(
        Asked,
        r#"select platform, access = 'public' as "is_public!",
                  exists (select 1 from feedback_keys k where k.app_id = a.id and k.key = $2)
                      as "has_key!"
           from apps a where id = $1"#,
        app.0,
        key,
    )
    .fetch_optional(conn)
    .await?;
    Ok(asked)
}
