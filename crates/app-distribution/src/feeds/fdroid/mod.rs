//! A repository for F-Droid and its kin, of the APKs that a reader is offered. Phones find updates
//! in it by themselves, and know it by the key that signs its index.
//!
//! The index is made of the database each time. It says since when it has been as it is, so that
//! the files that belong together fit, and a client never takes an old one for new.

mod catalog;
mod icons;
mod index;
mod jar;
mod key;
mod store;

use axum::{
    extract::State,
    http::{HeaderMap, Method},
    response::Response,
};
use securevox_core::{Result, auth::digest, error::NOT_FOUND, extract::Path};

use super::{
    answer,
    files::{self, FilePath},
    link::{NO_SUCH_FEED, Reader},
};
use crate::app::App;

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
    let wanted = Wanted::of_file(&file).ok_or(NOT_FOUND)?;
    let key = key::of(&app, reader.link).await?;
    let apps = catalog::of(&app, &reader).await?;
    let address = reader.place.repository();
    let mut about = index::About { name: app.addresses.host(), address: &address, changed_at: 0 };
    let hash = digest(&index::v2(&about, &apps));
    let mut conn = app.db.acquire().await?;
    let changed_at = store::changed_at(&mut conn, key.repository, &hash, reader.now).await?;
    drop(conn);
    about.changed_at = changed_at.ok_or(NO_SUCH_FEED)?.timestamp_millis();
    let sign = |name, content: &[u8]| jar::signed(&key.signer, name, content);
    let (media_type, body) = match wanted {
        Wanted::IndexV2 => (JSON, index::v2(&about, &apps)),
        Wanted::Entry => {
            let entry = index::entry(&about, &apps, &index::v2(&about, &apps));
            (JAR, sign("entry.json", &entry)?)
        }
        Wanted::IndexV1 => (JAR, sign("index-v1.json", &index::v1(&about, &apps))?),
    };
    Ok(answer::checked((&reader, &headers), media_type, body))
}

#[derive(Clone, Copy, Debug)]
enum Wanted {
    Entry,
    IndexV2,
    IndexV1,
}

impl Wanted {
    fn of_file(name: &str) -> Option<Self> {
        match name {
            "entry.jar" => Some(Self::Entry),
            "index-v2.json" => Some(Self::IndexV2),
            "index-v1.jar" => Some(Self::IndexV1),
            _ => None,
        }
    }
}
