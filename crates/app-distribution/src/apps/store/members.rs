//! SQL of who belongs to an app.

use securevox_core::{Result, web::Span};
use securevox_protocol::{
    AccountId, AppId,
    apps::{AppRole, Member},
};
use sqlx::PgConnection;

/// Who belongs to the app, the newest accounts first; with `part`, those with it in their handle.
pub(in crate::apps) async fn members(
    conn: &mut PgConnection,
    (app, part): (AppId, Option<&str>),
    span: Span,
) -> Result<Vec<Member>> {
    let members = sqlx::query_as!(
        Member,
        "select m.account_id, a.handle, m.role, m.created_at
         from app_members m join accounts a on a.id = m.account_id
         where m.app_id = $1 and ($2::uuid is null or m.account_id < $2)
           and ($3::uuid is null or m.account_id > $3)
           and ($4::text is null or position(lower($4) in a.handle) > 0)
         order by case when $3::uuid is null then m.account_id end desc, m.account_id limit $5",
        app.0,
        span.after,
        span.before,
        part,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(members)
}

pub(in crate::apps) async fn member(
    conn: &mut PgConnection,
    app: AppId,
    account: AccountId,
) -> Result<Option<Member>> {
    let member = sqlx::query_as!(
        Member,
        "select m.account_id, a.handle, m.role, m.created_at
         from app_members m join accounts a on a.id = m.account_id
         where m.app_id = $1 and m.account_id = $2",
        app.0,
        account.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(member)
}

/// The roles in an app, kept from being changed by others: two owners cannot remove each other.
pub(in crate::apps) async fn lock_members(
    conn: &mut PgConnection,
    app: AppId,
) -> Result<Vec<(AccountId, AppRole)>> {
    let _has_password = super::lock(&mut *conn, app).await?;
    let roles = sqlx::query!("select account_id, role from app_members where app_id = $1", app.0)
        .fetch_all(conn)
        .await?;
    Ok(roles.into_iter().map(|row| (row.account_id, row.role)).collect())
}

pub(in crate::apps) async fn set_member(
    conn: &mut PgConnection,
    app: AppId,
    account: AccountId,
    role: AppRole,
) -> Result<()> {
    sqlx::query!(
        "insert into app_members (app_id, account_id, role) values ($1, $2, $3)
         on conflict (app_id, account_id) do update set role = excluded.role",
        app.0,
        account.0,
        role.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(in crate::apps) async fn remove_member(
    conn: &mut PgConnection,
    app: AppId,
    account: AccountId,
) -> Result<()> {
    sqlx::query!("delete from app_members where app_id = $1 and account_id = $2", app.0, account.0)
        .execute(conn)
        .await?;
    Ok(())
}
