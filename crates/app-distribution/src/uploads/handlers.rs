use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use chrono::Utc;
use securevox_core::{
    Error, Result,
    extract::{Json, too_large},
    openapi::{CallerProblems, Limited, Missing},
};
use securevox_protocol::{
    Problem, UploadId,
    uploads::{Upload, UploadState},
};

use super::{
    metadata, pieces,
    pieces::Receiving,
    problem::{NOT_A_PIECE, TOO_MANY_PIECES, TOO_MANY_UNFINISHED, UPLOAD_EXPIRED, WRONG_OFFSET},
    sender::{Sender, Sent},
    store, tus,
};
use crate::{
    app::App,
    builds::TOO_MANY_UPLOADS,
    quota::{self, Takes},
    sweep::forget,
};

/// Pieces of an upload: each is a stored object, and all are read one after the other at its end.
const MOST_PIECES: i64 = 10_000;

/// What this server can do of tus: its version, extensions, and the largest upload.
#[utoipa::path(options, path = "/api/uploads", tag = "uploads",
    responses((status = 204, description = "In `Tus-Version`, `Tus-Extension` and `Tus-Max-Size`")))]
pub(super) async fn options(State(app): State<App>) -> tus::Answer {
    tus::abilities(app.config.max_bytes.0)
}

/// Begins an upload in pieces (tus creation). Whoever uploads to any app, also with API tokens that
/// may `builds:write`; whether to this one is told when the package was read.
///
/// `Upload-Metadata` holds `filename` and the fields of the form of `POST /api/builds`. The
/// first piece may come along as the body. The length counts against the quotas from now on, of
/// the app too if a token for it, or `platform` and `bundle_id`, say which one it is.
#[utoipa::path(post, path = "/api/uploads", tag = "uploads", security(("bearer" = [])),
    params(("tus-resumable" = String, Header, description = "1.0.0"),
        ("upload-length" = u64, Header, description = "Bytes of the whole"),
        ("upload-metadata" = Option<String>, Header, description = "Names, and values in base64")),
    responses((status = 201, description = "Begun", headers(("location" = String, description = "Of the upload"), ("upload-offset" = u64), ("upload-expires" = String))),
        (status = 412, description = "Not this version of tus", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Larger than an upload may be, or than the room that is left", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field has a wrong value", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full", body = Problem, content_type = "application/problem+json"),
        CallerProblems, Limited))]
pub(super) async fn create(
    State(app): State<App>,
    Sender { uploader, counted }: Sender,
    headers: HeaderMap,
    body: Body,
) -> Result<tus::Answer> {
    tus::check(&headers)?;
    let length = tus::length(&headers)?;
    if length == 0 {
        return Err(Error::invalid_field("header upload-length", "must be above zero"));
    }
    if length > app.config.max_bytes.0 {
        return Err(too_large(app.config.max_bytes));
    }
    app.limits.uploads_of.check(counted).await?;
    let metadata = metadata::parse(&headers)?;
    let (_, fields) = metadata::fields(&metadata)?;
    let mut conn = app.db.acquire().await?;
    let target = match uploader.only_app {
        None => fields.target(&mut conn, &uploader).await?,
        only => only,
    };
    drop(conn);
    let expires = Utc::now() + app.config.keep_unfinished.delta();
    let takes = Takes { of: target, bytes: length };
    let mut tx = app.db.begin().await?;
    quota::reserve(&mut tx, &app, takes).await?;
    let limits = (expires, app.config.unfinished_per_account);
    let upload = store::insert(&mut tx, uploader, (takes, &metadata), limits).await?;
    let upload = upload.ok_or(TOO_MANY_UNFINISHED)?;
    tx.commit().await?;
    let mut offset = 0;
    if tus::is_piece(&headers) {
        offset = Box::pin(receive(app, Receiving { upload, offset, length }, body)).await?;
    }
    let (status, mut answer) = tus::progress(StatusCode::CREATED, offset, expires);
    let location = HeaderValue::try_from(format!("/api/uploads/{upload}"));
    answer.insert(header::LOCATION, location.expect("an id is ASCII"));
    Ok((status, answer))
}

/// How far the upload is (tus). Its sender.
#[utoipa::path(head, path = "/api/uploads/{upload}", tag = "uploads", security(("bearer" = [])),
    params(("upload" = UploadId, Path), ("tus-resumable" = String, Header, description = "1.0.0")),
    responses((status = 200, description = "In `Upload-Offset`", headers(("upload-offset" = u64), ("upload-length" = u64), ("upload-expires" = String))),
        (status = 410, description = "Given up"), (status = 412, description = "Not this version of tus"),
        CallerProblems, Missing))]
pub(super) async fn offset(Sent(upload): Sent, headers: HeaderMap) -> Result<tus::Answer> {
    tus::check(&headers)?;
    let upload = in_time(upload)?;
    Ok(tus::state(upload.received(), upload.length(), upload.expires_at))
}

/// How far the upload is, and what became of it. Its sender.
#[utoipa::path(get, path = "/api/uploads/{upload}", tag = "uploads", security(("bearer" = [])),
    params(("upload" = UploadId, Path)),
    responses((status = 200, body = Upload),
        (status = 410, description = "Given up", body = Problem, content_type = "application/problem+json"),
        CallerProblems, Missing))]
