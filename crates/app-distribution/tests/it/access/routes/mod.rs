//! Every route against everybody: a route without a row here fails.

mod tables;

use std::collections::BTreeSet;

use securevox_app_distribution::Distribution;
use securevox_testkit::{Answer, Ask, Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use self::tables::{API, CALLERS, PAGES, VIEWERS};
use crate::{
    make::{SERVICE, Scene, form, ipa_of},
    people::{group, invite, join_app, open, put},
};

/// Everything that the rows name.
struct Things {
    app: String,
    build: String,
    group: String,
    account: String,
    tester: String,
    link: String,
    share: String,
    feedback: String,
    key: String,
}

struct Cast {
    scene: Scene,
    stranger: Person,
    member: Person,
    developer: Person,
    manager: Person,
    admin: Person,
    /// Another app of the owner's.
    other: String,
}

impl Cast {
    async fn on(db: PgPool) -> Self {
        let limits = [
            ("SECUREVOX_TESTER_TRIES_PER_ADDRESS", "10000"),
            ("SECUREVOX_TESTER_MAILS_PER_ADDRESS", "10000"),
            ("SECUREVOX_FEEDBACK_PER_PERSON", "10000"),
            ("SECUREVOX_UPLOADS_PER_ACCOUNT", "10000"),
        ];
        let busy = [("SECUREVOX_REQUESTS_PER_ACCOUNT", "100000")];
        let scene = Scene::at(db, &busy, &limits).await;
        let house = &scene.house;
        Self {
            stranger: Person::named("stranger", house).await,
            member: Person::named("member", house).await,
            developer: Person::named("developer", house).await,
            manager: Person::named("manager", house).await,
            admin: Person::admin("root", house).await,
            other: scene
                .build(&ipa_of("com.example.other", "1.0", 0))
                .await
                .text("/app/id")
                .to_owned(),
            scene,
        }
    }

    /// An app, a build and a group that nobody has touched yet.
    async fn things(&self, number: usize) -> Things {
        let (scene, db) = (&self.scene, &self.scene.house.base.db);
        let package = ipa_of(&format!("com.example.n{number}"), "1.0", 0);
        let build = scene.upload(form(&package)).await;
        let app = build.text("/app/id").to_owned();
        for (role, person) in
            [("tester", &self.member), ("developer", &self.developer), ("manager", &self.manager)]
        {
            join_app(db, &app, person, role).await;
        }
        let group = group(scene, &format!("Group {number}"), &app, true).await;
        let (tester, _) = invite(scene, &group, &format!("t{number}@example.org")).await;
        let links = format!("/api/groups/{group}/links");
        let link = scene.ada.post(&scene.router, &links, json!({})).await;
        let shares = format!("/api/builds/{}/links", build.text("/id"));
        let share = scene.ada.post(&scene.router, &shares, json!({"expires_in_hours": 1})).await;
        let said = format!("/api/builds/{}/feedback", build.text("/id"));
        let feedback = scene.ada.post(&scene.router, &said, json!({"rating": 5})).await;
        let key = put(scene, &scene.ada, &format!("/api/apps/{app}/feedback-key"), json!({})).await;
        Things {
            feedback: feedback.text("/id").to_owned(),
            key: key.text("/url").rsplit('/').next().unwrap().to_owned(),
            build: build.text("/id").to_owned(),
            account: self.member.account.to_string(),
            link: link.text("/id").to_owned(),
            share: share.text("/id").to_owned(),
            app,
            group,
            tester,
        }
    }
}

impl Things {
    fn path(&self, template: &str) -> String {
        template
            .replace("{app}", &self.app)
            .replace("{build}", &self.build)
            .replace("{base}", &self.build)
            .replace("{group}", &self.group)
            .replace("{account}", &self.account)
            .replace("{tester}", &self.tester)
            .replace("{link}", &self.link)
            .replace("{share}", &self.share)
            .replace("{feedback}", &self.feedback)
            .replace("{key}", &self.key)
            .replace("{upload}", "01890000-0000-7000-8000-000000000000")
            .replace(['{', '}'], "")
    }
}

/// Whether a row leaves the next caller with something else.
fn destroys(method: &str, path: &str) -> bool {
    let ends = ["/remove", "/delete", "/detach", "/withdraw", "/toggle_active"];
    method == "delete" || ends.iter().any(|end| path.ends_with(end))
}

fn verdict(answer: &Answer) -> char {
    match answer.status.as_u16() {
        401 => 'u',
        403 => 'f',
        404 => 'm',
        303 if answer.header("location").starts_with("/session") => 's',
        500.. => panic!("{answer:?}"),
        _ => 'i',
    }
}

/// A body that is right, where one is needed to be told more than that it is wrong.
fn body(method: &str, path: &str) -> Value {
    match (method, path) {
        ("post", "/api/apps") => {
            json!({"platform": "ios", "bundle_id": "com.example.made", "name": "Made"})
        }
        ("put", "/api/apps/{app}/members") => json!({"handle": "no-such-handle", "role": "tester"}),
        ("put", "/api/apps/{app}/notifications") => {
            json!({"mail_builds": true, "mail_language": "en"})
        }
        ("post", "/api/apps/{app}/webhooks") => json!({"url": "", "events": []}),
        ("post", "/api/builds/{build}/groups") => json!({"groups": ["no such group"]}),
        ("post", "/api/feeds") => json!({"name": "Phone"}),
        ("post" | "patch", "/api/groups" | "/api/groups/{group}") => json!({"name": "Renamed"}),
        ("put", "/api/groups/{group}/apps/{app}") => json!({"every_build": true}),
        ("patch", "/api/apps/{app}/feedback/{feedback}") => json!({"resolved": true}),
        ("post", "/api/groups/{group}/testers") => json!({"emails": ["x@example.org"]}),
        _ => json!({}),
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_route_of_the_api_knows_everybody(db: PgPool) {
    let cast = Cast::on(db).await;
    let (scene, ada) = (&cast.scene, &cast.scene.ada);
    let house = &scene.house;
    let callers = [
        None,
        Some(cast.stranger.clone()),
        Some(cast.member.clone()),
        Some(cast.developer.clone()),
        Some(cast.manager.clone()),
        Some(ada.clone()),
        Some(cast.admin.clone()),
        Some(ada.api_token(&["builds:read"], house).await),
        Some(ada.api_token(&["builds:write"], house).await),
        Some(ada.api_token_for(cast.other.parse().unwrap(), &["builds:write"], house).await),
        Some(cast.stranger.api_token(&["builds:write"], house).await),
    ];
    let document = Ask::new("GET", "/v1/openapi.json").of(&scene.router).await;
    let described: BTreeSet<(String, String)> = document.body["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, operations)| {
            let methods = operations.as_object().unwrap().keys();
            methods.map(|method| (method.clone(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let rows: BTreeSet<(String, String)> =
        API.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(described, rows, "each route of the API has a row");

    let (mut number, mut faults) = (0, Vec::new());
    let mut things = cast.things(number).await;
    for (method, path, expected) in API {
        let mut told = String::new();
        for caller in &callers {
            if destroys(method, path) {
                number += 1;
                things = cast.things(number).await;
            }
            let ask = Ask::new(&method.to_uppercase(), &things.path(path));
            let ask = match caller {
                Some(person) => ask.by(person),
                None => ask,
            };
            told.push(verdict(&ask.json(&body(method, path)).of(&scene.router).await));
        }
        if destroys(method, path) {
            number += 1;
            things = cast.things(number).await;
        }
        if told != *expected {
            faults.push(format!("{method} {path}: {told}, expected {expected}"));
        }
    }
    assert!(faults.is_empty(), "{CALLERS:?}\n{}", faults.join("\n"));
}

/// The fields of all forms, which take what is theirs.
fn fields<'a>(csrf: &'a str, things: &'a Things) -> [(&'a str, &'a str); 20] {
    [
        ("csrf", csrf),
        ("description", ""),
        ("testflight_url", ""),
        ("play_url", ""),
        ("access", "members"),
        ("password", ""),
        ("handle", "no-such-handle"),
        ("role", "tester"),
        ("bundle_id", "not this one"),
        ("name", "Renamed"),
        ("app", &things.app),
        ("builds", "every"),
        ("emails", "nobody"),
        ("email_domain", ""),
        ("uses", ""),
        ("expires_in_hours", ""),
        ("email", "nobody"),
        ("path", "/"),
        ("resolved", "true"),
        ("wanted", "true"),
    ]
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_page_knows_everybody(db: PgPool) {
    let cast = Cast::on(db).await;
    let scene = &cast.scene;
    let (mut number, mut faults) = (0, Vec::new());
    let mut things = cast.things(number).await;

    let routes = format!("{:?}", scene.house.routes::<Distribution>(&[]).await);
    let is_page = |part: &&str| {
        let api = part.starts_with("/api/") || part.starts_with("/v1/");
        part.starts_with('/') && !api && !part.contains('*')
    };
    let served: BTreeSet<&str> = routes.split('"').filter(is_page).collect();
    let mut allowed = BTreeSet::new();
    for path in &served {
        let answer = Ask::new("TRACE", &things.path(path)).of(&scene.router).await;
        for method in answer.header("allow").split(',').filter(|method| *method != "HEAD") {
            allowed.insert((method.to_lowercase(), (*path).to_owned()));
        }
    }
    let rows: BTreeSet<(String, String)> =
        PAGES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(allowed, rows, "each page has a row");

    for (method, path, expected) in PAGES {
        let mut told = String::new();
        for (index, viewer) in VIEWERS.iter().enumerate() {
            if destroys(method, path) && index > 0 {
                number += 1;
                things = cast.things(number).await;
            }
            let mut browser = browser(&cast, viewer, &things).await;
            let at = things.path(path);
            let answer = if *method == "get" {
                browser.get(&scene.router, &at).await
            } else {
                let csrf = browser.get(&scene.router, "/t").await.hidden("csrf").to_owned();
                browser.post(&scene.router, &at, &fields(&csrf, &things)).await
            };
            told.push(verdict(&answer));
        }
        if destroys(method, path) {
            number += 1;
            things = cast.things(number).await;
        }
        if told != *expected {
            faults.push(format!("{method} {path}: {told}, expected {expected}"));
        }
    }
    assert!(faults.is_empty(), "{VIEWERS:?}\n{}", faults.join("\n"));
}

async fn browser(cast: &Cast, viewer: &str, things: &Things) -> Browser {
    let scene = &cast.scene;
    let person = match viewer {
        "stranger" => &cast.stranger,
        "tester of the app" => &cast.member,
        "developer" => &cast.developer,
        "manager" => &cast.manager,
        "owner" => &scene.ada,
        "admin" => &cast.admin,
        "tester in a group" => {
            let (_, link) = invite(scene, &things.group, "bob@example.org").await;
            return open(scene, &link).await.0;
        }
        "tester of another group" => {
            let group = group(scene, "Others", &cast.other, true).await;
            let email = format!("{}@example.org", group.replace('-', ""));
            let (_, link) = invite(scene, &group, &email).await;
            return open(scene, &link).await.0;
        }
        _ => return Browser::at(&scene.house.base.urls.distribution),
    };
    Browser::of(person, SERVICE, &scene.house)
}
