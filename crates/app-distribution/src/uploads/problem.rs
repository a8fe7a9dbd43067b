use securevox_protocol::Problem;

pub(super) const NO_SUCH_UPLOAD: Problem =
    Problem::new(404, "/problems/no-such-upload", "No such upload");
pub(super) const UPLOAD_EXPIRED: Problem =
    Problem::new(410, "/problems/upload-expired", "The upload was given up");
pub(super) const UPLOAD_FAILED: Problem =
    Problem::new(503, "/problems/upload-failed", "No build could be made of the upload");
pub(super) const OTHER_TUS: Problem =
    Problem::new(412, "/problems/other-tus-version", "This server speaks tus 1.0.0");
pub(super) const NOT_A_PIECE: Problem =
    Problem::new(415, "/problems/not-a-piece", "The body is not application/offset+octet-stream");
pub(super) const WRONG_OFFSET: Problem =
    Problem::new(409, "/problems/wrong-offset", "The piece does not continue what has come");
pub(super) const TOO_MANY_PIECES: Problem =
    Problem::new(409, "/problems/too-many-pieces", "The upload came in too many pieces");
pub(super) const TOO_LONG: Problem =
    Problem::new(413, "/problems/longer-than-announced", "The upload is longer than announced");
pub(super) const TOO_MANY_UNFINISHED: Problem =
    Problem::new(429, "/problems/too-many-unfinished-uploads", "Too many uploads are unfinished")
        .with_retry_after(600);
