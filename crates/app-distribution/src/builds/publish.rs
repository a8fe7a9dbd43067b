//! A package that was inspected becomes a build.

use chrono::Utc;
use securevox_core::{
    Error, Result,
    audit::{self, Entry},
    error::NOT_FOUND,
    storage::Spooled,
};
use securevox_protocol::{
    AppId, BuildId, UploadId,
    builds::{Build, Warning},
    packages::PackageDetails,
    webhooks::WebhookEvent,
};
use sqlx::{Connection as _, PgConnection};

use super::{advice, delete_files, form::Fields, icon_key, key, store};
use crate::{
    app::App,
    apps::{self, Actor, Uploader},
    events::{self, Told},
    inspect::Package,
    life::quota,
    people,
};

/// Everything that makes a build.
pub(super) struct Upload {
    pub(super) file: Spooled,
    pub(super) file_name: Option<String>,
    /// The upload in pieces that held room for it.
    pub(super) reserved: Option<UploadId>,
    pub(super) fields: Fields,
    pub(super) package: Package,
    pub(super) warnings: Vec<Warning>,
}

/// Whether there is a new build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    New,
    /// The same file was uploaded before.
    Known,
}

/// What is written about a new build.
pub(super) struct NewBuild<'a> {
    pub(super) id: BuildId,
    /// The upload in pieces that held room for it.
    pub(super) reserved: Option<UploadId>,
    pub(super) fields: &'a Fields,
    pub(super) package: &'a Package,
    /// About the request.
    pub(super) warnings: &'a [Warning],
    pub(super) size: u64,
    pub(super) sha256: [u8; 32],
    pub(super) file_name: String,
}

/// Stores the file, then commits the build: whoever is told of it can download it.
///
/// Run it to its end: stopped in between it would leave a file that only the sweep finds.
pub(super) async fn publish(
    app: App,
    uploader: Uploader,
    upload: Upload,
) -> Result<(Outcome, Build)> {
    let Upload { file, file_name, reserved, fields, package, warnings } = upload;
    let new = NewBuild {
        id: BuildId::fresh(),
        reserved,
        fields: &fields,
        package: &package,
        warnings: &warnings,
        size: file.size(),
        sha256: file.sha256(),
        file_name: safe_name(file_name.as_deref(), &package.details),
    };
    let mut conn = app.db.acquire().await?;
    // Before the disk is used: is it known, is it theirs?
    let target = (package.platform, package.bundle_id.as_str());
    if let Some(id) = apps::admit(&mut conn, &uploader, target).await?
        && let Some(build) = update_known(&mut conn, &app, (id, &uploader), &new).await?
    {
        return Ok((Outcome::Known, build));
    }
    drop(conn);
    app.storage.keep(key(new.id), file).await?;
    if let Some(icon) = &package.icon {
        keep_icon(&app, new.id, icon).await?;
    }
    let published = commit(&app, &uploader, &new).await;
    // After any other error the build may exist, its answer lost: the sweep will see.
    let needless = match &published {
        Ok((outcome, _)) => *outcome == Outcome::Known,
        Err(Error::Problem(problem)) => problem.status < 500,
        Err(Error::Internal(_)) => false,
    };
    if needless {
        delete_files(&app, new.id).await?;
    }
    published
}

async fn keep_icon(app: &App, build: BuildId, icon: &[u8]) -> Result<()> {
    let mut file = app.spool.create().await?;
    file.write(icon).await?;
    app.storage.keep(icon_key(build), file.finish().await?).await
}

async fn commit(app: &App, uploader: &Uploader, new: &NewBuild<'_>) -> Result<(Outcome, Build)> {
    let mut tx = app.db.begin().await?;
    let app_id = app_of(&mut tx, uploader, new).await?;
    let warnings = all_warnings(&mut tx, app_id, new).await?;
    let inserted = store::insert(&mut tx, (app_id, uploader.account), new, &warnings).await?;
    if !inserted {
        // Another upload of the same file was faster.
        let build = update_known(&mut tx, app, (app_id, uploader), new).await?.ok_or(NOT_FOUND)?;
        tx.commit().await?;
        return Ok((Outcome::Known, build));
    }
    quota::settle(&mut tx, app, (app_id, new.size), new.reserved).await?;
    if let Some(name) = name_of(new) {
        apps::store::rename(&mut tx, app_id, name).await?;
    }
    let (actor, target) = (Some(uploader.account), Some(new.id.0));
    let entry = Entry { actor, account: actor, action: "build.uploaded", target };
    audit::record_of(&mut tx, &[app_id], entry).await?;
    give(&mut tx, uploader, (new.id, app_id), new.fields).await?;
    let about = (app_id, Some(new.id));
    events::announce(&mut tx, app, about, WebhookEvent::BuildPublished).await?;
    let told = Told::Everybody(new.fields.notify);
    events::tell_testers(&mut tx, app, (new.id, app_id), told).await?;
    let build = store::find(&mut tx, new.id).await?.ok_or(NOT_FOUND)?;
    tx.commit().await?;
    Ok((Outcome::New, build.shown(&app.addresses, Utc::now())))
}

