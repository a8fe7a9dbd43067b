//! Mail over a real server: what arrives, what is tried again, and what is given up.

use std::{fs, path::PathBuf};

use securevox_core::{
    mail::{self, Mail, Posted},
    metrics::Metrics,
    process::Base,
};
use securevox_testkit::{House, Smtp};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

const FROM: (&str, &str) = ("SECUREVOX_MAIL_FROM", "SecureVOX <no-reply@example.org>");

fn to(address: &str) -> Mail {
    Mail {
        to: address.to_owned(),
        subject: "Perché\r\nBcc: eve@example.org".to_owned(),
        text: "Open https://app.example.org/t/abc".to_owned(),
        html: Some("<p>Open <a href=\"https://app.example.org/t/abc\">this</a>".to_owned()),
        unsubscribe: Some("https://app.example.org/unsubscribe/x".to_owned()),
    }
}

async fn house(db: &PgPool, url: &str, more: &[(&str, &str)]) -> House {
    let mut settings = vec![("SECUREVOX_SMTP_URL", url), FROM];
    settings.extend(more);
    let house = House::with(db.clone(), &settings).await;
    start_mail(&house.base);
    house
}

async fn post(house: &House, mail: Mail) -> Posted {
    let mut conn = house.base.db.acquire().await.unwrap();
    house.base.mailer.post(&mut conn, mail).await.unwrap()
}

#[derive(Debug)]
struct Row {
    attempts: i32,
    is_dead: bool,
    last_error: Option<String>,
    payload: String,
}

