//! The form of the upload page, and `/api/uploads`: tus, by hand and by its own client.

mod clients;
mod faults;
mod form;
mod form_of_app;
mod journey;
mod page;
mod rights;

use axum::Router;
use securevox_testkit::{Answer, Ask, Person};

use crate::make::Scene;

const PIECE: &str = "application/offset+octet-stream";

fn tus(method: &str, path: &str, person: &Person) -> Ask {
    Ask::new(method, path).by(person).header("tus-resumable", "1.0.0")
}

/// Begins an upload of `length` bytes.
async fn begin(scene: &Scene, length: usize, metadata: &str) -> Answer {
    let ask = tus("POST", "/api/uploads", &scene.ada);
    let ask = ask.header("upload-length", &length.to_string());
    ask.header("upload-metadata", metadata).of(&scene.router).await
}

/// The path of an upload of `length` bytes that was begun.
async fn begun(scene: &Scene, length: usize) -> String {
    let answer = begin(scene, length, "").await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.header("location").to_owned()
}

async fn send(router: &Router, ask: Ask, offset: usize, bytes: &[u8]) -> Answer {
    ask.header("upload-offset", &offset.to_string()).body(PIECE, bytes.to_vec()).of(router).await
}

/// Sends the piece that begins at `offset`.
async fn append(scene: &Scene, path: &str, offset: usize, bytes: &[u8]) -> Answer {
    send(&scene.router, tus("PATCH", path, &scene.ada), offset, bytes).await
}

/// How much has come.
async fn offset(scene: &Scene, path: &str) -> String {
    let answer = tus("HEAD", path, &scene.ada).of(&scene.router).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.header("upload-offset").to_owned()
}

/// What became of an upload.
async fn settled(scene: &Scene, path: &str) -> Answer {
    crate::make::eventually(async || {
        let answer = scene.ada.get(&scene.router, path).await;
        !["receiving", "reading"].contains(&answer.text("/state"))
    })
    .await;
    scene.ada.get(&scene.router, path).await
}

fn pieces(scene: &Scene) -> usize {
    scene.house.files("storage/upload-pieces").len()
}
