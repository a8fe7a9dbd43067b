//! Feeds, as the programs see them that read them: without cookies.

mod altstore;
mod api;
mod fdroid;
mod links;
mod news;

use securevox_testkit::{Answer, Ask, Browser, Person};
use serde_json::json;
use sqlx::PgPool;

use crate::make::{SERVICE, Scene};

/// Makes a link on the page: the page that shows it, and the path of its place.
async fn link_of(scene: &Scene, browser: &mut Browser, name: &str) -> (Answer, String) {
    let page = browser.get(&scene.router, "/feeds").await;
    assert_eq!(page.status, 200, "{}", page.html());
    let fields = [("csrf", page.hidden("csrf")), ("name", name)];
    let made = browser.post(&scene.router, "/feeds", &fields).await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (200, "no-store"));
    let place = format!("/feeds/{}", made.between("/feeds/", "/"));
    (made, place)
}

/// The place of a link of Ada's.
async fn place_of_ada(scene: &Scene) -> String {
    let mut browser = browser(scene, &scene.ada);
    link_of(scene, &mut browser, "Phone").await.1
}

fn browser(scene: &Scene, person: &Person) -> Browser {
    Browser::of(person, SERVICE, &scene.house)
}

async fn get(scene: &Scene, path: &str) -> Answer {
    Ask::new("GET", path).of(&scene.router).await
}

async fn publish(scene: &Scene, app: &str) {
    let path = format!("/api/apps/{app}");
    let answer = scene.ada.patch(&scene.router, &path, json!({"access": "public"})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn deactivate(db: &PgPool, build: &str) {
    let build: uuid::Uuid = build.parse().unwrap();
    sqlx::query!("update builds set status = 'inactive' where id = $1", build)
        .execute(db)
        .await
        .unwrap();
}
