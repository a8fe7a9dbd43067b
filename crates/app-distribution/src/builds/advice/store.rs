//! SQL of what a package is compared with.

use securevox_core::Result;
use securevox_protocol::{AppId, packages::PackageDetails};
use sqlx::{PgConnection, types::Json};

use super::{super::publish::NewBuild, Previous};

/// The build of the app before `new` that is a package of the same kind: a bundle and the APK made
/// of it have one version and two signers.
pub(in crate::builds) async fn previous(
    conn: &mut PgConnection,
    app: AppId,
    new: &NewBuild<'_>,
) -> Result<Option<Previous>> {
    let row = sqlx::query!(
        r#"select details as "details!: Json<PackageDetails>", build_number from builds b
           where app_id = $1 and details ->> 'kind' = $3
             and not exists (select 1 from builds s
                             where s.app_id = $1 and s.sha256 = $2 and s.id <= b.id)
           order by id desc limit 1"#,
        app.0,
        new.sha256.as_slice(),
        match new.package.details {
            PackageDetails::Ipa(_) => "ipa",
            PackageDetails::Apk(_) => "apk",
            PackageDetails::Aab(_) => "aab",
        },
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Previous { details: row.details.0, build_number: row.build_number }))
}
