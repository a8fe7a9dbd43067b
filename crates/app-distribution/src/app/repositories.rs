//! The files of repositories that were made last: phones that ask again cost no signature.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::body::Bytes;
use uuid::Uuid;

/// One of the signed files of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RepositoryFile {
    Entry,
    IndexV2,
    IndexV1,
}

/// What they may take together.
const MOST_BYTES: usize = 32 << 20;

/// What a file is made of: the hash of the index, and since when it is as it is.
type MadeOf = ([u8; 32], i64);

/// The files that are kept, in memory alone.
#[derive(Debug, Default)]
pub(crate) struct Repositories(Mutex<Files>);

#[derive(Debug, Default)]
struct Files {
    files: HashMap<(Uuid, RepositoryFile), (MadeOf, Bytes)>,
    bytes: usize,
}

impl Repositories {
    /// The file of a repository, if it would be the same now.
    pub(crate) fn find(&self, of: (Uuid, RepositoryFile), made_of: MadeOf) -> Option<Bytes> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (kept, body) = files.files.get(&of)?;
        (*kept == made_of).then(|| body.clone())
    }

    /// Keeps it instead of the one before.
    pub(crate) fn keep(&self, of: (Uuid, RepositoryFile), made_of: MadeOf, body: Bytes) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if files.bytes + body.len() > MOST_BYTES {
            // Those that are still asked for come back one by one.
            *files = Files::default();
        }
        if body.len() > MOST_BYTES {
            return;
        }
        files.bytes += body.len();
        if let Some((_, old)) = files.files.insert(of, (made_of, body)) {
            files.bytes -= old.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_would_be_the_same_is_found() {
        let (kept, of) = (Repositories::default(), (Uuid::nil(), RepositoryFile::Entry));
        kept.keep(of, ([1; 32], 1), Bytes::from_static(b"one"));
        assert_eq!(kept.find(of, ([1; 32], 1)).as_deref(), Some(&b"one"[..]));
        for other in [([2; 32], 1), ([1; 32], 2)] {
            assert_eq!(kept.find(of, other), None);
        }
        assert_eq!(kept.find((Uuid::nil(), RepositoryFile::IndexV1), ([1; 32], 1)), None);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let kept = Repositories::default();
        let body = Bytes::from(vec![0; MOST_BYTES / 4]);
        for number in 0..10 {
            let of = (Uuid::from_u128(number), RepositoryFile::IndexV2);
            kept.keep(of, ([0; 32], 0), body.clone());
            assert!(kept.find(of, ([0; 32], 0)).is_some());
            let files = kept.0.lock().unwrap();
            assert!(files.bytes <= MOST_BYTES && files.bytes == files.files.len() * body.len());
        }
    }
}
