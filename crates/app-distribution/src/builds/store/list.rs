//! The list of builds.

use securevox_core::Result;
use securevox_protocol::{
    AccountId, AppId,
    accounts::Role,
    builds::{Platform, Warning},
    packages::PackageDetails,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::Row;

/// Which builds a caller asks for.
#[derive(Clone, Copy, Debug)]
pub(in crate::builds) struct Filter<'a> {
    pub(in crate::builds) account: AccountId,
    pub(in crate::builds) role: Role,
    pub(in crate::builds) app: Option<AppId>,
    pub(in crate::builds) platform: Option<Platform>,
    pub(in crate::builds) channel: Option<&'a str>,
    pub(in crate::builds) branch: Option<&'a str>,
    /// What it begins with.
    pub(in crate::builds) commit: Option<&'a str>,
    pub(in crate::builds) version: Option<&'a str>,
}

/// The builds that `filter` lets through, newest first: those of the account's
/// apps, those that groups of its address get, or all for administrators.
pub(in crate::builds) async fn list(
    conn: &mut PgConnection,
    filter: &Filter<'_>,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select b.id, b.app_id, b.uploaded_by, a.name as app_name, a.platform, a.bundle_id, b.version,
                  b.build_number, b.min_os_version, b.release_notes, b.channel, b.branch,
                  b.commit, b.ci_url, b.is_beta, b.size, b.sha256, b.file_name, b.status,
                  b.expires_at, b.signing_expires_at, b.pinned, b.mandatory,
                  b.warnings as "warnings: Json<Vec<Warning>>",
                  b.details as "details: Json<PackageDetails>", b.has_icon, b.created_at
           from builds b join apps a on a.id = b.app_id
           where ($1 or exists (
                     select 1 from app_members m
                     where m.app_id = b.app_id and m.account_id = $2
                       and (m.role <> 'tester' or is_shown(b, now())))
                  or is_shown(b, now()) and exists (
                      select 1 from builds_of($2, null) g where g.build_id = b.id))
             and ($3::uuid is null or b.app_id = $3)
             and ($4::text is null or a.platform = $4)
             and ($5::uuid is null or b.id < $5)
             and ($7::text is null or b.channel = $7) and ($8::text is null or b.branch = $8)
             and ($9::text is null or lower(b.commit) collate "C" ^@ lower($9))
             and ($10::text is null or b.version = $10)
           order by b.id desc limit $6"#,
        filter.role == Role::Admin,
        filter.account.0,
        filter.app.map(|app| app.0),
        filter.platform.map(Platform::as_str),
        after,
        limit,
        filter.channel,
        filter.branch,
        filter.commit,
        filter.version,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
