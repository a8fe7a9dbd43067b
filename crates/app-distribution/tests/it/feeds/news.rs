//! RSS and JSON Feed.

use plist::Value as Plist;
use securevox_testkit::{Ask, Form};
use sqlx::PgPool;

use super::{deactivate, get, place_of_ada, publish};
use crate::make::{BUNDLE, Scene, form, ipa};

fn with_notes(form: Form) -> Form {
    form.text("channel", "beta")
        .text("release_notes", "# New & <b>bold</b>\n\n- ]]>\n- [x](javascript:alert(1))")
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_written_cannot_break_a_feed(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.upload(with_notes(form(&ipa("1.0")))).await;
    assert_eq!(build.status, 201, "{build:?}");
    let place = place_of_ada(&scene).await;
    let feed = format!("{place}/apps/{}/feed", build.text("/app/id"));

    let rss = get(&scene, &format!("{feed}.xml")).await;
    assert_eq!(rss.status, 200, "{}", rss.html());
    assert_eq!(rss.header("content-type"), "application/rss+xml; charset=utf-8");
    assert_eq!(rss.header("cache-control"), "private, max-age=300");
    // Every `<` and `&` that somebody wrote is escaped, and so are those of the notes as HTML.
    let item = rss.between("<item>", "</item>");
    let tags = ["<title>", "<link>", "<guid ", "<pubDate>", "<category>", "<description>"];
    assert_eq!(item.matches('<').count(), tags.len() * 2, "{item}");
    assert!(tags.iter().all(|tag| item.contains(tag)), "{item}");
    assert!(!item.contains("javascript"), "{item}");
    assert!(item.contains(&format!("/builds/{}", build.text("/id"))), "{item}");
    // A parser of XML agrees, up to where it finds that this is no property list.
    let wrong = Plist::from_reader_xml(rss.bytes.as_slice()).unwrap_err().to_string();
    assert!(!wrong.contains("syntax"), "{wrong}");

    let json = get(&scene, &format!("{feed}.json")).await;
    assert_eq!(json.header("content-type"), "application/feed+json; charset=utf-8");
    assert_eq!(json.text("/version"), "https://jsonfeed.org/version/1.1");
    assert_eq!(json.text("/items/0/id"), build.text("/id"));
    assert_eq!(json.text("/items/0/title"), "Example 1.0 (7)");
    assert_eq!(json.text("/items/0/tags/0"), "beta");
    assert!(json.text("/items/0/content_html").contains("<h3>New &amp; &lt;b&gt;bold"));
    assert!(json.text("/feed_url").ends_with(&format!("{feed}.json")));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_reader_that_has_it_gets_nothing_again(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    let place = place_of_ada(&scene).await;
    let feed = format!("{place}/apps/{}/feed.xml", build.text("/app/id"));
    let first = get(&scene, &feed).await;
    let etag = first.header("etag").to_owned();
    let ask = async |etag: &str| {
        Ask::new("GET", &feed).header("if-none-match", etag).of(&scene.router).await
    };
    for tags in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}")] {
        let again = ask(&tags).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{tags}");
        assert_eq!(again.header("etag"), etag);
    }
    scene.build(&ipa("1.1")).await;
    let changed = ask(&etag).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), etag);
    assert_eq!(changed.html().matches("<item>").count(), 2);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_channel_has_a_feed_of_its_own(db: PgPool) {
    let scene = Scene::with(db.clone(), &[("SECUREVOX_FEED_ENTRIES", "2")]).await;
    for (version, channel) in [("1.0", "beta"), ("1.1", "nightly"), ("1.2", "nightly")] {
        let build = scene.upload(form(&ipa(version)).text("channel", channel)).await;
        assert_eq!(build.status, 201);
    }
    let newest = scene.upload(form(&ipa("1.3"))).await;
    let app = newest.text("/app/id");
    let place = place_of_ada(&scene).await;
    let titles = async |rest: &str| -> Vec<String> {
        let feed = get(&scene, &format!("{place}/apps/{app}/{rest}feed.json")).await;
        assert_eq!(feed.status, 200, "{feed:?}");
        let items = feed.body["items"].as_array().unwrap();
        items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles("").await, ["Example 1.3 (7)", "Example 1.2 (7)"], "no more than the limit");
    assert_eq!(titles("channels/beta/").await, ["Example 1.0 (7)"]);
    assert_eq!(titles("channels/none/").await, [""; 0]);
    deactivate(&db, newest.text("/id")).await;
    assert_eq!(titles("").await, ["Example 1.2 (7)", "Example 1.1 (7)"]);
    for path in ["feed.txt", "channels/beta/feed"] {
        let feed = get(&scene, &format!("{place}/apps/{app}/{path}")).await;
        assert_eq!(feed.problem(), (404, "no-such-feed"), "{path}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn public_apps_have_open_feeds(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    let app = build.text("/app/id");
    let feed = format!("/feeds/public/apps/{app}/feed.xml");
    assert_eq!(get(&scene, &feed).await.problem(), (404, "no-such-feed"));
    assert!(!get(&scene, "/feeds").await.html().contains(BUNDLE));
    publish(&scene, app).await;
    let open = get(&scene, &feed).await;
    assert_eq!(open.status, 200);
    assert_eq!(open.header("cache-control"), "public, max-age=300");
    assert!(get(&scene, "/feeds").await.html().contains(&feed), "the page names it");
}
