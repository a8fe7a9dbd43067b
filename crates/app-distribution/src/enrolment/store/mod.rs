//! SQL of devices that were enrolled, and of the questions to them.

mod mine;
mod told;

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{
    AccountId, AppId, BuildId, EnrolledDeviceId, TesterId, packages::IosDistribution,
};
use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) use self::mine::take_back;
pub(super) use self::mine::{Mine, mine};
pub(super) use self::told::{Counts, Kind, counts, list, remove, remove_unsure};
use super::{Answer, verdict::Candidate};

/// Whose a device is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner {
    Account(AccountId),
    Tester(TesterId),
    /// Somebody who is not signed in, and counts for this app alone.
    Unknown(AppId),
}

/// A question that was taken.
pub(super) struct Asked {
    pub(super) build_id: BuildId,
    pub(super) app_id: AppId,
    pub(super) who: Vec<u8>,
}

/// A device as its page shows it.
pub(super) struct Device {
    pub(super) id: EnrolledDeviceId,
    pub(super) udid: String,
    pub(super) name: Option<String>,
    pub(super) product: Option<String>,
    pub(super) version: Option<String>,
}

/// How a build and a device stand to each other.
pub(super) struct Standing {
    /// The profile of the build lists the device.
    pub(super) listed: bool,
    /// The developers of the app were told of it.
    pub(super) told: bool,
}

impl Owner {
    fn ids(self) -> (Option<Uuid>, Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Account(account) => (Some(account.0), None, None),
            Self::Tester(tester) => (None, Some(tester.0), None),
            Self::Unknown(app) => (None, None, Some(app.0)),
        }
    }
}

