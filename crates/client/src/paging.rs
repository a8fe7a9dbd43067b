//! Which part of a longer list.

use reqwest::Url;

/// Which part of a longer list; the first fifty entries if nothing else is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paging {
    /// Entries on a page, 1 to 100.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl Paging {
    pub(crate) fn write(&self, url: &mut Url) {
        if let Some(limit) = self.limit {
            url.query_pairs_mut().append_pair("limit", &limit.to_string());
        }
        if let Some(after) = &self.after {
            url.query_pairs_mut().append_pair("after", after);
        }
    }
}
