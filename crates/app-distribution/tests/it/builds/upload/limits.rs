//! Uploads that are too large, too many or too slow, or that break off.

use securevox_app_distribution::Distribution;
use securevox_testkit::{Ask, Browser, Form, House, Person, Wire};
use sqlx::PgPool;

use crate::make::{BUNDLE, Scene, eventually, files, form, half, ipa, ipa_of, request};

const SMALL: (&str, &str) = ("SECUREVOX_UPLOAD_MAX_BYTES", "64K");

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_file_that_says_it_is_too_large_is_refused_unread(db: PgPool) {
    let scene = Scene::with(db, &[SMALL]).await;
    // The form around the file may be 1 MiB, and an icon in it 2.
    let length = (64 << 10) + (3 << 20) + 1;
    let ask = Ask::new("POST", "/api/builds").by(&scene.ada);
    let answer = ask.header("content-length", &length.to_string()).of(&scene.router).await;
    assert_eq!(answer.problem(), (413, "too-large"));
    assert_eq!(answer.text("/detail"), "At most 64 KiB are accepted.");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_file_that_turns_out_too_large_is_refused(db: PgPool) {
    let scene = Scene::with(db, &[SMALL]).await;
    let fits = ipa_of(BUNDLE, "1.0", 64_000);
    assert!(fits.len() <= 64 << 10);
    scene.build(&fits).await;
    let answer = scene.upload(form(&ipa_of(BUNDLE, "1.1", 66_000))).await;
    assert_eq!(answer.problem(), (413, "too-large"));
    assert_eq!(scene.files(), (0, 1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_text_that_is_too_large_is_refused(db: PgPool) {
    let scene = Scene::on(db).await;
    let notes = "x".repeat((256 << 10) + 1);
    let answer = scene.upload(form(&ipa("1.0")).text("release_notes", &notes)).await;
    assert_eq!(answer.problem(), (413, "too-large"));
    assert_eq!(answer.text("/detail"), "At most 256 KiB in a text field are accepted.");
    assert_eq!(scene.files(), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_streams_too_much_gets_to_see_the_answer(db: PgPool) {
    let house = House::on(db).await;
    let serving = house.serve::<Distribution>(&[SMALL]).await;
    let ada = Person::publisher("ada", &house).await;
    let (head, body) = request(&ada, form(&ipa_of(BUNDLE, "1.0", 8 << 20)));

    let mut announced = Wire::open(&serving.url).await;
    announced.send(format!("{head}Expect: 100-continue\r\n\r\n")).await;
    assert_eq!(announced.answer().await.problem(), (413, "too-large"));

    let mut streamed = Wire::open(&serving.url).await;
    let (head, _) = head.split_once("Content-Length").unwrap();
    streamed.send(format!("{head}Transfer-Encoding: chunked\r\n\r\n")).await;
    for chunk in body.chunks(1 << 20) {
        streamed.send(format!("{:x}\r\n", chunk.len())).await;
        streamed.send(chunk).await;
        streamed.send("\r\n").await;
    }
    streamed.send("0\r\n\r\n").await;
    assert_eq!(streamed.answer().await.problem(), (413, "too-large"));
    assert_eq!(files(&house), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn texts_that_are_too_many_bytes_together_are_refused(db: PgPool) {
    let scene = Scene::on(db).await;
    let text = "x".repeat(250 << 10);
    let many = (0..13).fold(Form::default(), |form, n| form.text(&format!("field{n}"), &text));
    let answer = scene.upload(many.file("app_file", "App.ipa", &ipa("1.0"))).await;
    assert_eq!(answer.problem(), (413, "too-large"));
    assert_eq!(answer.text("/detail"), "At most 3 MiB beside the file are accepted.");
}

/// The parser would keep all of it in memory.
#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_form_in_which_no_field_comes_is_refused_while_it_comes(db: PgPool) {
    let house = House::on(db).await;
    let serving = house.serve::<Distribution>(&[]).await;
    let ada = Person::publisher("ada", &house).await;
    let (head, _) = request(&ada, form(b""));
    let (head, _) = head.split_once("Content-Length").unwrap();
    let boundary = head.split("boundary=").nth(1).unwrap().trim();
    let begun = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"x\"\r\nX-Y: ");
    let other = format!("--{boundary}x\r\n");
    for beginning in ["", &begun, &other, &format!("--{boundary}    ")] {
        let mut wire = Wire::open(&serving.url).await;
        wire.send(format!("{head}Transfer-Encoding: chunked\r\n\r\n")).await;
        let mut chunks = vec![beginning.as_bytes().to_vec()];
        chunks.extend(vec![vec![b' '; 64 << 10]; 16]);
        for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
            wire.send(format!("{:x}\r\n", chunk.len())).await;
            wire.send(chunk).await;
            wire.send("\r\n").await;
        }
        wire.send("0\r\n\r\n").await;
        let answer = wire.answer().await;
        assert_eq!(answer.problem(), (400, "malformed-form"), "{beginning}");
    }
    assert_eq!(files(&house), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_upload_that_breaks_off_leaves_nothing(db: PgPool) {
    let house = House::on(db).await;
    let serving = house.serve::<Distribution>(&[]).await;
    let ada = Person::publisher("ada", &house).await;
    let (wire, _) = half(&serving.url, &ada, &house).await;
    drop(wire);
    eventually(async || files(&house) == (0, 0)).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_upload_that_is_too_slow_is_cut(db: PgPool) {
    let settings = [("SECUREVOX_MIN_RATE", "10000"), ("SECUREVOX_MIN_RATE_WINDOW", "1s")];
    let house = House::with(db, &settings).await;
    let serving = house.serve::<Distribution>(&[]).await;
    let ada = Person::publisher("ada", &house).await;
    let (mut wire, _) = half(&serving.url, &ada, &house).await;
    let answer = wire.answer().await;
    assert_eq!(answer.problem(), (408, "too-slow"));
    assert_eq!(files(&house), (0, 0));
    wire.closed().await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn only_so_many_upload_at_once(db: PgPool) {
    let house = House::on(db).await;
    let serving = house.serve::<Distribution>(&[("SECUREVOX_UPLOAD_CONCURRENCY", "1")]).await;
    let ada = Person::publisher("ada", &house).await;
    let (mut running, rest) = half(&serving.url, &ada, &house).await;

    let (head, body) = request(&ada, form(&ipa("2.0")));
    let mut second = Wire::open(&serving.url).await;
    second.send(format!("{head}\r\n")).await;
    second.send(&body).await;
    let answer = second.answer().await;
    assert_eq!(answer.problem(), (429, "too-many-uploads"));
    assert_eq!(answer.header("retry-after"), "15");

    running.send(rest).await;
    assert_eq!(running.answer().await.status, 201);
    second.send(format!("{head}\r\n")).await;
    second.send(&body).await;
    assert_eq!(second.answer().await.status, 201);
    assert_eq!(files(&house), (0, 2));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_uploads_so_often(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Distribution>(&[("SECUREVOX_UPLOADS_PER_ACCOUNT", "2")]).await;
    let ada = Person::publisher("ada", &house).await;
    let ci = ada.api_token(&["builds:write"], &house).await;
    for version in ["1.0", "2.0"] {
        let answer = ada.upload(&router, "/api/builds", form(&ipa(version))).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    let limited = ada.upload(&router, "/api/builds", form(&ipa("3.0"))).await;
    assert_eq!(limited.problem(), (429, "too-many-requests"));
    let wait: u64 = limited.header("retry-after").parse().unwrap();
    assert!((1700..=1801).contains(&wait), "{wait}");
    assert_eq!(limited.header("ratelimit-policy"), "\"uploads-of\";q=2;w=3600");
    // In the browser it is the same.
    let mut browser = Browser::of(&ada, "app-distribution", &house);
    let token = browser.get(&router, "/admin").await.hidden("csrf").to_owned();
    let sent = Form::default().text("csrf", &token).file("app_file", "App.ipa", &ipa("3.0"));
    assert_eq!(browser.upload(&router, "/admin/builds", sent).await.status, 429);
    // A token counts by itself, and so does somebody else.
    assert_eq!(ci.upload(&router, "/api/builds", form(&ipa("3.0"))).await.status, 201);
    assert_eq!(files(&house), (0, 3));
}
