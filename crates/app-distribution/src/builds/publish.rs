//! A package that was inspected becomes a build.

use chrono::Utc;
use securevox_core::{Error, Result, error::NOT_FOUND, storage::Spooled};
use securevox_protocol::{
    AppId, BuildId, UploadId,
    builds::{Build, BuildStatus, Warning},
    history::Action,
    packages::PackageDetails,
    webhooks::WebhookEvent,
};
use sqlx::PgConnection;

use super::{change, delete_files, form::Fields, icon_key, key, store};
use crate::{
    access::{self, Actor, Audience, Uploader},
    advice,
    app::App,
    apps,
    events::{self, Told},
    history::{self, Act},
    inspect::Package,
    multipart::safe_name,
    people, quota,
    repeat::Written,
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

impl NewBuild<'_> {
    pub(super) fn status(&self) -> BuildStatus {
        self.fields.status.unwrap_or(BuildStatus::Active)
    }
}

/// Stores the file, then commits the build: whoever is told of it can download it.
///
/// Run it to its end: stopped in between it would leave a file that only the sweep finds.
pub(super) async fn publish(
    app: App,
    uploader: Uploader,
    upload: Upload,
) -> Result<(Written, Build)> {
    let Upload { file, file_name, reserved, fields, package, warnings } = upload;
    let new = NewBuild {
        id: BuildId::fresh(),
        reserved,
        fields: &fields,
        package: &package,
        warnings: &warnings,
        size: file.size(),
        sha256: file.sha256(),
        file_name: safe_name(file_name.as_deref(), unnamed(&package.details)),
    };
    let mut tx = app.db.begin().await?;
    // Before the disk is used: is it known, is it theirs?
    let target = (package.platform, package.bundle_id.as_str());
    if let Some(id) = access::admit(&mut tx, &uploader, target).await?
        && let Some(build) = update_known(&mut tx, &app, (id, &uploader), &new).await?
    {
        tx.commit().await?;
        return Ok((Written::Before, build));
    }
    drop(tx);
    app.storage.keep(key(new.id), file).await?;
    if let Some(icon) = &package.icon {
        keep_icon(&app, new.id, icon).await?;
    }
    let published = commit(&app, &uploader, &new).await;
    // After any other error the build may exist, its answer lost: the sweep will see.
    let needless = match &published {
        Ok((written, _)) => *written == Written::Before,
        Err(Error::Problem(problem)) => problem.status < 500,
        Err(Error::Internal(_)) => false,
    };
    if needless {
        delete_files(&app, new.id).await;
    }
    published
}

async fn keep_icon(app: &App, build: BuildId, icon: &[u8]) -> Result<()> {
    let mut file = app.spool.create().await?;
    file.write(icon).await?;
    app.storage.keep(icon_key(build), file.finish().await?).await
}

async fn commit(app: &App, uploader: &Uploader, new: &NewBuild<'_>) -> Result<(Written, Build)> {
    let mut tx = app.db.begin().await?;
    let app_id = app_of(&mut tx, uploader, new).await?;
    let warnings = all_warnings(&mut tx, app_id, new).await?;
    let inserted = store::insert(&mut tx, (app_id, uploader.account), new, &warnings).await?;
    if !inserted {
        // Another upload of the same file was faster.
        let build = update_known(&mut tx, app, (app_id, uploader), new).await?.ok_or(NOT_FOUND)?;
        tx.commit().await?;
        return Ok((Written::Before, build));
    }
    quota::settle(&mut tx, app, (app_id, new.size), new.reserved).await?;
    if let Some(name) = name_of(new) {
        apps::store::rename(&mut tx, app_id, name).await?;
    }
    let actor = Some(uploader.account);
    let act = Act { action: Action::BuildUploaded, actor, account: actor, target: new.id.0 };
    history::record(&mut tx, &[app_id], act).await?;
    give(&mut tx, uploader, (new.id, app_id), new.fields).await?;
    // What is held back is told when it is offered.
    if new.status() == BuildStatus::Active {
        let about = (app_id, Some(new.id));
        events::announce(&mut tx, app, about, WebhookEvent::BuildPublished).await?;
        events::tell_testers(&mut tx, app, (new.id, app_id), Told::Everybody).await?;
    }
    let build = state(&mut tx, app, uploader, new.id).await?;
    tx.commit().await?;
    Ok((Written::Now, build))
}

/// The app of the package; made, and owned by the uploader, if it is the first of its kind.
async fn app_of(conn: &mut PgConnection, uploader: &Uploader, new: &NewBuild<'_>) -> Result<AppId> {
    let target = (new.package.platform, new.package.bundle_id.as_str());
    if let Some(id) = access::admit(&mut *conn, uploader, target).await? {
        return Ok(id);
    }
    let name = name_of(new).unwrap_or(&new.package.bundle_id);
    let owner = uploader.account;
    if let Some(id) = apps::make(&mut *conn, target, name, owner).await? {
        return Ok(id);
    }
    // Two first uploads at once: the other one made it.
    let made = access::admit(conn, uploader, target).await?;
    made.ok_or_else(|| Error::Internal(anyhow::anyhow!("an app vanished while it was made")))
}

/// The build of the same file, with what was sent along applied; `None` if there is none.
async fn update_known(
    conn: &mut PgConnection,
    app: &App,
    (app_id, uploader): (AppId, &Uploader),
    new: &NewBuild<'_>,
) -> Result<Option<Build>> {
    let Some(id) = store::same(&mut *conn, app_id, &new.sha256).await? else { return Ok(None) };
    let Some(offer) = store::lock(&mut *conn, id).await? else { return Ok(None) };
    let before = state(&mut *conn, app, uploader, id).await?;
    let warnings = all_warnings(&mut *conn, app_id, new).await?;
    store::update_same(&mut *conn, id, new, &warnings).await?;
    let after = state(&mut *conn, app, uploader, id).await?;
    let (action, actor) = (Action::BuildUploadedAgain, Some(uploader.account));
    let act = Act { action, actor, account: actor, target: id.0 };
    let details = history::changes(&before, &after, change::LOGGED);
    history::record_change(&mut *conn, &[app_id], act, &details).await?;
    give(&mut *conn, uploader, (id, app_id), new.fields).await?;
    change::tell(&mut *conn, app, (id, app_id), (offer, new.fields.status)).await?;
    if new.fields.groups.is_some() {
        let told = Told::Groups(new.fields.notify);
        events::tell_testers(&mut *conn, app, (id, app_id), told).await?;
    }
    change::tell_channel(conn, app, (id, app_id), (&before, &after)).await?;
    Ok(Some(after))
}

async fn state(
    conn: &mut PgConnection,
    app: &App,
    uploader: &Uploader,
    id: BuildId,
) -> Result<Build> {
    let build = store::find(conn, id).await?.ok_or(NOT_FOUND)?;
    Ok(shown(build, app, uploader))
}

fn shown(build: store::Row, app: &App, uploader: &Uploader) -> Build {
    build.shown(&app.addresses, Audience::developer(uploader.account), Utc::now())
}

/// What to say about the request, then about the package.
async fn all_warnings(
    conn: &mut PgConnection,
    app: AppId,
    new: &NewBuild<'_>,
) -> Result<Vec<Warning>> {
    let previous = store::previous(conn, app, new).await?;
    let advice = advice::advise(new.package, previous.as_ref());
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

/// What a file is called that has no name.
fn unnamed(details: &PackageDetails) -> &'static str {
    match details {
        PackageDetails::Ipa(_) => "app.ipa",
        PackageDetails::Apk(_) => "app.apk",
        PackageDetails::Aab(_) => "app.aab",
    }
}
