mod list;
mod newest;

use chrono::{DateTime, Utc};
use securevox_core::{Result, auth::hex};
use securevox_protocol::{
    AccountId, AppId, BuildId,
    builds::{App, Build, BuildStatus, Platform, UpdateBuild, Warning},
    packages::PackageDetails,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

pub(super) use self::{
    list::{Filter, list},
    newest::{newest_public, pictured},
};
use super::publish::NewBuild;
use crate::{
    access::Audience,
    advice::{self, Previous},
    app::{Addresses, Who},
    install::Obstacle,
};

/// A build as the database has it.
#[expect(clippy::struct_excessive_bools, reason = "they are columns")]
pub(crate) struct Row {
    pub(crate) id: BuildId,
    app_id: AppId,
    uploaded_by: AccountId,
    app_name: String,
    platform: Platform,
    bundle_id: String,
    pub(crate) version: Option<String>,
    pub(crate) build_number: Option<String>,
    min_os_version: Option<String>,
    release_notes: Option<String>,
    channel: Option<String>,
    branch: Option<String>,
    commit: Option<String>,
    ci_url: Option<String>,
    is_beta: bool,
    pub(super) size: i64,
    sha256: Vec<u8>,
    pub(super) file_name: String,
    status: BuildStatus,
    expires_at: Option<DateTime<Utc>>,
    signing_expires_at: Option<DateTime<Utc>>,
    pinned: bool,
    mandatory: bool,
    warnings: Json<Vec<Warning>>,
    details: Option<Json<PackageDetails>>,
    pub(super) has_icon: bool,
    created_at: DateTime<Utc>,
}

impl Row {
    pub(super) fn sha256(&self) -> String {
        hex(&self.sha256)
    }

    pub(crate) fn platform(&self) -> Platform {
        self.platform
    }

    /// What a phone does with the package depends on it.
    pub(super) fn media_type(&self) -> &'static str {
        match (self.platform, self.details.as_ref().map(|details| &details.0)) {
            // A bundle that were called a package would be opened by an installer that cannot.
            (Platform::Ios, _) | (_, Some(PackageDetails::Aab(_))) => "application/octet-stream",
            (Platform::Android, _) => "application/vnd.android.package-archive",
        }
    }

    /// Why it cannot be installed from here.
    pub(crate) fn obstacle(&self, now: DateTime<Utc>) -> Option<Obstacle> {
        let details = self.details.as_ref().map(|details| &details.0);
        Obstacle::of(details, self.expires_at, self.signing_expires_at, now)
    }

    /// What people call it, and write to delete it.
    pub(super) fn name(&self) -> &str {
        let version = self.version.as_deref().or(self.build_number.as_deref());
        version.unwrap_or(&self.file_name)
    }

    pub(super) fn uploaded_by(&self) -> AccountId {
        self.uploaded_by
    }

    /// The build as it is told to `audience`. Developers alone get links that open it to others.
    pub(crate) fn shown(
        self,
        addresses: &Addresses,
        audience: Audience,
        now: DateTime<Utc>,
    ) -> Build {
        let id = self.id.0;
        let (install_url, qr_svg_url) = match audience {
            Audience { who: Who::Account(giver), develops: true } => {
                addresses.install(id, giver, now)
            }
            _ => (addresses.page(id), addresses.qr_code(id)),
        };
        let icon_url = self.has_icon.then(|| addresses.icon(id, audience.who, now));
        let details = self.details.map(|details| details.0);
        Build {
            sha256: hex(&self.sha256),
            download_url: addresses.download(self.id.0),
            install_url,
            qr_svg_url,
            icon_url,
            id: self.id,
            app: App { id: self.app_id, name: self.app_name },
            platform: self.platform,
            bundle_id: self.bundle_id,
            version: self.version,
            build_number: self.build_number,
            min_os_version: self.min_os_version,
            release_notes: self.release_notes,
            channel: self.channel,
            branch: self.branch,
            commit: self.commit,
            ci_url: self.ci_url,
            is_beta: self.is_beta,
            size: self.size,
            file_name: self.file_name,
            status: self.status,
            expires_at: self.expires_at,
            signing_expires_at: self.signing_expires_at,
            pinned: self.pinned,
            mandatory: self.mandatory,
            warnings: advice::told(self.warnings.0, details.as_ref(), now),
            groups: None,
            details,
            created_at: self.created_at,
        }
    }
}

