//! Receiving and reading pieces.

use axum::body::Body;
use chrono::Utc;
use http_body_util::BodyExt as _;
use securevox_core::{
    Error, Result,
    extract::broken_body,
    jobs,
    storage::{Key, Spooled, Writer},
};
use securevox_protocol::{UploadId, uploads::UploadState};
use tokio::io::AsyncReadExt as _;
use uuid::Uuid;

use super::{
    FinishUpload, PLACE,
    problem::{TOO_LONG, WRONG_OFFSET},
    store::{self, Piece},
};
use crate::{app::App, sweep::forget};

/// What comes in one request is made safe whenever this much of it is there.
const PIECE_SIZE: u64 = 16 << 20;
/// How much is read of a stored piece at a time.
const READ_SIZE: usize = 256 << 10;

/// An upload that goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Receiving {
    pub(super) upload: UploadId,
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// Where a stored piece is.
pub(super) const fn key(piece: Uuid) -> Key {
    Key::new(PLACE, piece)
}

/// Takes what `body` brings; how far the upload is then. If it breaks off, what has come is kept.
pub(super) async fn receive(app: App, mut receiving: Receiving, mut body: Body) -> Result<u64> {
    loop {
        let mut writer = app.spool.create().await?;
        let most = receiving.length - receiving.offset;
        let end = fill(&mut writer, &mut body, most).await?;
        if writer.size() > 0 {
            receiving.offset = keep(&app, receiving, writer.finish().await?).await?;
        }
        match end {
            End::Full => {}
            End::OfBody => return Ok(receiving.offset),
            End::Fault(error) => return Err(error),
        }
    }
}

/// Why no more was written to a piece.
enum End {
    /// It is large enough.
    Full,
    /// There was no more.
    OfBody,
    /// What came next is bad; what was written is not.
    Fault(Error),
}

/// Writes what comes, `most` bytes at most. Fails if it cannot be written.
async fn fill(writer: &mut Writer, body: &mut Body, most: u64) -> Result<End> {
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => return Ok(End::Fault(broken_body(&error))),
        };
        let Ok(bytes) = frame.into_data() else { continue };
        if writer.size() + bytes.len() as u64 > most {
            return Ok(End::Fault(TOO_LONG.into()));
        }
        writer.write(&bytes).await?;
        if writer.size() >= PIECE_SIZE {
            return Ok(End::Full);
        }
    }
    Ok(End::OfBody)
}

/// Makes a piece safe: it is stored, then told to Postgres, with the job that follows the last one.
async fn keep(app: &App, receiving: Receiving, spooled: Spooled) -> Result<u64> {
    let Receiving { upload, offset: first, .. } = receiving;
    let piece = Piece { id: Uuid::now_v7(), first, size: spooled.size() };
    app.storage.keep(key(piece.id), spooled).await?;
    let told = tell(app, upload, piece).await;
    if let Ok(None) = told {
        forget(app, key(piece.id)).await;
    }
    // After an error it may have been told: the sweep will see.
    told?.ok_or_else(|| {
        let detail = "Another request sent the same part. Ask how far the upload is, and go on.";
        WRONG_OFFSET.with_detail(detail)
    })?;
    Ok(first + piece.size)
}

async fn tell(app: &App, upload: UploadId, piece: Piece) -> Result<Option<UploadState>> {
    let mut tx = app.db.begin().await?;
    let expires = Utc::now() + app.config.keep_unfinished.delta();
    let state = store::append(&mut tx, upload, piece, expires).await?;
    if state == Some(UploadState::Reading) {
        jobs::enqueue(&mut tx, &FinishUpload { upload }).await?;
    }
    tx.commit().await?;
    Ok(state)
}

/// The whole of what `pieces` are parts of.
pub(super) async fn join(app: &App, pieces: &[Piece]) -> Result<Spooled> {
    let mut writer = app.spool.create().await?;
    let mut buffer = vec![0; READ_SIZE];
    for piece in pieces {
        let stored = app.storage.find(key(piece.id)).await?;
        let stored = stored.ok_or_else(|| anyhow::anyhow!("a piece of an upload is missing"))?;
        let mut reader = stored.read(0, piece.size).await?;
        loop {
            let read = reader.read(&mut buffer).await.map_err(anyhow::Error::from)?;
            if read == 0 {
                break;
            }
            writer.write(&buffer[..read]).await?;
        }
    }
    writer.finish().await
}
