//! The pages of builds: found, changed, given, compared and deleted.

use securevox_testkit::{Answer, Person};
use serde_json::json;
use sqlx::PgPool;

use crate::{
    make::{APK, SERVICE, Scene, ada, form, ipa, submit},
    people::{group, join_app},
};

/// What the form of a build has when everything is as at its upload.
const PLAIN: [(&str, &str); 3] = [("active", "on"), ("channel", ""), ("expires_at", "")];

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn builds_are_found_page_by_page(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let upload = async |version: &str, fields: &[(&str, &str)]| {
        let form = fields.iter().fold(form(&ipa(version)), |form, (k, v)| form.text(k, v));
        scene.upload(form).await
    };
    let first = upload("1.0", &[("channel", "beta"), ("commit", "ABC1234567")]).await;
    let app = first.text("/app/id").to_owned();
    let page = format!("/admin/apps/{app}/builds");
    upload("2.0", &[("channel", "nightly"), ("branch", "fix/50%")]).await;
    let hidden = upload("3.0", &[("is_beta", "1")]).await;
    let path = format!("/api/builds/{}", hidden.text("/id"));
    let change =
        json!({"status": "inactive", "pinned": true, "expires_at": "2020-01-01T00:00:00Z"});
    scene.ada.patch(&scene.router, &path, change).await;
    let mut browser = ada(&scene);
    let shown =
        async |browser: &mut securevox_testkit::Browser, query: &str| -> Vec<&'static str> {
            let answer = browser.get(&scene.router, &format!("{page}{query}")).await;
            assert_eq!(answer.status, 200, "{query}");
            let has = |version: &&str| answer.html().contains(&format!(">{version} (7)<"));
            ["1.0", "2.0", "3.0"].into_iter().filter(has).collect()
        };
    for (query, versions) in [
        ("", &["1.0", "2.0", "3.0"][..]),
        ("?q=&channel=&branch=&status=", &["1.0", "2.0", "3.0"]),
        ("?channel=beta", &["1.0"]),
        ("?branch=fix/50%25", &["2.0"]),
        ("?status=inactive", &["3.0"]),
        ("?status=active&channel=nightly", &["2.0"]),
        ("?q=2.", &["2.0"]),
        ("?q=abc1234", &["1.0"]),
        ("?q=7", &["1.0", "2.0", "3.0"]),
        ("?q=%25", &[]),
        ("?q=_", &[]),
        ("?status=gone", &["1.0", "2.0", "3.0"]),
    ] {
        assert_eq!(shown(&mut browser, query).await, versions, "{query}");
    }
    let all = browser.get(&scene.router, &page).await;
    for words in ["Pinned", "Inactive", "Expired", "Beta", "0 downloads", "ABC12345<"] {
        assert!(all.html().contains(words), "{words}");
    }
    assert!(
        browser
            .get(&scene.router, &format!("{page}?q=9"))
            .await
            .html()
            .contains("No build is like that")
    );

    sqlx::query!(
        "insert into builds (id, app_id, uploaded_by, version, size, sha256, file_name, channel)
         select gen_random_uuid(), id, id, 'n' || n, 1, sha256(n::text::bytea), 'x', 'many'
         from apps, generate_series(1, 70) n"
    )
    .execute(&db)
    .await
    .unwrap();
    let (mut at, mut seen) = (format!("{page}?channel=many"), 0);
    let beside = |answer: &Answer, rel: &str| {
        let rest = answer.html().split(&format!("rel=\"{rel}\" href=\"")).nth(1)?;
        Some(rest.split('"').next().unwrap().replace("&#38;", "&"))
    };
    for left in [true, true, false] {
        let answer = browser.get(&scene.router, &at).await;
        seen += answer.html().matches("<li><a href=\"/admin/builds/").count();
        let next = beside(&answer, "next");
        assert_eq!(next.is_some(), left);
        at = next.unwrap_or(at);
    }
    assert_eq!(seen, 70);
    // And back, by the same filter.
    for left in [true, false] {
        let answer = browser.get(&scene.router, &at).await;
        at = beside(&answer, "prev").unwrap();
        let answer = browser.get(&scene.router, &at).await;
        assert_eq!(answer.html().matches("<li><a href=\"/admin/builds/").count(), 30);
        assert_eq!(beside(&answer, "prev").is_some(), left);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_longest_notes_are_taken_in_any_script(db: PgPool) {
    let scene = Scene::on(db).await;
    let notes = "\u{1f680}".repeat(50_000);
    let build = scene.upload(form(&ipa("1.0")).text("release_notes", &notes)).await;
    assert_eq!(build.status, 201, "{build:?}");
    let path = format!("/api/builds/{}", build.text("/id"));
    let notes = "\u{8a66}".repeat(50_000);
    let patched = scene.ada.patch(&scene.router, &path, json!({"release_notes": notes})).await;
    assert_eq!(patched.text("/release_notes"), notes);
    let page = format!("/admin/builds/{}", build.text("/id"));
    let mut browser = ada(&scene);
    let shown = browser.get(&scene.router, &page).await;
    let notes = "\u{1f525}".repeat(50_000);
    let mut sent = PLAIN.to_vec();
    sent.extend([("seen", shown.hidden("seen")), ("release_notes", notes.as_str())]);
    let saved = submit(&scene, &mut browser, (&page, &page), &sent).await;
    assert_eq!(saved.status, 200);
    let found = scene.ada.get(&scene.router, &path).await;
    assert_eq!(found.text("/release_notes"), notes);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_end_is_in_a_year_that_there_is(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    let path = format!("/api/builds/{}", build.text("/id"));
    for end in ["-10000-01-01T00:00:00Z", "+99999-01-01T00:00:00Z", "1969-12-31T23:59:59Z"] {
        let refused = scene.ada.patch(&scene.router, &path, json!({"expires_at": end})).await;
        assert_eq!(refused.problem(), (422, "invalid-request"), "{end}");
        assert_eq!(refused.pointers(), ["#/expires_at"], "{end}");
    }
    let page = format!("/admin/builds/{}", build.text("/id"));
    let mut browser = ada(&scene);
    let shown = browser.get(&scene.router, &page).await;
    let mut sent = PLAIN[..2].to_vec();
    sent.extend([("seen", shown.hidden("seen")), ("expires_at", "-10000-01-01T00:00")]);
    let refused = submit(&scene, &mut browser, (&page, &page), &sent).await;
    assert_eq!(refused.status, 422);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_app_without_builds_says_how_to_send_one(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    scene.ada.delete(&scene.router, &format!("/api/builds/{}", build.text("/id"))).await;
    let page = format!("/admin/apps/{}/builds", build.text("/app/id"));
    let mut browser = ada(&scene);
    browser.language = "it".to_owned();
    let empty = browser.get(&scene.router, &page).await;
    assert!(empty.html().contains("Ancora nessuna build"));
    assert!(empty.html().contains("curl -X POST"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_is_changed_and_previewed(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.upload(form(&ipa("1.0")).text("version", "v1")).await;
    let api = format!("/api/builds/{}", build.text("/id"));
    let page = format!("/admin/builds/{}", build.text("/id"));
    let mut browser = ada(&scene);
    let shown = browser.get(&scene.router, &page).await;
    assert!(shown.html().contains("the package wins"), "its warnings are told");
    assert!(shown.html().contains("iOS 15.0"), "what was found is told");
    assert!(shown.html().contains("/apps/"), "links");
    let on_its_page = browser.get(&scene.router, &format!("/builds/{}", build.text("/id"))).await;
    assert!(on_its_page.html().contains(&format!("href=\"{page}\"")));
    let seen = shown.hidden("seen").to_owned();

    let notes = ("release_notes", "# New\r\n\r\n- **fast** <script>");
    let fields = [&PLAIN[..], &[notes, ("seen", &seen), ("then", "preview")]].concat();
    let preview = submit(&scene, &mut browser, (&page, &page), &fields).await;
    assert_eq!(preview.status, 200);
    assert!(preview.html().contains("<strong>fast</strong> &lt;script&gt;"));
    assert!(preview.html().contains("- **fast** &#60;script&#62;"), "and stands in the form");
    let unchanged = scene.ada.get(&scene.router, &api).await;
    assert!(unchanged.body["release_notes"].is_null());

    let fields = [
        notes,
        ("channel", " beta "),
        ("pinned", "on"),
        ("mandatory", "on"),
        ("is_beta", "on"),
        ("expires_at", "2031-02-03T04:05"),
        ("seen", &seen),
        ("then", "save"),
    ];
    let saved = submit(&scene, &mut browser, (&page, &page), &fields).await;
    assert!(saved.html().contains("Saved"), "{}", saved.html());
    let changed = scene.ada.get(&scene.router, &api).await.body;
    assert_eq!(changed["release_notes"], "# New\n\n- **fast** <script>");
    assert_eq!(changed["channel"], "beta");
    assert_eq!(changed["status"], "inactive");
    assert_eq!(changed["expires_at"], "2031-02-03T04:05:00Z");
    for flag in ["pinned", "mandatory", "is_beta"] {
        assert_eq!(changed[flag], true, "{flag}");
    }
    let seen = saved.hidden("seen").to_owned();
    let bad = [("expires_at", "tomorrow"), ("seen", &seen), ("then", "save")];
    let refused = submit(&scene, &mut browser, (&page, &page), &bad).await;
    assert_eq!(refused.status, 422);
    let long = "x".repeat(256);
    let bad = [("channel", long.as_str()), ("seen", &seen), ("then", "save")];
    assert_eq!(submit(&scene, &mut browser, (&page, &page), &bad).await.status, 422);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_saves_second_sees_what_the_first_one_changed(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let page = format!("/admin/builds/{}", build.text("/id"));
    let bob = Person::named("bob", &scene.house).await;
    join_app(&db, build.text("/app/id"), &bob, "developer").await;
    let mut hers = ada(&scene);
    let mut his = securevox_testkit::Browser::of(&bob, SERVICE, &scene.house);
    let seen = hers.get(&scene.router, &page).await.hidden("seen").to_owned();
    let save = |notes: &'static str, seen: &str| {
        let fields = [&PLAIN[..], &[("release_notes", notes), ("then", "save")]].concat();
        let mut fields: Vec<(String, String)> =
            fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        fields.push(("seen".to_owned(), seen.to_owned()));
        fields
    };
    let send = async |browser: &mut securevox_testkit::Browser, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (&**k, &**v)).collect();
        submit(&scene, browser, (&page, &page), &fields).await
    };
    assert!(send(&mut hers, save("hers", &seen)).await.html().contains("Saved"));
    let refused = send(&mut his, save("his", &seen)).await;
    assert_eq!(refused.status, 409);
    assert!(refused.html().contains("<b>Release notes</b>: hers"));
    assert!(refused.html().contains(">his</textarea>"), "what he wrote is not lost");
    let notes = sqlx::query_scalar!("select release_notes from builds");
    assert_eq!(notes.fetch_one(&db).await.unwrap().as_deref(), Some("hers"));
    // He has seen it, and means it.
    let seen = refused.hidden("seen").to_owned();
    assert!(send(&mut his, save("his", &seen)).await.html().contains("Saved"));
    let notes = sqlx::query_scalar!("select release_notes from builds");
    assert_eq!(notes.fetch_one(&db).await.unwrap().as_deref(), Some("his"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn groups_are_given_a_build_and_it_is_taken_back(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    let (app, page) = (build.text("/app/id"), format!("/admin/builds/{}", build.text("/id")));
    group(&scene, "Everything", app, true).await;
    let some = group(&scene, "Some", app, false).await;
    let mut browser = ada(&scene);
    let shown = browser.get(&scene.router, &page).await;
    assert!(
        shown.html().contains("Gets every build")
            && shown.html().contains("Does not have this build")
    );
    let to = format!("{page}/groups/{some}");
    let given = submit(&scene, &mut browser, (&page, &to), &[("given", "true")]).await;
    assert_eq!(given.header("location"), page);
    assert!(browser.get(&scene.router, &page).await.html().contains("Has this build"));
    submit(&scene, &mut browser, (&page, &to), &[("given", "false")]).await;
    assert!(!browser.get(&scene.router, &page).await.html().contains("Has this build"));
    let foreign = format!("{page}/groups/00000000-0000-7000-8000-000000000000");
    let refused = submit(&scene, &mut browser, (&page, &foreign), &[("given", "true")]).await;
    assert_eq!(refused.status, 422);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_builds_are_compared_on_a_page(db: PgPool) {
    let scene = Scene::on(db).await;
    let old = scene.build(&ipa("1.0")).await;
    let new = scene.build(&ipa("1.1")).await;
    let other = scene.build(APK).await;
    let page = format!("/admin/builds/{}/compare", new.text("/id"));
    let mut browser = ada(&scene);
    for query in [String::new(), format!("?base={}", old.text("/id"))] {
        let shown = browser.get(&scene.router, &format!("{page}{query}")).await;
        assert!(shown.html().contains("1.0 (7) → 1.1 (7)"), "{query}");
        let cells = r#"<td data-name="Before">1.0</td><td data-name="Now">1.1</td>"#;
        assert!(shown.html().contains(cells), "{}", shown.html());
    }
    let foreign = browser.get(&scene.router, &format!("{page}?base={}", other.text("/id"))).await;
    assert_eq!(foreign.status, 404);
    let alone = format!("/admin/builds/{}/compare", other.text("/id"));
    assert!(browser.get(&scene.router, &alone).await.html().contains("no other build"));
    let details = browser.get(&scene.router, &format!("/admin/builds/{}", other.text("/id"))).await;
    let target = other.body["details"]["target_sdk"].to_string();
    assert!(details.html().contains(&format!("<dt>Target API level</dt><dd>{target}</dd>")));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_is_deleted_by_its_version(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let page = format!("/admin/builds/{}", build.text("/id"));
    let to = format!("{page}/delete");
    let mut browser = ada(&scene);
    let wrong = submit(&scene, &mut browser, (&page, &to), &[("confirmed", "1")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(scene.files(), (0, 1));
    // Another developer's builds are for managers to delete.
    let bob = Person::named("bob", &scene.house).await;
    join_app(&db, build.text("/app/id"), &bob, "developer").await;
    let mut his = securevox_testkit::Browser::of(&bob, SERVICE, &scene.house);
    let shown = his.get(&scene.router, &page).await;
    assert!(!shown.html().contains("Delete the build"));
    let refused = submit(&scene, &mut his, (&page, &to), &[("confirmed", "1.0")]).await;
    assert_eq!(refused.status, 403);
    let deleted = submit(&scene, &mut browser, (&page, &to), &[("confirmed", " 1.0 ")]).await;
    let list = format!("/admin/apps/{}/builds", build.text("/app/id"));
    assert_eq!(deleted.header("location"), list);
    assert_eq!(scene.files(), (0, 0));
    assert_eq!(browser.get(&scene.router, &page).await.status, 404);
}
