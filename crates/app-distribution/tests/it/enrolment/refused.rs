use securevox_app_distribution::Distribution;
use securevox_core::{config::Reader, process::Service as _};
use securevox_testkit::{Ask, Browser};
use sqlx::PgPool;

use super::{How, OTHER, Question, UDID, answer, ask, fixture, upload};
use crate::{
    make::{SERVICE, Scene},
    people::{group, invite, open, path},
};

async fn scene(db: &PgPool, settings: &[(&str, &str)]) -> (Scene, Browser, String) {
    let scene = Scene::with(db.clone(), settings).await;
    let build = upload(&scene, "1.0", &[OTHER]).await;
    let safari = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = format!("/builds/{}/device", build.text("/id"));
    (scene, safari, page)
}

async fn stored(db: &PgPool) -> usize {
    sqlx::query!("select id from enrolled_devices").fetch_all(db).await.unwrap().len()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn answers_that_do_not_hold_store_nothing(db: PgPool) {
    let (scene, mut safari, page) = scene(&db, &[]).await;
    let first = ask(&scene, &mut safari, &page).await;
    let second = ask(&scene, &mut safari, &page).await;
    let good = first.answer(UDID, How::Cms);
    let mut forged = good.clone();
    let at = forged.windows(4).position(|four| four == b"1a2b").unwrap();
    forged[at] = b'2';
    let no_udid = answer("x", &first.challenge, How::Cms);
    let other = answer(UDID, &second.challenge, How::Cms);
    let none = answer(UDID, "", How::Cms);
    for (body, expected) in [
        (forged, (422, "no-answer")),
        (b"nothing at all".to_vec(), (422, "no-answer")),
        (Vec::new(), (422, "no-answer")),
        (no_udid, (422, "no-answer")),
        (other, (403, "not-asked")),
        (none, (403, "not-asked")),
        (vec![0x30; 65 * 1024], (413, "too-large")),
    ] {
        let told = first.post(&scene, body).await;
        assert_eq!(told.problem(), expected, "{told:?}");
        assert!(!told.html().contains(UDID));
    }
    assert_eq!(stored(&db).await, 0);
    // None of them used the question up; a right answer does.
    assert_eq!(first.post(&scene, good.clone()).await.status, 301);
    assert_eq!(first.post(&scene, good.clone()).await.problem(), (410, "enrolment-over"));
    assert_eq!(second.post(&scene, good).await.problem(), (403, "not-asked"));
    for code in ["x", &"A".repeat(43)] {
        let post = Ask::new("POST", &format!("/enrol/{code}"))
            .body("application/pkcs7-signature", first.answer(UDID, How::Cms));
        assert_eq!(post.of(&scene.router).await.problem(), (410, "enrolment-over"));
        let fetched = Ask::new("GET", &format!("/enrol/{code}/device.mobileconfig"));
        assert_eq!(fetched.of(&scene.router).await.problem(), (410, "enrolment-over"));
    }
    assert_eq!(stored(&db).await, 1);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn of_two_answers_at_once_one_counts(db: PgPool) {
    let (scene, mut safari, page) = scene(&db, &[]).await;
    let question = ask(&scene, &mut safari, &page).await;
    let body = question.answer(UDID, How::Cms);
    let post = || question.post(&scene, body.clone());
    let (one, two) = tokio::join!(post(), post());
    let mut told = [one.status.as_u16(), two.status.as_u16()];
    told.sort_unstable();
    assert_eq!((told, stored(&db).await), ([301, 410], 1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_late_is_told_so(db: PgPool) {
    let (scene, mut safari, page) = scene(&db, &[("SECUREVOX_DEVICE_PAGE_LIFETIME", "0s")]).await;
    let question = ask(&scene, &mut safari, &page).await;
    let body = question.answer(UDID, How::Cms);
    let expire = async |moment: &str| {
        let interval: chrono::DateTime<chrono::Utc> = moment.parse().unwrap();
        sqlx::query!("update enrolments set expires_at = $1", interval).execute(&db).await.unwrap();
    };
    expire("2026-01-01T00:00:00Z").await;
    assert_eq!(question.post(&scene, body.clone()).await.problem(), (410, "enrolment-over"));
    expire("2100-01-01T00:00:00Z").await;
    let answer = question.post(&scene, body).await;
    assert_eq!(answer.status, 301);
    let at = path(answer.header("location"));
    let late = Ask::new("GET", at).of(&scene.router).await;
    assert_eq!(late.problem(), (410, "device-page-over"));
    let shown = safari.get(&scene.router, at).await;
    assert_eq!(shown.status, 410);
    assert!(shown.html().contains("this browser remembers your device"), "{}", shown.html());
    let forged = Ask::new("GET", &at[..at.len() - 2]).of(&scene.router).await;
    assert_eq!(forged.problem(), (404, "no-such-device"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_question_ends_with_the_right_to_ask(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = upload(&scene, "1.0", &[OTHER]).await;
    let friends = group(&scene, "Friends", build.text("/app/id"), true).await;
    let (bob, sign_in) = invite(&scene, &friends, "bob@example.org").await;
    let (mut safari, _) = open(&scene, &sign_in).await;
    let page = format!("/builds/{}/device", build.text("/id"));
    let question: Question = ask(&scene, &mut safari, &page).await;
    scene.ada.delete(&scene.router, &format!("/api/groups/{friends}/testers/{bob}")).await;
    let answer = question.post(&scene, question.answer(UDID, How::Cms)).await;
    assert_eq!(answer.problem(), (410, "enrolment-over"));
    assert_eq!(stored(&db).await, 0);
    // Strangers are sent to sign in, and ask nothing.
    let mut stranger = Browser::at(&scene.house.base.urls.distribution);
    let shown = stranger.get(&scene.router, &page).await;
    assert_eq!(shown.status, 303);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn there_are_limits(db: PgPool) {
    let settings =
        [("SECUREVOX_ENROLLED_DEVICES_PER_PERSON", "1"), ("SECUREVOX_ENROLMENTS_PER_ADDRESS", "8")];
    let (scene, mut safari, page) = scene(&db, &settings).await;
    let mut enrol = async |udid: &str| {
        let question = ask(&scene, &mut safari, &page).await;
        question.post(&scene, question.answer(udid, How::Cms)).await
    };
    assert_eq!(enrol(UDID).await.status, 301);
    assert_eq!(enrol(OTHER).await.problem(), (409, "too-many-phones"));
    assert_eq!(stored(&db).await, 1);
    for _ in 0..2 {
        let fetched = Ask::new("GET", "/enrol/x/device.mobileconfig").of(&scene.router).await;
        assert_eq!(fetched.status, 410);
    }
    for (method, path) in [("POST", "/enrol/x"), ("GET", "/devices/x")] {
        let told = Ask::new(method, path).of(&scene.router).await;
        assert_eq!(told.problem(), (429, "too-many-requests"), "{path}");
    }
}

#[test]
fn a_certificate_that_cannot_sign_is_told_at_the_start() {
    let (certificate, key) = (fixture("rsa.pem"), fixture("ec.key"));
    let faults = |set: &[(&str, &str)]| {
        let lookup = |name: &str| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        let mut reader = Reader::new(&lookup);
        let read = Distribution::read(&mut reader);
        reader.finish(read).err().map(|faults| faults.to_string()).unwrap_or_default()
    };
    let names = ["SECUREVOX_ENROLMENT_CERTIFICATE_PATH", "SECUREVOX_ENROLMENT_KEY_PATH"];
    let certificate = (names[0], certificate.to_str().unwrap());
    assert_eq!(faults(&[]), "");
    assert!(faults(&[certificate]).contains("together"));
    assert!(faults(&[certificate, (names[1], key.to_str().unwrap())]).contains("does not belong"));
    assert!(faults(&[certificate, (names[1], "/nowhere")]).contains("No such file"));
}
