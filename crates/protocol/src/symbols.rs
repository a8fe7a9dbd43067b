//! Requests and responses of the symbols of builds.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppId, BuildId, SymbolsId, builds::Warning, words::words};

words! {
    /// What symbols come in.
    pub enum SymbolKind {
        /// A zipped dSYM.
        Dsym = "dsym",
        /// The `mapping.txt` of R8 or `ProGuard`.
        Mapping = "mapping",
    }
}

/// What symbols are found by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SymbolId {
    /// In lower case: the UUID of an executable, or the id of a mapping (`pg_map_id`).
    pub uuid: String,
    /// The executable.
    pub name: Option<String>,
    /// The processor it is for, `arm64`.
    pub architecture: Option<String>,
}

/// A file with symbols, kept with a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Symbols {
    /// Never changes, never reused.
    pub id: SymbolsId,
    /// The build that they are of.
    pub build_id: BuildId,
    /// Its app.
    pub app_id: AppId,
    /// What they come in.
    pub kind: SymbolKind,
    /// Bytes.
    pub size: i64,
    /// The name the file was uploaded under.
    pub file_name: String,
    /// What they are found by.
    pub ids: Vec<SymbolId>,
    /// Whether they are those of the build's executable; null where that is not known.
    pub matches: Option<bool>,
    /// What the uploader ought to know.
    pub warnings: Vec<Warning>,
    /// Where the file is downloaded; needs the same authorization as this answer.
    pub download_url: String,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}