pub(super) async fn insert_question(
    conn: &mut PgConnection,
    hash: &[u8],
    (build, who): (BuildId, &[u8]),
    expires: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into enrolments (hash, build_id, who, expires_at) values ($1, $2, $3, $4)",
        hash,
        build.0,
        who,
        expires,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The name of the app that a question is asked for, if it is open.
pub(super) async fn asks_for(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let name = sqlx::query_scalar!(
        "select a.name from enrolments e join builds b on b.id = e.build_id
         join apps a on a.id = b.app_id where e.hash = $1 and e.expires_at > $2",
        hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(name)
}

/// Uses a question up. Its row is locked until the transaction ends: of two answers one counts.
pub(super) async fn take_question(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Asked>> {
    let asked = sqlx::query_as!(
        Asked,
        "delete from enrolments e using builds b
         where e.hash = $1 and e.expires_at > $2 and b.id = e.build_id
         returning e.build_id, b.app_id, e.who",
        hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(asked)
}

/// Deletes the questions whose time is over, and devices that no app is told of.
pub(crate) async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from enrolments where expires_at < $1", now).execute(&mut *conn).await?;
    sqlx::query!(
        "delete from enrolled_devices d
         where not exists (select 1 from enrolled_device_apps e where e.device_id = d.id)"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The device of this owner, and whether it is new.
pub(super) async fn upsert(
    conn: &mut PgConnection,
    owner: Owner,
    (answer, verified): (&Answer, bool),
    now: DateTime<Utc>,
) -> Result<(EnrolledDeviceId, bool)> {
    let (account, tester, app) = owner.ids();
    let row = sqlx::query!(
        r#"insert into enrolled_devices
               (id, udid, product, version, account_id, tester_id, only_app_id, first_seen_at, last_seen_at,
                verified)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
           on conflict on constraint enrolled_devices_udid_key do update
               set product = coalesce(excluded.product, enrolled_devices.product),
                   version = coalesce(excluded.version, enrolled_devices.version),
                   last_seen_at = excluded.last_seen_at,
                   verified = enrolled_devices.verified or excluded.verified
           returning id, (xmax = 0) as "is_new!""#,
        EnrolledDeviceId::fresh().0,
        answer.udid,
        answer.product,
        answer.version,
        account,
        tester,
        app,
        now,
        verified,
    )
    .fetch_one(conn)
    .await?;
    Ok((row.id, row.is_new))
}

pub(super) async fn count_of(conn: &mut PgConnection, owner: Owner) -> Result<i64> {
    let (account, tester, app) = owner.ids();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from enrolled_devices
           where account_id = $1 or tester_id = $2 or only_app_id = $3"#,
        account,
        tester,
        app,
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// Puts a device on the list of an app; whether it is new there, whoever enrolled it before.
pub(super) async fn tell(
    conn: &mut PgConnection,
    app: AppId,
    device: EnrolledDeviceId,
) -> Result<bool> {
    let told = sqlx::query!(
        "insert into enrolled_device_apps (app_id, device_id) values ($1, $2) on conflict do nothing",
        app.0,
        device.0,
    )
    .execute(&mut *conn)
    .await?;
    if told.rows_affected() == 0 {
        return Ok(false);
    }
    let known = sqlx::query_scalar!(
        r#"select exists (
               select 1 from enrolled_device_apps e
               join enrolled_devices other on other.id = e.device_id
               join enrolled_devices d on d.udid = other.udid and d.id <> other.id
               where e.app_id = $1 and d.id = $2) as "known!""#,
        app.0,
        device.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(!known)
}

pub(super) async fn find(
    conn: &mut PgConnection,
    device: EnrolledDeviceId,
) -> Result<Option<Device>> {
    let device = sqlx::query_as!(
        Device,
        "select id, udid, name, product, version from enrolled_devices where id = $1",
        device.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(device)
}

pub(super) async fn rename(
    conn: &mut PgConnection,
    device: EnrolledDeviceId,
    name: Option<&str>,
) -> Result<bool> {
    let done = sqlx::query!("update enrolled_devices set name = $2 where id = $1", device.0, name)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn delete(conn: &mut PgConnection, device: EnrolledDeviceId) -> Result<()> {
    sqlx::query!("delete from enrolled_devices where id = $1", device.0).execute(conn).await?;
    Ok(())
}

pub(super) async fn standing(
    conn: &mut PgConnection,
    build: BuildId,
    device: EnrolledDeviceId,
) -> Result<Option<Standing>> {
    let standing = sqlx::query_as!(
        Standing,
        r#"select exists (select 1 from build_devices l
                          where l.build_id = b.id and l.udid = d.udid) as "listed!",
                  exists (select 1 from enrolled_device_apps e
                          where e.app_id = b.app_id and e.device_id = d.id) as "told!"
           from builds b cross join enrolled_devices d where b.id = $1 and d.id = $2"#,
        build.0,
        device.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(standing)
}

/// The name of an app, and where else it can be had.
pub(super) struct AppOf {
    pub(super) name: String,
    pub(super) testflight_url: Option<String>,
}

pub(super) async fn app_of(conn: &mut PgConnection, build: BuildId) -> Result<Option<AppOf>> {
    let app = sqlx::query_as!(
        AppOf,
        "select a.name, a.testflight_url from apps a join builds b on b.app_id = a.id
         where b.id = $1",
        build.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(app)
}

/// The newest builds of the app of `build` that are offered, and this one, newest first.
pub(super) async fn candidates(
    conn: &mut PgConnection,
    build: BuildId,
    udid: &str,
    (limit, now): (i64, DateTime<Utc>),
) -> Result<Vec<Candidate>> {
    let candidates = sqlx::query_as!(
        Candidate,
        r#"select b.id as "id!", b.version, b.build_number, b.created_at as "created_at!",
                  b.min_os_version, b.signing_expires_at,
                  b.details->>'distribution' as "distribution: IosDistribution",
                  exists (select 1 from build_devices l
                          where l.build_id = b.id and l.udid = $2) as "listed!"
           from (
               select c.* from builds c join builds asked on asked.app_id = c.app_id
               where asked.id = $1 and (c.id = $1 or is_shown(c, $4))
               order by (c.id = $1) desc, c.id desc limit $3
           ) b order by b.id desc"#,
        build.0,
        udid,
        limit,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(candidates)
}
