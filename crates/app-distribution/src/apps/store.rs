use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AccountId, AppId, BuildId, apps::AppRole, builds::Platform};
use sqlx::PgConnection;

/// An app with its newest build, as a list shows it.
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) platform: Platform,
    pub(super) bundle_id: String,
    pub(super) build: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) is_beta: bool,
    pub(super) created_at: DateTime<Utc>,
}

/// The apps that `account` belongs to, or all with `everything`, those with the newest build first.
pub(super) async fn list(
    conn: &mut PgConnection,
    account: AccountId,
    everything: bool,
    platform: Option<Platform>,
) -> Result<Vec<Listed>> {
    let apps = sqlx::query_as!(
        Listed,
        r#"select a.name, a.platform, a.bundle_id, b.id as build, b.version, b.build_number,
                  b.is_beta, b.created_at
           from apps a join lateral (
               select * from builds where app_id = a.id order by id desc limit 1
           ) b on true
           where ($1 or exists (
                     select 1 from app_members m where m.app_id = a.id and m.account_id = $2))
             and ($3::text is null or a.platform = $3)
           order by b.id desc limit 200"#,
        everything,
        account.0,
        platform.map(Platform::as_str),
    )
    .fetch_all(conn)
    .await?;
    Ok(apps)
}

/// An app, and whether an account uploads to it.
pub(super) struct Target {
    pub(super) id: AppId,
    pub(super) uploads: bool,
}

pub(super) async fn find_to_upload(
    conn: &mut PgConnection,
    (platform, bundle_id): (Platform, &str),
    account: AccountId,
) -> Result<Option<Target>> {
    let target = sqlx::query_as!(
        Target,
        r#"select a.id, exists (
               select 1 from app_members m
               where m.app_id = a.id and m.account_id = $3 and m.role in ('owner', 'manager', 'developer')
           ) as "uploads!"
           from apps a where a.platform = $1 and a.bundle_id = $2"#,
        platform.as_str(),
        bundle_id,
        account.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(target)
}

/// Makes the app with `owner`, unless another upload was faster: then there is one to look for.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    (platform, bundle_id): (Platform, &str),
    name: &str,
    owner: AccountId,
) -> Result<Option<AppId>> {
    let id = AppId::fresh();
    let made = sqlx::query!(
        "insert into apps (id, platform, bundle_id, name) values ($1, $2, $3, $4)
         on conflict on constraint apps_platform_bundle_id_key do nothing",
        id.0,
        platform.as_str(),
        bundle_id,
        name,
    )
    .execute(&mut *conn)
    .await?;
    if made.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query!(
        "insert into app_members (app_id, account_id, role) values ($1, $2, 'owner')",
        id.0,
        owner.0,
    )
    .execute(conn)
    .await?;
    Ok(Some(id))
}

/// The name of an app is the one in its newest package.
pub(crate) async fn rename(conn: &mut PgConnection, id: AppId, name: &str) -> Result<()> {
    sqlx::query!("update apps set name = $2 where id = $1 and name <> $2", id.0, name)
        .execute(conn)
        .await?;
    Ok(())
}

/// What `account` may do with the app; `None` if it does not belong to it.
pub(crate) async fn role_in(
    conn: &mut PgConnection,
    app: AppId,
    account: AccountId,
) -> Result<Option<AppRole>> {
    let role = sqlx::query_scalar!(
        "select role from app_members where app_id = $1 and account_id = $2",
        app.0,
        account.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(role)
}
