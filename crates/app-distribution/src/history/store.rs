use securevox_core::Result;
use securevox_protocol::{AccountId, AppId, history::LogEntry};
use sqlx::PgConnection;
use uuid::Uuid;

/// The acts that concern an app, newest first: those that say so, and those done to it or to one
/// of its builds.
pub(super) async fn list(
    conn: &mut PgConnection,
    app: AppId,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<LogEntry>> {
    let entries = sqlx::query_as!(
        LogEntry,
        r#"select l.id, l.at, l.actor_id as "actor_id: AccountId", who.handle as "actor?", l.action,
                  l.target,
                  coalesce(whom.handle, b.version, b.build_number, g.name, t.email) as subject
           from audit l
           left join accounts who on who.id = l.actor_id
           left join accounts whom on whom.id = l.account_id and l.action like 'app.member%'
           left join builds b on b.id::text = l.target
           left join tester_groups g on g.id::text = l.target
           left join testers t on t.id::text = l.target
           where (l.apps @> array[$1::uuid] or l.target = $1::uuid::text
                  or l.target in (select id::text from builds where app_id = $1))
             and ($2::uuid is null or l.id < $2)
           order by l.id desc limit $3"#,
        app.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(entries)
}
