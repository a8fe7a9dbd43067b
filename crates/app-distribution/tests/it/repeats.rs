//! Writes that clients repeat: the same id twice is one thing, and the same answer.

use securevox_testkit::{Answer, Ask, Form, Person};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    feedback::pictures::png,
    make::{Scene, ipa},
    people::{join_app, put},
};

/// `body` with an id of the client's.
fn with(id: Uuid, mut body: Value) -> Value {
    body["id"] = json!(id);
    body
}

/// Asked for twice, then twice at once with another id: each time one thing is made. What does not tell the time is no id, and what
/// `other` has asked for is theirs.
async fn repeats(scene: &Scene, (path, other): (&str, &Person), body: Value) -> Answer {
    let post = |person: &Person, id| {
        let (person, body) = (person.clone(), with(id, body.clone()));
        async move { person.post(&scene.router, path, body).await }
    };
    let id = Uuid::now_v7();
    let first = post(&scene.ada, id).await;
    assert_eq!((first.status.as_u16(), first.text("/id")), (201, &*id.to_string()), "{first:?}");
    let again = post(&scene.ada, id).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &first.body));
    assert_eq!(post(other, id).await.problem(), (409, "id-taken"));

    let id = Uuid::now_v7();
    let (one, two) = tokio::join!(post(&scene.ada, id), post(&scene.ada, id));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201], "{one:?} {two:?}");
    assert_eq!(one.body, two.body);

    let random = post(&scene.ada, Uuid::new_v4()).await;
    assert_eq!((random.status.as_u16(), random.pointers()), (422, vec!["#/id"]));
    first
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn groups_and_the_links_to_join_them(db: PgPool) {
    let scene = Scene::on(db).await;
    let bob = Person::publisher("bob", &scene.house).await;
    let admin = Person::admin("root", &scene.house).await;
    let group = repeats(&scene, ("/api/groups", &bob), json!({"name": "Friends"})).await;
    let path = format!("/api/groups/{}/links", group.text("/id"));
    let link = repeats(&scene, (&path, &admin), json!({"uses": 3})).await;
    let groups = scene.ada.get(&scene.router, "/api/groups").await;
    assert_eq!(groups.body["items"].as_array().unwrap().len(), 2);
    let links = scene.ada.get(&scene.router, &path).await;
    assert_eq!(links.body["items"].as_array().unwrap().len(), 2);
    // The code works, and no two links have the same.
    let join = link.text("/url").trim_start_matches("http://localhost:8083").to_owned();
    assert_eq!(Ask::new("GET", &join).of(&scene.router).await.status, 200);
    let other = scene.ada.post(&scene.router, &path, json!({"id": Uuid::now_v7()})).await;
    assert_ne!(other.text("/url"), link.text("/url"));
    // A link of one group is none of another.
    let elsewhere = scene.ada.post(&scene.router, "/api/groups", json!({"name": "Family"})).await;
    let elsewhere = format!("/api/groups/{}/links", elsewhere.text("/id"));
    let taken = scene.ada.post(&scene.router, &elsewhere, json!({"id": link.text("/id")})).await;
    assert_eq!(taken.problem(), (409, "id-taken"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn webhooks_with_their_secret(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let max = Person::named("max", &scene.house).await;
    join_app(&db, &app, &max, "manager").await;
    let path = format!("/api/apps/{app}/webhooks");
    let order = json!({"url": "https://hooks.example.org/x", "events": ["build.published"]});
    let made = repeats(&scene, (&path, &max), order).await;
    assert!(made.text("/secret").starts_with("whsec_"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn feedback_from_a_program_and_from_inside_an_app(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let app = build.text("/app/id").to_owned();
    let max = Person::named("max", &scene.house).await;
    join_app(&db, &app, &max, "tester").await;
    let path = format!("/api/builds/{}/feedback", build.text("/id"));
    let said = repeats(&scene, (&path, &max), json!({"text": "It is slow"})).await;

    let key = put(&scene, &scene.ada, &format!("/api/apps/{app}/feedback-key"), json!({})).await;
    let by_key = key.text("/url").trim_start_matches("http://localhost:8083").to_owned();
    let id = Uuid::now_v7();
    let send = |id: String, text: &str| {
        let (media_type, body) = Form::default().text("id", &id).text("text", text).finish();
        Ask::new("POST", &by_key).body(&media_type, body).of(&scene.router)
    };
    // A phone on a bad line, which may have added to its words meanwhile.
    let first = send(id.to_string(), "It is slow").await;
    assert_eq!((first.status.as_u16(), first.text("/id")), (201, &*id.to_string()));
    assert_eq!(send(id.to_string(), "It is slow, and").await.status, 200);
    let taken = send(said.text("/id").to_owned(), "Mine").await;
    assert_eq!(taken.problem(), (409, "id-taken"));
    assert_eq!(send("x".to_owned(), "Mine").await.pointers(), ["#/id"]);
    // What is refused leaves no picture behind.
    for (id, fault) in [(Uuid::new_v4().to_string(), 422), (said.text("/id").to_owned(), 409)] {
        let form = Form::default().text("id", &id).file("screenshot", "s.png", &png(9, 9));
        let (media_type, body) = form.finish();
        let refused = Ask::new("POST", &by_key).body(&media_type, body).of(&scene.router).await;
        assert_eq!(refused.status, fault, "{refused:?}");
    }
    assert!(scene.house.files("storage/screenshots").is_empty());
    let list = scene.ada.get(&scene.router, &format!("/api/apps/{app}/feedback")).await;
    let texts = list.body["items"].as_array().unwrap().iter();
    let texts: Vec<&Value> = texts.map(|said| &said["text"]).collect();
    assert_eq!(texts, ["It is slow"; 3]);
}