/// Inserts the build; false if the app has one of the same file already.
pub(super) async fn insert(
    conn: &mut PgConnection,
    (app, uploader): (AppId, AccountId),
    new: &NewBuild<'_>,
    warnings: &[Warning],
) -> Result<bool> {
    let (fields, package) = (new.fields, new.package);
    let done = sqlx::query!(
        "insert into builds (id, app_id, uploaded_by, version, build_number, min_os_version,
                             release_notes, channel, branch, commit, ci_url, is_beta,
                             size, sha256, file_name, warnings, details, signing_expires_at, has_icon,
                             status, published_at, expires_at, mandatory, notify)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                 $20, case when $20 = 'active' then now() end, $21, $22, $23)
         on conflict on constraint builds_app_id_sha256_key do nothing",
        new.id.0,
        app.0,
        uploader.0,
        package.version,
        package.build_number,
        package.min_os_version.as_ref().or(fields.min_os_version.as_ref()),
        fields.release_notes,
        fields.channel,
        fields.branch,
        fields.commit,
        fields.ci_url,
        fields.is_beta.unwrap_or(false),
        i64::try_from(new.size).unwrap_or(i64::MAX),
        new.sha256.as_slice(),
        new.file_name,
        Json(warnings) as _,
        Json(&package.details) as _,
        package.signing_expires_at(),
        package.icon.is_some(),
        new.status().as_str(),
        fields.expires_at,
        fields.mandatory.unwrap_or(false),
        fields.notify,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "insert into build_devices (build_id, udid) select $1, unnest($2::text[])
         on conflict do nothing",
        new.id.0,
        &package.devices,
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// Changes what `update` names.
pub(super) async fn update(
    conn: &mut PgConnection,
    build: BuildId,
    update: &UpdateBuild,
) -> Result<()> {
    sqlx::query!(
        "update builds set
             release_notes = case when $2::text is null then release_notes else nullif($2, '') end,
             channel = case when $3::text is null then channel else nullif($3, '') end,
             is_beta = coalesce($4, is_beta), status = coalesce($5, status),
             pinned = coalesce($6, pinned), mandatory = coalesce($7, mandatory),
             expires_at = case when $8 then $9 else expires_at end,
             notify = coalesce($10, notify),
             published_at = case when $5 = 'active' then coalesce(published_at, now())
                                 else published_at end
         where id = $1",
        build.0,
        update.release_notes,
        update.channel,
        update.is_beta,
        update.status.map(BuildStatus::as_str),
        update.pinned,
        update.mandatory,
        update.expires_at.is_some(),
        update.expires_at.flatten(),
        update.notify,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a link to the package is made for somebody, or a download begun, so that retention
/// leaves the build for a while. What anybody may do as often as they like is not to be noted.
pub(crate) async fn want(conn: &mut PgConnection, build: BuildId) -> Result<()> {
    // To the minute: a page that many look at is not written for each of them.
    sqlx::query!(
        "update builds set wanted_at = now()
         where id = $1 and (wanted_at is null or wanted_at < now() - interval '1 minute')",
        build.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a build is offered, and ever was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub(super) status: BuildStatus,
    pub(super) was_published: bool,
}

/// Keeps the build from being changed by others; `None` if it was deleted.
pub(super) async fn lock(conn: &mut PgConnection, build: BuildId) -> Result<Option<Offer>> {
    let offer = sqlx::query_as!(
        Offer,
        r#"select status, published_at is not null as "was_published!"
           from builds where id = $1 for no key update"#,
        build.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(offer)
}

/// Keeps the build from being deleted; false if it was.
pub(super) async fn hold(conn: &mut PgConnection, build: BuildId) -> Result<bool> {
    let held = sqlx::query!("select id from builds where id = $1 for key share", build.0)
        .fetch_optional(conn)
        .await?;
    Ok(held.is_some())
}

/// Deletes the build; false if it was gone.
pub(super) async fn delete(conn: &mut PgConnection, build: BuildId) -> Result<bool> {
    let done = sqlx::query!("delete from builds where id = $1", build.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// The build of the same file.
pub(super) async fn same(
    conn: &mut PgConnection,
    app: AppId,
    sha256: &[u8; 32],
) -> Result<Option<BuildId>> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: BuildId" from builds where app_id = $1 and sha256 = $2"#,
        app.0,
        sha256.as_slice(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(id)
}

/// Applies what was sent along with the file of a build.
pub(super) async fn update_same(
    conn: &mut PgConnection,
    build: BuildId,
    new: &NewBuild<'_>,
    warnings: &[Warning],
) -> Result<()> {
    let fields = new.fields;
    sqlx::query!(
        "update builds set release_notes = coalesce($2, release_notes),
                channel = coalesce($3, channel), branch = coalesce($4, branch),
                commit = coalesce($5, commit), ci_url = coalesce($6, ci_url),
                is_beta = coalesce($7, is_beta), warnings = $8, status = coalesce($9, status),
                published_at = case when $9 = 'active' then coalesce(published_at, now())
                                    else published_at end,
                expires_at = coalesce($10, expires_at), mandatory = coalesce($11, mandatory),
                notify = coalesce($12, notify)
         where id = $1",
        build.0,
        fields.release_notes,
        fields.channel,
        fields.branch,
        fields.commit,
        fields.ci_url,
        fields.is_beta,
        Json(warnings) as _,
        fields.status.map(BuildStatus::as_str),
        fields.expires_at,
        fields.mandatory,
        fields.notify,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn find(conn: &mut PgConnection, id: BuildId) -> Result<Option<Row>> {
    let row = sqlx::query_as!(
        Row,
        r#"select b.id, b.app_id, b.uploaded_by, a.name as app_name, a.platform, a.bundle_id, b.version,
                  b.build_number, b.min_os_version, b.release_notes, b.channel, b.branch,
                  b.commit, b.ci_url, b.is_beta, b.size, b.sha256, b.file_name, b.status,
                  b.expires_at, b.signing_expires_at, b.pinned, b.mandatory,
                  b.warnings as "warnings: Json<Vec<Warning>>",
                  b.details as "details: Json<PackageDetails>", b.has_icon, b.created_at
           from builds b join apps a on a.id = b.app_id
           where b.id = $1"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Those of `ids` that are no builds.
pub(super) async fn unknown(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let unknown = sqlx::query_scalar!(
        r#"select id as "id!" from unnest($1::uuid[]) as stored (id)
           where not exists (select 1 from builds b where b.id = stored.id)"#,
        ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(unknown)
}

impl Row {
    pub(crate) fn app(&self) -> AppId {
        self.app_id
    }
}

/// The build of the app before `new` that is a package of the same kind: a bundle and the APK made
/// of it have one version and two signers.
pub(super) async fn previous(
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