/// The jobs, once one was tried.
async fn tried(db: &PgPool) -> Row {
    loop {
        let row = sqlx::query_as!(
            Row,
            r#"select attempts, dead_at is not null as "is_dead!", last_error,
                      payload::text as "payload!" from jobs where kind = 'send-mail'"#
        );
        let row = row.fetch_one(db).await.unwrap();
        if row.last_error.is_some() {
            return row;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Makes what failed due now.
async fn again(db: &PgPool) {
    sqlx::query!("update jobs set run_at = now(), last_error = null").execute(db).await.unwrap();
}

fn start_mail(base: &Base) {
    mail::start(&base.mailer, &base.db, &base.tasks, &Metrics::new("probe"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_mail_arrives_once_and_whole(db: PgPool) {
    let Some(mut smtp) = Smtp::start().await else { return };
    let house = house(&db, &smtp.url(), &[]).await;
    // Not if the transaction comes to nothing.
    let mut tx = db.begin().await.unwrap();
    house.base.mailer.post(&mut tx, to("nobody@example.org")).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(post(&house, to("Ada@example.org")).await, Posted::Queued);

    let mail = smtp.mail().await;
    assert_eq!(mail.to, ["Ada@example.org"]);
    assert_eq!(mail.link("https://app.example.org/t/"), "https://app.example.org/t/abc");
    for line in [
        "From: SecureVOX <no-reply@example.org>",
        "Auto-Submitted: auto-generated",
        "List-Unsubscribe: <https://app.example.org/unsubscribe/x>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "@example.org>",
    ] {
        assert!(mail.message.contains(line), "{line} in {}", mail.message);
    }
    assert!(mail.message.contains("multipart/alternative"), "{}", mail.message);
    // A subject has one line, whoever wrote it.
    assert!(!mail.message.contains("\r\nBcc:"), "{}", mail.message);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_refused_for_good_is_given_up_and_the_address_told_to_nobody(db: PgPool) {
    let Some(smtp) = Smtp::with(json!({"refuse": [550]})).await else { return };
    let house = house(&db, &smtp.url(), &[]).await;
    post(&house, to("gone@example.org")).await;
    let row = tried(&db).await;
    assert!(row.is_dead, "{row:?}");
    assert_eq!(row.last_error.unwrap(), "the mail server refuses the mail (550)");
    assert!(!row.payload.contains("gone"), "{}", row.payload);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_may_be_better_later_is_tried_again(db: PgPool) {
    let Some(mut smtp) = Smtp::with(json!({"refuse": [451]})).await else { return };
    let house = house(&db, &smtp.url(), &[]).await;
    post(&house, to("ada@example.org")).await;
    let row = tried(&db).await;
    assert!(!row.is_dead && row.attempts == 1, "{row:?}");
    assert_eq!(smtp.said().await["refused"], 451);
    again(&db).await;
    assert_eq!(smtp.mail().await.to, ["ada@example.org"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_server_that_is_down_gets_its_mail_when_it_is_back(db: PgPool) {
    let Some(first) = Smtp::start().await else { return };
    let (port, url) = (first.port, first.url());
    drop(first);
    let house = house(&db, &url, &[]).await;
    assert!(house.base.mailer.probe().await.is_err());
    post(&house, to("ada@example.org")).await;
    let row = tried(&db).await;
    assert!(!row.is_dead, "{row:?}");
    let mut back = Smtp::with(json!({"port": port})).await.unwrap();
    again(&db).await;
    assert_eq!(back.mail().await.to, ["ada@example.org"]);
    house.base.mailer.probe().await.unwrap();
}

/// A key, its certificate for 127.0.0.1 and localhost, and a file with the latter.
fn certificate() -> (String, String, PathBuf) {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let path = std::env::temp_dir().join(format!("securevox-smtp-{}.pem", Uuid::now_v7()));
    fs::write(&path, made.cert.pem()).unwrap();
    (made.signing_key.serialize_pem(), made.cert.pem(), path)
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn passwords_go_over_tls_alone(db: PgPool) {
    let (key, cert, ca) = certificate();
    let first = House::on(db).await;
    let ca_setting = ("SECUREVOX_SMTP_CA", ca.to_str().unwrap());
    for (secure, scheme, query) in [(true, "smtps", ""), (false, "smtp", "?tls=required")] {
        let options = json!({"secure": secure, "starttls": true, "key": key, "cert": cert,
            "password": "p@ss word"});
        let Some(mut smtp) = Smtp::with(options).await else { return };
        let url = format!("{scheme}://ada:p%40ss%20word@localhost:{}{query}", smtp.port);
        let mine = [("SECUREVOX_SMTP_URL", url.as_str()), FROM, ca_setting];
        let house = first.copy(&mine).await;
        start_mail(&house.base);
        post(&house, to("ada@example.org")).await;
        let login = smtp.said().await;
        assert_eq!((&login["right"], &login["tls"]), (&json!(true), &json!(true)), "{login}");
        assert!(smtp.mail().await.tls);

        // Whoever signed the certificate is nobody we know.
        let stranger = first.copy(&mine[..2]).await;
        let refused = stranger.base.mailer.probe().await.unwrap_err().to_string();
        assert!(refused.contains("certificate"), "{refused}");
        stranger.base.tasks.stop(std::time::Duration::from_secs(5)).await;
        house.base.tasks.stop(std::time::Duration::from_secs(5)).await;
    }
    fs::remove_file(ca).unwrap();
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn nothing_is_sent_to_a_server_without_the_tls_that_is_required(db: PgPool) {
    let Some(smtp) = Smtp::start().await else { return };
    let url = format!("smtp://localhost:{}?tls=required", smtp.port);
    let house = house(&db, &url, &[]).await;
    post(&house, to("ada@example.org")).await;
    let row = tried(&db).await;
    assert!(!row.is_dead, "{row:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_wrong_password_is_for_the_operator_and_loses_no_mail(db: PgPool) {
    let Some(smtp) = Smtp::with(json!({"password": "right"})).await else { return };
    let url = format!("smtp://ada:wrong@localhost:{}", smtp.port);
    let house = house(&db, &url, &[]).await;
    post(&house, to("ada@example.org")).await;
    let row = tried(&db).await;
    assert!(!row.is_dead, "{row:?}");
    assert!(row.last_error.unwrap().contains("SECUREVOX_SMTP_URL"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn without_a_server_nothing_waits_and_nobody_is_flooded(db: PgPool) {
    let off = House::on(db).await;
    assert_eq!(post(&off, to("ada@example.org")).await, Posted::Off);
    let limits = [("SECUREVOX_MAIL_PER_ADDRESS", "2")];
    let mut settings = vec![("SECUREVOX_SMTP_URL", "smtp://127.0.0.1:1"), FROM];
    settings.extend(limits);
    let on = off.copy(&settings).await;
    for (address, posted) in [
        ("ada@example.org", Posted::Queued),
        ("ADA@example.org", Posted::Queued),
        ("ada@Example.org", Posted::TooMany),
        ("bob@example.org", Posted::Queued),
    ] {
        assert_eq!(post(&on, to(address)).await, posted, "{address}");
    }
}
