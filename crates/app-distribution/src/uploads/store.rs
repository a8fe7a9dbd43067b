use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{
    AccountId, AppId, BuildId, Problem, UploadId,
    uploads::{Upload, UploadState},
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::metadata::Metadata;
use crate::{access::Uploader, quota::Takes};

/// An upload as the database has it.
pub(super) struct Row {
    pub(super) id: UploadId,
    pub(super) account_id: AccountId,
    pub(super) only_app: Option<AppId>,
    length: i64,
    received: i64,
    metadata: Json<Metadata>,
    pub(super) state: UploadState,
    build_id: Option<BuildId>,
    problem: Option<Json<Problem>>,
    pub(super) expires_at: DateTime<Utc>,
}

impl Row {
    pub(super) fn length(&self) -> u64 {
        self.length.unsigned_abs()
    }

    pub(super) fn received(&self) -> u64 {
        self.received.unsigned_abs()
    }

    pub(super) fn metadata(&self) -> &Metadata {
        &self.metadata.0
    }

    /// The upload as it is told.
    pub(super) fn shown(self) -> Upload {
        Upload {
            id: self.id,
            state: self.state,
            length: self.length,
            offset: self.received,
            build_id: self.build_id,
            problem: self.problem.map(|problem| problem.0),
            expires_at: self.expires_at,
        }
    }
}

/// A part of an upload that is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) id: Uuid,
    pub(super) first: u64,
    pub(super) size: u64,
}

/// What happens to an upload that is read.
pub(super) enum Fate {
    Done(BuildId),
    Refused(Problem),
}

