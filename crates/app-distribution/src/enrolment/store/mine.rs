//! SQL of the devices of somebody, for themselves.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AccountId, AppId, EnrolledDeviceId, TesterId};
use sqlx::PgConnection;

pub(in crate::enrolment) struct Mine {
    pub(in crate::enrolment) id: EnrolledDeviceId,
    pub(in crate::enrolment) name: Option<String>,
    pub(in crate::enrolment) product: Option<String>,
    pub(in crate::enrolment) version: Option<String>,
    pub(in crate::enrolment) last_seen_at: DateTime<Utc>,
}

pub(in crate::enrolment) async fn mine(
    conn: &mut PgConnection,
    (account, tester): (Option<AccountId>, Option<TesterId>),
) -> Result<Vec<Mine>> {
    let devices = sqlx::query_as!(
        Mine,
        "select id, name, product, version, last_seen_at from enrolled_devices
         where account_id = $1 or tester_id = $2 order by id desc limit 200",
        account.map(|account| account.0),
        tester.map(|tester| tester.0),
    )
    .fetch_all(conn)
    .await?;
    Ok(devices)
}

/// Deletes a device of theirs: the apps whose developers were told of it. `None` if they have no
/// such.
pub(crate) async fn take_back(
    conn: &mut PgConnection,
    (account, tester): (Option<AccountId>, Option<TesterId>),
    device: EnrolledDeviceId,
) -> Result<Option<Vec<AppId>>> {
    let told = sqlx::query_scalar!(
        r#"select app_id as "app_id: AppId" from enrolled_device_apps where device_id = $1"#,
        device.0,
    )
    .fetch_all(&mut *conn)
    .await?;
    let gone = sqlx::query!(
        "delete from enrolled_devices where id = $1 and (account_id = $2 or tester_id = $3)",
        device.0,
        account.map(|account| account.0),
        tester.map(|tester| tester.0),
    )
    .execute(conn)
    .await?;
    Ok((gone.rows_affected() == 1).then_some(told))
}
