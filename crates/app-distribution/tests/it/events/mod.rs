//! Webhooks, mails about new builds and devices, and warnings before a signature ends.

mod addresses;
mod delivery;
mod enrolled;
mod expiry;
mod mails;
mod release;
mod webhooks;

use securevox_app_distribution::Distribution;
use securevox_testkit::{Answer, House, Person, Script, Smtp};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    make::{Scene, eventually},
    people::proven,
};

const RECEIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/events/receiver.cjs");
const LOCAL: (&str, &str) = ("SECUREVOX_OUTBOUND_ALLOW", "127.0.0.0/8");
const FROM: (&str, &str) = ("SECUREVOX_MAIL_FROM", "SecureVOX <no-reply@example.org>");

/// A receiver, and what it is called at.
struct Receiver {
    script: Script,
    port: u64,
}

impl Receiver {
    async fn start(order: Value) -> Option<Self> {
        let mut script = Script::start(RECEIVER, order).await?;
        let port = script.said().await["port"].as_u64().unwrap();
        Some(Self { script, port })
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?key=1", self.port)
    }

    /// Tells it how to answer from now on.
    async fn is_to(&mut self, order: Value) {
        self.script.say(order).await;
        while self.script.said().await["ready"] != true {}
    }

    /// The next request.
    async fn got(&mut self) -> Value {
        self.script.said().await
    }
}

/// A scene whose webhooks may lead here.
async fn scene(db: PgPool) -> Scene {
    Scene::at(db, &[LOCAL], &[]).await
}

/// The same with a mail server.
async fn with_mail(db: PgPool) -> Option<(Scene, Smtp)> {
    with_few_mails(db, "100").await
}

/// The same, of which an address gets so many in an hour.
async fn with_few_mails(db: PgPool, per_address: &str) -> Option<(Scene, Smtp)> {
    let smtp = Smtp::start().await?;
    let url = smtp.url();
    let house = [
        LOCAL,
        FROM,
        ("SECUREVOX_SMTP_URL", url.as_str()),
        ("SECUREVOX_MAIL_PER_HOUR", "100000"),
        ("SECUREVOX_MAIL_PER_ADDRESS", per_address),
    ];
    let house = House::with(db, &house).await;
    let router = house.router::<Distribution>(&[]).await;
    let ada = Person::publisher("ada", &house).await;
    Some((Scene { house, router, ada }, smtp))
}

/// A webhook of Ada's for all that happens.
async fn webhook(scene: &Scene, app: &str, url: &str) -> Answer {
    let order = json!({"url": url, "events": ["build.published", "build.changed", "build.deleted",
        "build.expiring"]});
    let made = scene.ada.post(&scene.router, &format!("/api/apps/{app}/webhooks"), order).await;
    assert_eq!(made.status, 201, "{made:?}");
    made
}

/// Makes what failed, or is scheduled, due now.
async fn now(db: &PgPool, kind: &str) {
    let due = sqlx::query!("update jobs set run_at = now() where kind = $1", kind);
    due.execute(db).await.unwrap();
}

/// Waits until nothing of `kind` is in the queue.
async fn done(db: &PgPool, kind: &str) {
    eventually(async || {
        let left = sqlx::query_scalar!("select count(*) from jobs where kind = $1", kind);
        left.fetch_one(db).await.unwrap() == Some(0)
    })
    .await;
}
