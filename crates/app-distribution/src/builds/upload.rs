//! `POST /api/builds`: receive, inspect, publish.

use std::{sync::Arc, time::Instant};

use anyhow::Context as _;
use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    auth::Caller,
    extract::{Json, Query},
    openapi::{BodyProblems, CallerProblems, Limited},
    rate_limit::Counted as _,
    storage::Spooled,
};
use securevox_protocol::builds::{Build, BuildStatus, Platform};
use utoipa::ToSchema;

use super::{
    form::{self, Asked, Fields, Form},
    look::{Timed, look_into},
    problem::{NOT_A_PACKAGE, TOO_MANY_UPLOADS},
    publish::{self, Upload},
    reconcile, sent_icon,
};
use crate::{
    access::Uploader,
    app::App,
    inspect::{self, Package},
    multipart::{Proof, announced},
    quota::{self, Takes},
    repeat::Written,
};

/// The form of an upload, as the API's description shows it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described, never built")]
pub(super) struct UploadForm {
    /// The package.
    #[schema(value_type = String, format = Binary)]
    app_file: Vec<u8>,
    /// Contradicting the package is a 422.
    platform: Option<Platform>,
    /// Differing from the package's is a warning, with `strict` a 422.
    version: Option<String>,
    /// Like `version`.
    build_number: Option<String>,
    /// Like `version`.
    bundle_id: Option<String>,
    /// What people call the app, for a package that does not say.
    name: Option<String>,
    /// For a package that does not say.
    min_os_version: Option<String>,
    /// Markdown, 50,000 characters at most.
    release_notes: Option<String>,
    /// The line of releases it belongs to.
    channel: Option<String>,
    /// The branch it was built from.
    branch: Option<String>,
    /// The commit it was built from.
    commit: Option<String>,
    /// The CI run that built it.
    ci_url: Option<String>,
    /// The groups of testers that get it, names or ids, separated by commas.
    groups: Option<String>,
    /// A PNG, JPEG or WebP image of at most 2 MiB, for a package without an icon. One that cannot be
    /// read is a warning, with `strict` a 422.
    #[schema(value_type = Option<String>, format = Binary)]
    icon: Option<Vec<u8>>,
    /// Whether it is a beta.
    is_beta: Option<bool>,
    /// Whether it is offered: `inactive` shows it to the developers of the app alone, until somebody
    /// changes that. Offered at once if absent.
    status: Option<BuildStatus>,
    /// When it is no longer offered; never if absent.
    expires_at: Option<DateTime<Utc>>,
    /// Whether those with an older build are told that they must update.
    mandatory: Option<bool>,
    /// Whether those who get it are mailed once it is offered; as the app says if absent.
    notify: Option<bool>,
    /// Refuse instead of warn.
    strict: Option<bool>,
}

/// Uploads a package. Developers of its app and administrators, also with API tokens that may
/// `builds:write`.
///
/// What the package says wins. The same file again is the same build, answered 200, with whatever
/// was sent along applied. The first upload of a package or bundle id
/// makes the app, owned by the uploader, who has to be a publisher; later ones need to be its
/// developer.
#[utoipa::path(post, path = "/api/builds", tag = "builds", params(Asked), security(("bearer" = [])),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Build), (status = 200, description = "The same file was uploaded before", body = Build),
        (status = 507, description = "The disk is full", body = securevox_protocol::Problem, content_type = "application/problem+json"),
        CallerProblems, BodyProblems, Limited))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<(StatusCode, Json<Build>)> {
    let mut fields = asked.fields()?;
    let mut conn = app.db.acquire().await?;
    let uploader = Uploader::prove(&mut conn, &caller).await?;
    // An upload may take an hour: no connection is held meanwhile.
    drop(conn);
    app.limits.uploads_of.check(caller.key()).await?;
    let received = Box::pin(receive(app, uploader, request, None, &mut fields));
    let (status, build) = received.await?;
    Ok((status, Json(build)))
}

/// The build that comes in `request`; 201 if there is a new one. `fields` has what was sent with
/// it, even if it is refused.
pub(crate) async fn receive(
    app: App,
    uploader: Uploader,
    request: Request,
    proof: Option<Proof<'_>>,
    fields: &mut Fields,
) -> Result<(StatusCode, Build)> {
    if let Some(least) = announced(&request, app.config.max_bytes)? {
        let takes = Takes { of: uploader.only_app, bytes: least };
        quota::check(&mut *app.db.acquire().await?, &app, takes).await?;
    }
    let uploads = Arc::clone(&app.places.uploads);
    let _place = uploads.try_acquire().map_err(|_| TOO_MANY_UPLOADS)?;

    let form = form::receive(&app, request, proof, fields).await?;
    let (written, build) = Box::pin(make_build(app, uploader, form, fields)).await?;
    Ok((written.status(), build))
}

/// Looks into what was sent, and makes a build of it or says why not.
pub(crate) async fn make_build(
    app: App,
    uploader: Uploader,
    form: Form,
    fields: &Fields,
) -> Result<(Written, Build)> {
    let made = Box::pin(make(app.clone(), uploader, form, fields)).await;
    app.counters.note_upload(&made);
    made
}

async fn make(
    app: App,
    uploader: Uploader,
    form: Form,
    fields: &Fields,
) -> Result<(Written, Build)> {
    let Form { file, file_name, icon, reserved } = form;
    let (file, mut package) = inspect(&app, file).await?;
    let mut warnings = reconcile::reconcile(fields, &package)?;
    if let Some(picture) = icon {
        let turn = app.places.icons.acquire().await.context("nobody closes it")?;
        let read = tokio::task::spawn_blocking(move || sent_icon::read(&picture));
        let icon = read.await.context("reading an icon panicked")?;
        drop(turn);
        warnings.extend(sent_icon::give(icon, &mut package, fields.strict)?);
    }
    let fields = fields.clone();
    let upload = Upload { file, file_name, reserved, fields, package, warnings };
    let published = Box::pin(publish::publish(app.clone(), uploader, upload));
    let (written, build) = app.tasks.to_the_end(published).await?;
    tracing::info!(build.id = %build.id, app.id = %build.app.id, ?written, "uploaded");
    Ok((written, build))
}

/// Looks into the package.
async fn inspect(app: &App, file: Spooled) -> Result<(Spooled, Package)> {
    let inspections = app.counters.inspections.clone();
    let look = move |file: Timed<'_>| {
        let began = Instant::now();
        let package = inspect::inspect(file);
        let platform = package.as_ref().map_or("unknown", |package| package.platform.as_str());
        inspections.with_label_values(&[platform]).observe(began.elapsed().as_secs_f64());
        package
    };
    look_into(app, file, NOT_A_PACKAGE, look).await
}
