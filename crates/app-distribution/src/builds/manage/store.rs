//! SQL of the pages that manage builds.

use chrono::{DateTime, Utc};
use securevox_core::{Result, web::Span};
use securevox_protocol::{AccountId, AppId, BuildId, GroupId, builds::BuildStatus};
use serde::Serialize;
use sqlx::PgConnection;

/// A build, as the list of all shows it.
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub(super) struct Listed {
    pub(super) id: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) branch: Option<String>,
    pub(super) commit: Option<String>,
    pub(super) status: BuildStatus,
    pub(super) pinned: bool,
    pub(super) mandatory: bool,
    pub(super) is_beta: bool,
    /// Its end came.
    pub(super) expired: bool,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) size: i64,
    pub(super) downloads: i64,
    pub(super) created_at: DateTime<Utc>,
}

/// Which builds are looked for; what is `None` does not matter.
pub(super) struct Sought<'a> {
    /// A part of the version, the build number, or the beginning of the commit.
    pub(super) text: Option<&'a str>,
    pub(super) channel: Option<&'a str>,
    pub(super) branch: Option<&'a str>,
    pub(super) status: Option<BuildStatus>,
}

/// The builds of an app, newest first.
pub(super) async fn list(
    conn: &mut PgConnection,
    app: AppId,
    sought: &Sought<'_>,
    span: Span,
) -> Result<Vec<Listed>> {
    let builds = sqlx::query_as!(
        Listed,
        r#"select b.id, b.version, b.build_number, b.channel, b.branch, b.commit, b.status, b.pinned,
                  b.mandatory, b.is_beta, coalesce(b.expires_at <= now(), false) as "expired!",
                  b.expires_at, b.size, b.created_at,
                  (select coalesce(sum(c.downloads), 0)::bigint from daily_counts c
                   where c.build_id = b.id) as "downloads!"
           from builds b
           where b.app_id = $1
             and ($2::text is null or position(lower($2) in lower(b.version)) > 0
                  or b.build_number = $2 or starts_with(lower(b.commit), lower($2)))
             and ($3::text is null or b.channel = $3) and ($4::text is null or b.branch = $4)
             and ($5::text is null or b.status = $5) and ($6::uuid is null or b.id < $6)
             and ($7::uuid is null or b.id > $7)
           order by case when $7::uuid is null then b.id end desc, b.id limit $8"#,
        app.0,
        sought.text,
        sought.channel,
        sought.branch,
        sought.status.map(BuildStatus::as_str),
        span.after,
        span.before,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(builds)
}

/// The channels and branches of an app, those of the newest builds first.
pub(super) async fn lines(
    conn: &mut PgConnection,
    app: AppId,
) -> Result<(Vec<String>, Vec<String>)> {
    let channels = sqlx::query_scalar!(
        r#"select channel as "channel!" from builds where app_id = $1 and channel is not null
           group by channel order by max(created_at) desc limit 100"#,
        app.0,
    )
    .fetch_all(&mut *conn)
    .await?;
    let branches = sqlx::query_scalar!(
        r#"select branch as "branch!" from builds where app_id = $1 and branch is not null
           group by branch order by max(created_at) desc limit 100"#,
        app.0,
    )
    .fetch_all(conn)
    .await?;
    Ok((channels, branches))
}

/// What people may change of a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub(super) struct Editable {
    pub(super) release_notes: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) active: bool,
    pub(super) is_beta: bool,
    pub(super) pinned: bool,
    pub(super) mandatory: bool,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// What a build is like, kept from being changed by others until the transaction ends.
pub(super) async fn lock(conn: &mut PgConnection, build: BuildId) -> Result<Option<Editable>> {
    let found = sqlx::query_as!(
        Editable,
        r#"select release_notes, channel, status = 'active' as "active!", is_beta, pinned,
                  mandatory, expires_at
           from builds where id = $1 for update"#,
        build.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(found)
}

/// A group that gets builds of the app.
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub(super) struct Group {
    pub(super) id: GroupId,
    pub(super) name: String,
    /// Whether it gets every build, or every one of a channel.
    pub(super) every_build: bool,
    pub(super) channel: Option<String>,
    /// Whether it gets this one by that.
    pub(super) by_rule: bool,
    /// Whether it was given this one.
    pub(super) given: bool,
    /// Whether the actor may change the group.
    pub(super) theirs: bool,
}

/// The groups that get builds of the app, by name.
pub(super) async fn groups(
    conn: &mut PgConnection,
    (build, app): (BuildId, AppId),
    (account, is_admin): (AccountId, bool),
) -> Result<Vec<Group>> {
    let groups = sqlx::query_as!(
        Group,
        r#"select g.id, g.name, ga.every_build, ga.channel,
                  coalesce(gb.by_rule, false) as "by_rule!", coalesce(gb.given, false) as "given!",
                  $3 or exists (select 1 from tester_group_keepers k
                                where k.group_id = g.id and k.account_id = $4) as "theirs!"
           from tester_group_apps ga join tester_groups g on g.id = ga.group_id
           left join group_builds gb on gb.group_id = g.id and gb.build_id = $1
           where ga.app_id = $2 order by lower(g.name), g.id limit 200"#,
        build.0,
        app.0,
        is_admin,
        account.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(groups)
}

/// Takes a build back from a group that was given it.
pub(super) async fn take(conn: &mut PgConnection, build: BuildId, group: GroupId) -> Result<bool> {
    let done = sqlx::query!(
        "delete from build_groups where build_id = $1 and group_id = $2",
        build.0,
        group.0,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A build to compare with.
pub(super) struct Other {
    pub(super) id: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) created_at: DateTime<Utc>,
}

/// The other builds of the app, the one before first.
pub(super) async fn others(
    conn: &mut PgConnection,
    (build, app): (BuildId, AppId),
) -> Result<Vec<Other>> {
    let others = sqlx::query_as!(
        Other,
        "select id, version, build_number, channel, created_at from builds
         where app_id = $2 and id <> $1 order by id < $1 desc, id desc limit 100",
        build.0,
        app.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(others)
}