/// The app of the package; made, and owned by the uploader, if it is the first of its kind.
async fn app_of(conn: &mut PgConnection, uploader: &Uploader, new: &NewBuild<'_>) -> Result<AppId> {
    let target = (new.package.platform, new.package.bundle_id.as_str());
    if let Some(id) = apps::admit(&mut *conn, uploader, target).await? {
        return Ok(id);
    }
    let name = name_of(new).unwrap_or(&new.package.bundle_id);
    let owner = uploader.account;
    if let Some(id) = apps::store::insert(&mut *conn, target, name, owner).await? {
        let (actor, target) = (Some(owner), Some(id.0));
        let entry = Entry { actor, account: None, action: "app.created", target };
        audit::record_of(conn, &[id], entry).await?;
        return Ok(id);
    }
    // Two first uploads at once: the other one made it.
    let made = apps::admit(conn, uploader, target).await?;
    made.ok_or_else(|| Error::Internal(anyhow::anyhow!("an app vanished while it was made")))
}

/// The build of the same file, with what was sent along applied; `None` if there is none.
async fn update_known(
    conn: &mut PgConnection,
    app: &App,
    (app_id, uploader): (AppId, &Uploader),
    new: &NewBuild<'_>,
) -> Result<Option<Build>> {
    let mut tx = conn.begin().await?;
    let warnings = all_warnings(&mut tx, app_id, new).await?;
    let known = store::update_same(&mut tx, app_id, new, &warnings).await?;
    let build = match known {
        Some(id) => {
            let (actor, target) = (Some(uploader.account), Some(id.0));
            let entry = Entry { actor, account: actor, action: "build.uploaded_again", target };
            audit::record_of(&mut tx, &[app_id], entry).await?;
            give(&mut tx, uploader, (id, app_id), new.fields).await?;
            if new.fields.groups.is_some() {
                let told = Told::Groups(new.fields.notify);
                events::tell_testers(&mut tx, app, (id, app_id), told).await?;
            }
            store::find(&mut tx, id).await?.map(|build| build.shown(&app.addresses, Utc::now()))
        }
        None => None,
    };
    tx.commit().await?;
    Ok(build)
}

/// What to say about the request, then about the package.
async fn all_warnings(
    conn: &mut PgConnection,
    app: AppId,
    new: &NewBuild<'_>,
) -> Result<Vec<Warning>> {
    let previous = store::previous(conn, app, new).await?;
    let advice = advice::advise(new.package, previous.as_ref(), Utc::now());
    Ok(new.warnings.iter().cloned().chain(advice).collect())
}

/// Gives the build to the groups that were named.
async fn give(
    conn: &mut PgConnection,
    uploader: &Uploader,
    build: (BuildId, AppId),
    fields: &Fields,
) -> Result<()> {
    let actor = Actor { account: uploader.account, role: uploader.role };
    people::give(conn, actor, build, &people::wanted(fields.groups.as_deref())).await
}

fn name_of<'a>(new: &NewBuild<'a>) -> Option<&'a str> {
    new.package.name.as_deref().or(new.fields.name.as_deref())
}

/// The name to save a download under: no folders, no control characters, not too long.
fn safe_name(name: Option<&str>, details: &PackageDetails) -> String {
    let last = name.and_then(|name| name.rsplit(['/', '\\']).next()).unwrap_or_default();
    let safe: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    match (safe.trim_matches(['.', ' ']), details) {
        ("", PackageDetails::Ipa(_)) => "app.ipa".to_owned(),
        ("", PackageDetails::Apk(_)) => "app.apk".to_owned(),
        ("", PackageDetails::Aab(_)) => "app.aab".to_owned(),
        (safe, _) => safe.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe() {
        let (apk, aab) = (PackageDetails::Apk(Box::default()), PackageDetails::Aab(Box::default()));
        assert_eq!(safe_name(Some("../../etc/passwd"), &apk), "passwd");
        assert_eq!(safe_name(Some("C:\\x\\App 1.apk"), &apk), "App 1.apk");
        assert_eq!(safe_name(Some(".."), &apk), "app.apk");
        assert_eq!(safe_name(None, &aab), "app.aab");
    }
}
