//! Making a build of an upload that has come to its end.

use std::time::Duration;

use securevox_core::{
    Error, Result,
    auth::role_of,
    jobs::{Failure, Job},
};
use securevox_protocol::{Problem, UploadId, uploads::UploadState};
use serde::{Deserialize, Serialize};

use super::{
    metadata, pieces,
    store::{self, Fate},
};
use crate::{
    access::{Uploader, uploads},
    app::App,
    builds::{Form, make_build},
    sweep::forget,
};

const NO_LONGER_A_PUBLISHER: Problem = Problem::new(
    403,
    "/problems/no-longer-a-publisher",
    "Your account may not upload builds any more",
);

/// Makes a build of an upload that has come to its end.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FinishUpload {
    pub(crate) upload: UploadId,
}

impl Job for FinishUpload {
    const KIND: &'static str = "finish-upload";
    // Putting together, reading and storing the largest package takes its time on a slow disk.
    const LEASE: Duration = Duration::from_mins(30);
}

/// Runs the job. A second time it finds the same build.
pub(crate) async fn finish(
    app: &App,
    FinishUpload { upload }: FinishUpload,
) -> Result<(), Failure> {
    let mut conn = app.db.acquire().await?;
    let found = store::find(&mut conn, upload).await?;
    let Some(row) = found.filter(|row| row.state == UploadState::Reading) else { return Ok(()) };
    let parts = store::pieces(&mut conn, upload).await?;
    // Much may have happened since the upload began.
    let account = row.account_id;
    let role = match role_of(&mut conn, account).await? {
        Some(role) if uploads(&mut conn, account, role).await? => Some(role),
        _ => None,
    };
    drop(conn);
    let fate = match role {
        None => Fate::Refused(NO_LONGER_A_PUBLISHER),
        Some(role) => {
            let uploader = Uploader { account, role, only_app: row.only_app };
            match read(app, uploader, &row, &parts).await {
                Ok(fate) => fate,
                Err(Error::Problem(problem)) if problem.status < 500 => Fate::Refused(*problem),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let mut tx = app.db.begin().await?;
    store::settle(&mut tx, upload, &fate).await?;
    tx.commit().await?;
    for part in parts {
        forget(app, pieces::key(part.id)).await;
    }
    Ok(())
}

async fn read(
    app: &App,
    uploader: Uploader,
    row: &store::Row,
    parts: &[store::Piece],
) -> Result<Fate> {
    let file = pieces::join(app, parts).await?;
    let (file_name, fields) = metadata::fields(row.metadata())?;
    let form = Form { file, file_name, icon: None, reserved: Some(row.id) };
    let (_, build) = Box::pin(make_build(app.clone(), uploader, form, &fields)).await?;
    Ok(Fate::Done(build.id))
}