/// Begins an upload, unless `most` of the account are unfinished.
pub(super) async fn insert(
    conn: &mut PgConnection,
    uploader: Uploader,
    (takes, metadata): (Takes, &Metadata),
    (expires_at, most): (DateTime<Utc>, u32),
) -> Result<Option<UploadId>> {
    let id = UploadId::fresh();
    // One at a time for each account, so that nobody slips past the count.
    sqlx::query!("select id from accounts where id = $1 for no key update", uploader.account.0)
        .fetch_optional(&mut *conn)
        .await?;
    let done = sqlx::query!(
        "insert into uploads (id, account_id, only_app, length, metadata, expires_at, app_id)
         select $1, $2, $3, $4, $5, $6, (select id from apps where id = $8)
         where (select count(*) from uploads
                where account_id = $2 and state in ('receiving', 'reading')) < $7",
        id.0,
        uploader.account.0,
        uploader.only_app.map(|app| app.0),
        signed(takes.bytes),
        Json(metadata) as _,
        expires_at,
        i64::from(most),
        takes.of.map(|app| app.0),
    )
    .execute(conn)
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

pub(super) async fn find(conn: &mut PgConnection, id: UploadId) -> Result<Option<Row>> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, account_id, only_app, length, received,
                  metadata as "metadata: Json<Metadata>", state,
                  build_id, problem as "problem: Json<Problem>", expires_at
           from uploads where id = $1"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// An upload that can go on.
pub(super) struct Unfinished {
    pub(crate) id: UploadId,
    pub(crate) file_name: String,
    /// When its file was changed last, as the browser says.
    pub(crate) modified: String,
    pub(crate) received: i64,
    pub(crate) length: i64,
    pub(crate) expires_at: DateTime<Utc>,
}

/// The uploads of an account that can go on, newest first.
pub(super) async fn unfinished(
    conn: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<Unfinished>> {
    let uploads = sqlx::query_as!(
        Unfinished,
        r#"select id, coalesce(metadata ->> 'filename', '–') as "file_name!",
                  coalesce(metadata ->> 'modified', '') as "modified!",
                  received, length, expires_at
           from uploads
           where account_id = $1 and state = 'receiving' and expires_at > $2 order by id desc"#,
        account.0,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(uploads)
}

/// Adds a piece that was stored; what has come by now. `None` if it does not continue what
/// has come: another request was faster, or the upload is gone.
pub(super) async fn append(
    conn: &mut PgConnection,
    upload: UploadId,
    piece: Piece,
    expires_at: DateTime<Utc>,
) -> Result<Option<UploadState>> {
    let state = sqlx::query_scalar!(
        "update uploads set received = received + $3, expires_at = $4,
                state = case when received + $3 = length then 'reading' else state end
         where id = $1 and received = $2 and state = 'receiving'
         returning state",
        upload.0,
        signed(piece.first),
        signed(piece.size),
        expires_at,
    )
    .fetch_optional(&mut *conn)
    .await?;
    if state.is_some() {
        sqlx::query!(
            "insert into upload_pieces (id, upload_id, first, size) values ($1, $2, $3, $4)",
            piece.id,
            upload.0,
            signed(piece.first),
            signed(piece.size),
        )
        .execute(conn)
        .await?;
    }
    Ok(state)
}

/// How many pieces have come.
pub(super) async fn count_pieces(conn: &mut PgConnection, upload: UploadId) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from upload_pieces where upload_id = $1"#,
        upload.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// The pieces of an upload in their order.
pub(super) async fn pieces(conn: &mut PgConnection, upload: UploadId) -> Result<Vec<Piece>> {
    let pieces = sqlx::query!(
        "select id, first, size from upload_pieces where upload_id = $1 order by first",
        upload.0
    )
    .fetch_all(conn)
    .await?;
    let pieces = pieces.into_iter().map(|piece| Piece {
        id: piece.id,
        first: piece.first.unsigned_abs(),
        size: piece.size.unsigned_abs(),
    });
    Ok(pieces.collect())
}

/// Settles an upload that was read, and forgets its pieces; unless it was given up meanwhile.
pub(super) async fn settle(conn: &mut PgConnection, upload: UploadId, fate: &Fate) -> Result<()> {
    let (state, build, problem) = match fate {
        Fate::Done(build) => (UploadState::Done, Some(build.0), None),
        Fate::Refused(problem) => (UploadState::Refused, None, Some(Json(problem))),
    };
    sqlx::query!(
        "update uploads set state = $2, build_id = $3, problem = $4
         where id = $1 and state = 'reading'",
        upload.0,
        state.as_str(),
        build,
        problem as _,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from upload_pieces where upload_id = $1", upload.0).execute(conn).await?;
    Ok(())
}

/// Refuses what waits to be read without a job that would do it, because all its tries were used
/// up, and forgets its pieces; how many.
pub(super) async fn refuse_unread(conn: &mut PgConnection, problem: &Problem) -> Result<usize> {
    let refused = sqlx::query_scalar!(
        "update uploads u set state = 'refused', problem = $1
         where state = 'reading'
           and not exists (select 1 from jobs j
                           where j.kind = 'finish-upload' and j.dead_at is null
                             and j.payload ->> 'upload' = u.id::text)
         returning id",
        Json(problem) as _,
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = refused.iter().map(|id| id.0).collect();
    sqlx::query!("delete from upload_pieces where upload_id = any($1)", &ids).execute(conn).await?;
    Ok(refused.len())
}

/// Deletes an upload, unless it is being read.
pub(super) async fn delete(conn: &mut PgConnection, upload: UploadId) -> Result<bool> {
    let done = sqlx::query!("delete from uploads where id = $1 and state <> 'reading'", upload.0)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes the uploads that were given up before `moment`; how many.
pub(super) async fn delete_expired(conn: &mut PgConnection, moment: DateTime<Utc>) -> Result<u64> {
    let done =
        sqlx::query!("delete from uploads where expires_at < $1 and state <> 'reading'", moment)
            .execute(conn)
            .await?;
    Ok(done.rows_affected())
}

/// Those of `ids` that are no pieces.
pub(super) async fn unknown(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let unknown = sqlx::query_scalar!(
        r#"select id as "id!" from unnest($1::uuid[]) as stored (id)
           where not exists (select 1 from upload_pieces p where p.id = stored.id)"#,
        ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(unknown)
}

/// Sizes fit: they are bounded by a setting.
fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
