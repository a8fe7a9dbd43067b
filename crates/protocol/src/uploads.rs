//! Uploads that come in pieces and can be resumed: tus 1.0, and what became of one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{BuildId, Problem, UploadId, words::words};

words! {
    /// How far an upload is.
    pub enum UploadState {
        /// More is to come.
        Receiving = "receiving",
        /// All of it has come and is being looked into.
        Reading = "reading",
        /// There is a build.
        Done = "done",
        /// It is no package, or may not become a build here.
        Refused = "refused",
    }
}

/// An upload that comes in pieces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Upload {
    /// Never reused.
    pub id: UploadId,
    /// How far it is.
    pub state: UploadState,
    /// Bytes of the whole.
    pub length: i64,
    /// Bytes that have come and are safe.
    pub offset: i64,
    /// The build that was made of it.
    pub build_id: Option<BuildId>,
    /// Why it was refused.
    pub problem: Option<Problem>,
    /// When it is forgotten unless more comes.
    pub expires_at: DateTime<Utc>,
}
