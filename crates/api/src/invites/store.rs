use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AccountId, InviteId, accounts::Role, invites::Invite};
use sqlx::PgConnection;
use uuid::Uuid;

pub(super) async fn insert(
    conn: &mut PgConnection,
    code_hash: &[u8],
    (account, role, uses, expires): (AccountId, Role, i32, DateTime<Utc>),
) -> Result<Invite> {
    let invite = sqlx::query_as!(
        Invite,
        "insert into invites (id, code_hash, created_by, role, uses_left, expires_at)
         values ($1, $2, $3, $4, $5, $6)
         returning id, role, uses_left, expires_at, created_at",
        InviteId::fresh().0,
        code_hash,
        account.0,
        role.as_str(),
        uses,
        expires,
    )
    .fetch_one(conn)
    .await?;
    Ok(invite)
}

pub(super) async fn count(
    conn: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from invites
           where created_by = $1 and uses_left > 0 and expires_at > $2"#,
        account.0,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}

pub(super) async fn list(
    conn: &mut PgConnection,
    account: AccountId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Invite>> {
    let invites = sqlx::query_as!(
        Invite,
        "select id, role, uses_left, expires_at, created_at from invites
         where created_by = $1 and uses_left > 0 and expires_at > now()
           and ($2::uuid is null or id < $2)
         order by id desc limit $3",
        account.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(invites)
}

pub(super) async fn delete(
    conn: &mut PgConnection,
    account: AccountId,
    id: InviteId,
) -> Result<bool> {
    let done =
        sqlx::query!("delete from invites where id = $1 and created_by = $2", id.0, account.0)
            .execute(conn)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether the code can be used: its account is not locked, and may still give that role.
pub(crate) async fn is_valid(
    conn: &mut PgConnection,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (
               select 1 from invites i join accounts a on a.id = i.created_by
               where i.code_hash = $1 and i.uses_left > 0 and i.expires_at > $2
                 and a.disabled_at is null and (i.role = 'user' or a.role = 'admin')
           ) as "exists!""#,
        code_hash,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(found)
}

/// Takes one use; the role it gives, unless another was faster.
pub(crate) async fn take(
    conn: &mut PgConnection,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Role>> {
    let role = sqlx::query_scalar!(
        "update invites i set uses_left = i.uses_left - 1
         from accounts a
         where i.code_hash = $1 and i.uses_left > 0 and i.expires_at > $2
           and a.id = i.created_by and a.disabled_at is null
           and (i.role = 'user' or a.role = 'admin')
         returning i.role",
        code_hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(role)
}

pub(crate) async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from invites where expires_at < $1 or uses_left = 0", now)
        .execute(conn)
        .await?;
    Ok(())
}