pub(super) async fn show(Sent(upload): Sent) -> Result<Json<Upload>> {
    in_time(upload).map(|upload| Json(upload.shown()))
}

/// Takes the next piece (tus). Its sender.
///
/// What came of a piece that breaks off is kept. After the last one the package is looked
/// into: `GET` tells what became of it.
#[utoipa::path(patch, path = "/api/uploads/{upload}", tag = "uploads", security(("bearer" = [])),
    params(("upload" = UploadId, Path), ("tus-resumable" = String, Header, description = "1.0.0"),
        ("upload-offset" = u64, Header, description = "What has come so far")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Taken", headers(("upload-offset" = u64), ("upload-expires" = String))),
        (status = 400, description = "The body broke off", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body came too slowly", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not what comes next, or too many pieces", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "Given up", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "Not this version of tus", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "More than was announced", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not a piece", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A header has a wrong value", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full", body = Problem, content_type = "application/problem+json"),
        CallerProblems, Missing, Limited))]
pub(super) async fn append(
    State(app): State<App>,
    Sent(upload): Sent,
    headers: HeaderMap,
    body: Body,
) -> Result<tus::Answer> {
    tus::check(&headers)?;
    if !tus::is_piece(&headers) {
        return Err(NOT_A_PIECE.into());
    }
    let upload = in_time(upload)?;
    let offset = tus::offset(&headers)?;
    let received = upload.received();
    if offset != received {
        let detail = format!("{received} bytes have come, and the piece begins at {offset}.");
        return Err(WRONG_OFFSET.with_detail(detail).into());
    }
    if store::count_pieces(&mut *app.db.acquire().await?, upload.id).await? >= MOST_PIECES {
        return Err(TOO_MANY_PIECES
            .with_detail("Begin again, with pieces of 1 MiB or more.")
            .into());
    }
    let expires = Utc::now() + app.config.keep_unfinished.delta();
    let receiving = Receiving { upload: upload.id, offset, length: upload.length() };
    let offset = Box::pin(receive(app, receiving, body)).await?;
    Ok(tus::progress(StatusCode::NO_CONTENT, offset, expires))
}

/// `PATCH` or `DELETE` in `X-HTTP-Method-Override`, for networks that let neither through (tus).
#[utoipa::path(post, path = "/api/uploads/{upload}", tag = "uploads", security(("bearer" = [])),
    params(("upload" = UploadId, Path), ("x-http-method-override" = String, Header, description = "PATCH or DELETE")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "As of the method"),
        (status = 405, description = "Neither `PATCH` nor `DELETE`"),
        (status = "4XX", description = "As of the method", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn instead(
    app: State<App>,
    sent: Sent,
    headers: HeaderMap,
    body: Body,
) -> Result<tus::Answer> {
    let method = headers.get("x-http-method-override").map(HeaderValue::as_bytes);
    match method {
        Some(b"PATCH") => Box::pin(append(app, sent, headers, body)).await,
        Some(b"DELETE") => Box::pin(terminate(app, sent, headers)).await,
        _ => Ok((StatusCode::METHOD_NOT_ALLOWED, HeaderMap::new())),
    }
}

/// Gives the upload up and deletes what has come (tus termination). Its sender.
#[utoipa::path(delete, path = "/api/uploads/{upload}", tag = "uploads", security(("bearer" = [])),
    params(("upload" = UploadId, Path), ("tus-resumable" = String, Header, description = "1.0.0")),
    responses((status = 204, description = "Given up"),
        (status = 409, description = "It has come to its end and is being read", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "Not this version of tus", body = Problem, content_type = "application/problem+json"),
        CallerProblems, Missing))]
pub(super) async fn terminate(
    State(app): State<App>,
    Sent(upload): Sent,
    headers: HeaderMap,
) -> Result<tus::Answer> {
    tus::check(&headers)?;
    give_up(&app, upload.id).await?;
    Ok(tus::answer(StatusCode::NO_CONTENT))
}

/// Deletes what has come of an upload; 409 once all of it has.
pub(super) async fn give_up(app: &App, upload: UploadId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let parts = store::pieces(&mut tx, upload).await?;
    if !store::delete(&mut tx, upload).await? {
        return Err(WRONG_OFFSET.with_detail("All of it has come, and it is being read.").into());
    }
    tx.commit().await?;
    for part in parts {
        forget(app, pieces::key(part.id)).await;
    }
    Ok(())
}

/// Takes what the body brings, to its end even if the client goes away meanwhile.
async fn receive(app: App, receiving: Receiving, body: Body) -> Result<u64> {
    let uploads = Arc::clone(&app.places.uploads);
    let place = uploads.try_acquire_owned().map_err(|_| TOO_MANY_UPLOADS)?;
    let tasks = app.tasks.clone();
    let received = async move {
        let received = Box::pin(pieces::receive(app, receiving, body)).await;
        drop(place);
        received
    };
    tasks.to_the_end(received).await
}

/// 410 once the time of an upload that was not finished is over.
fn in_time(upload: store::Row) -> Result<store::Row> {
    let over = upload.state == UploadState::Receiving && upload.expires_at < Utc::now();
    if over { Err(UPLOAD_EXPIRED.into()) } else { Ok(upload) }
}
