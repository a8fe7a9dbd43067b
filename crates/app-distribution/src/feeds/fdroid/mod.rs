//! A repository for F-Droid and its kin, of the APKs that a reader is offered. Phones find updates
//! in it by themselves, and know it by the key that signs its index.
//!
//! The index is made of the database each time. It says since when it has been as it is, so that
//! the files that belong together fit, and a client never takes an old one for new. Writing,
//! packing and signing are work for threads that may block; what they made last is kept.

mod catalog;
mod icons;
mod index;
mod jar;
mod key;
mod store;

use anyhow::Context as _;
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method},
    response::Response,
};
use securevox_core::{Result, auth::digest, error::NOT_FOUND, extract::Path};
use url::Url;

use super::{
    answer,
    files::{self, FilePath},
    link::{NO_SUCH_FEED, Reader},
};
use crate::app::{App, RepositoryFile};

use self::{catalog::Listed, key::Key};
pub(super) use key::of as key_of;

const JAR: &str = "application/java-archive";
const JSON: &str = "application/json";

/// One of the files of an index, or a package.
pub(super) async fn file(
    State(app): State<App>,
    reader: Reader,
    Path(FilePath { file }): Path<FilePath>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    if file.strip_suffix(".apk").is_some() {
        return files::send(&app, &reader, (&file, "apk"), (method, headers)).await;
    }
    let wanted = RepositoryFile::of_file(&file).ok_or(NOT_FOUND)?;
    let key = key::of(&app, reader.link).await?;
    let apps = catalog::of(&app, &reader).await?;
    let content =
        Content { name: app.addresses.host().to_owned(), address: reader.place.repository(), apps };
    let hashed = tokio::task::spawn_blocking(move || {
        let hash = digest(&index::v2(&content.about(0), &content.apps));
        (content, hash)
    });
    let (content, hash) = hashed.await.context("writing an index panicked")?;
    let mut conn = app.db.acquire().await?;
    let changed_at = store::changed_at(&mut conn, key.repository, &hash, reader.now).await?;
    drop(conn);
    let changed_at = changed_at.ok_or(NO_SUCH_FEED)?.timestamp_millis();
    let (of, made_of) = ((key.repository, wanted), (hash, changed_at));
    let body = if let Some(body) = app.repositories.find(of, made_of) {
        body
    } else {
        let making = move || content.file(wanted, changed_at, &key);
        let made = tokio::task::spawn_blocking(making).await;
        let body = Bytes::from(made.context("making a repository panicked")??);
        app.repositories.keep(of, made_of, body.clone());
        body
    };
    Ok(answer::checked((&reader, &headers), wanted.media_type(), body))
}

/// What the files of a repository tell.
struct Content {
    name: String,
    address: Url,
    apps: Vec<Listed>,
}

impl Content {
    fn about(&self, changed_at: i64) -> index::About<'_> {
        index::About { name: &self.name, address: &self.address, changed_at }
    }

    fn file(&self, wanted: RepositoryFile, changed_at: i64, key: &Key) -> anyhow::Result<Vec<u8>> {
        let (about, apps) = (self.about(changed_at), &self.apps);
        match wanted {
            RepositoryFile::IndexV2 => Ok(index::v2(&about, apps)),
            RepositoryFile::Entry => {
                let entry = index::entry(&about, apps, &index::v2(&about, apps));
                jar::signed(&key.signer, "entry.json", &entry)
            }
            RepositoryFile::IndexV1 => {
                jar::signed(&key.signer, "index-v1.json", &index::v1(&about, apps))
            }
        }
    }
}

impl RepositoryFile {
    fn of_file(name: &str) -> Option<Self> {
        match name {
            "entry.jar" => Some(Self::Entry),
            "index-v2.json" => Some(Self::IndexV2),
            "index-v1.jar" => Some(Self::IndexV1),
            _ => None,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::IndexV2 => JSON,
            Self::Entry | Self::IndexV1 => JAR,
        }
    }
}
