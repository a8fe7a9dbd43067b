//! SQL of who belongs to an app.

use securevox_core::Result;
use securevox_protocol::{
    AccountId, AppId,
    apps::{AppRole, Member},
};
use sqlx::PgConnection;

/// Who belongs to the app, owners first.
pub(in crate::apps) async fn members(conn: &mut PgConnection, app: AppId) -> Result<Vec<Member>> {
    let members = sqlx::query_as!(
        Member,
        "select m.account_id, a.handle, m.role, m.created_at
         from app_members m join accounts a on a.id = m.account_id
         where m.app_id = $1
         order by array_position(array['owner', 'manager', 'developer', 'tester'], m.role),
                  a.handle",
        app.0,
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
    let members = members(conn, app).await?;
    Ok(members.into_iter().find(|member| member.account_id == account))
}

/// The roles in an app, kept from being changed by others: two owners cannot remove each other.
pub(in crate::apps) async fn lock_members(
    conn: &mut PgConnection,
    app: AppId,
) -> Result<Vec<(AccountId, AppRole)>> {
    let _has_password = super::lock(&mut *conn, app).await?;
    let members = members(conn, app).await?;
    Ok(members.into_iter().map(|member| (member.account_id, member.role)).collect())
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
