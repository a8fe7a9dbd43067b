//! SQL of the devices that the developers of an app were told of.

use securevox_core::{Result, web::Span};
use securevox_protocol::{AppId, EnrolledDeviceId, enrolment::EnrolledDevice};
use sqlx::PgConnection;
use uuid::Uuid;

/// Which devices.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::enrolment) struct Kind {
    /// Those alone that the newest profile does not list.
    pub(in crate::enrolment) only_new: bool,
    /// Whether those are left out that may be nobody's.
    pub(in crate::enrolment) only_sure: bool,
    /// Whether devices can prove themselves here. Where they cannot, those count as sure whose
    /// owners are known.
    pub(in crate::enrolment) provable: bool,
}

/// The devices that the developers of an app were told of, newest first.
pub(in crate::enrolment) async fn list(
    conn: &mut PgConnection,
    app: AppId,
    kind: Kind,
    span: Span,
) -> Result<Vec<EnrolledDevice>> {
    let devices = sqlx::query_as!(
        EnrolledDevice,
        r#"with newest as (
               select b.id from builds b
               where b.app_id = $1
                 and exists (select 1 from build_devices l where l.build_id = b.id)
               order by b.id desc limit 1
           ), told as (
               select d.*, exists (select 1 from build_devices l
                                   where l.build_id = (select id from newest)
                                     and l.udid = d.udid) as listed
               from enrolled_device_apps e join enrolled_devices d on d.id = e.device_id
               where e.app_id = $1
           )
           select d.id as "id!: EnrolledDeviceId", d.udid as "udid!", d.name, d.product, d.version,
                  coalesce(a.handle, t.email) as owner, d.listed as "listed!",
                  d.verified as "verified!",
                  d.first_seen_at as "first_seen_at!", d.last_seen_at as "last_seen_at!"
           from told d
           left join accounts a on a.id = d.account_id
           left join testers t on t.id = d.tester_id
           where ($3::uuid is null or d.id < $3) and ($7::uuid is null or d.id > $7)
             and not ($2 and d.listed)
             and (not $5 or d.verified or (not $6 and d.only_app_id is null))
           order by case when $7::uuid is null then d.id end desc, d.id limit $4"#,
        app.0,
        kind.only_new,
        span.after,
        span.limit,
        kind.only_sure,
        kind.provable,
        span.before,
    )
    .fetch_all(conn)
    .await?;
    Ok(devices)
}

/// How many there are.
pub(in crate::enrolment) struct Counts {
    pub(in crate::enrolment) all: i64,
    /// Sure ones that the newest profile lacks.
    pub(in crate::enrolment) new: i64,
    /// That may be nobody's.
    pub(in crate::enrolment) unsure: i64,
}

/// How many devices the developers were told of.
pub(in crate::enrolment) async fn counts(
    conn: &mut PgConnection,
    app: AppId,
    provable: bool,
) -> Result<Counts> {
    let counts = sqlx::query_as!(
        Counts,
        r#"select count(*) as "all!",
                  count(*) filter (where not (d.verified or (not $2 and d.only_app_id is null)))
                      as "unsure!",
                  count(*) filter (where (d.verified or (not $2 and d.only_app_id is null)) and not exists (
                      select 1 from build_devices l where l.udid = d.udid and l.build_id = (
                          select b.id from builds b where b.app_id = $1
                            and exists (select 1 from build_devices s where s.build_id = b.id)
                          order by b.id desc limit 1))) as "new!"
           from enrolled_device_apps e join enrolled_devices d on d.id = e.device_id
           where e.app_id = $1"#,
        app.0,
        provable,
    )
    .fetch_one(conn)
    .await?;
    Ok(counts)
}

/// Takes the devices off the list of an app that may be nobody's; how many there were. They are
/// forgotten altogether where no other app is told of them.
pub(in crate::enrolment) async fn remove_unsure(
    conn: &mut PgConnection,
    app: AppId,
    provable: bool,
) -> Result<u64> {
    let removed = sqlx::query_scalar!(
        r#"delete from enrolled_device_apps e using enrolled_devices d
           where e.app_id = $1 and d.id = e.device_id
             and not (d.verified or (not $2 and d.only_app_id is null))
           returning d.id as "id: Uuid""#,
        app.0,
        provable,
    )
    .fetch_all(&mut *conn)
    .await?;
    forget_untold(conn, &removed).await?;
    Ok(removed.len() as u64)
}

/// Forgets those of these devices that no app is told of.
async fn forget_untold(conn: &mut PgConnection, devices: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "delete from enrolled_devices d where d.id = any ($1)
           and not exists (select 1 from enrolled_device_apps e where e.device_id = d.id)",
        devices,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a device off the list of an app; false if it was not on it. It is forgotten altogether
/// where no other app is told of it.
pub(in crate::enrolment) async fn remove(
    conn: &mut PgConnection,
    app: AppId,
    device: EnrolledDeviceId,
) -> Result<bool> {
    let removed = sqlx::query!(
        "delete from enrolled_device_apps where app_id = $1 and device_id = $2",
        app.0,
        device.0,
    )
    .execute(&mut *conn)
    .await?;
    if removed.rows_affected() == 0 {
        return Ok(false);
    }
    forget_untold(conn, &[device.0]).await?;
    Ok(true)
}
