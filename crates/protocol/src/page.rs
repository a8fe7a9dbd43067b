//! A page of a longer list.

use serde::{Deserialize, Serialize};

/// One page of results, newest first unless the route says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The entries, at most `limit` of them.
    pub items: Vec<T>,
    /// Pass as `after` to get the next page; null on the last one.
    pub next: Option<String>,
}
