//! Looking after builds: their pages, their symbols, the room they take, and the log.

mod history;
mod pages;
mod quota;
mod retention;
pub(crate) mod symbols;

use std::io::{Cursor, Write as _};

use securevox_testkit::{Answer, Browser};
use sqlx::PgPool;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{make::Scene, people::SERVICE};

/// Ada's browser.
pub(crate) fn ada(scene: &Scene) -> Browser {
    Browser::of(&scene.ada, SERVICE, &scene.house)
}

/// Sends a form of the page at `from` to `path`.
pub(crate) async fn submit(
    scene: &Scene,
    browser: &mut Browser,
    (from, path): (&str, &str),
    fields: &[(&str, &str)],
) -> Answer {
    let csrf = browser.get(&scene.router, from).await.hidden("csrf").to_owned();
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(fields);
    browser.post(&scene.router, path, &all).await
}

/// An archive of these files.
pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, deflated).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Lets the clean-up run now.
pub(crate) async fn clean_up(db: &PgPool) {
    let due = sqlx::query!(
        "update jobs set run_at = now() where kind in ('retain-builds', 'sweep-symbols')"
    );
    due.execute(db).await.unwrap();
}

/// The versions that there are, oldest first.
pub(crate) async fn versions(db: &PgPool) -> Vec<String> {
    let rows = sqlx::query_scalar!(r#"select version as "version!" from builds order by id"#);
    rows.fetch_all(db).await.unwrap()
}
