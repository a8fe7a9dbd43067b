//! Redis goes and comes back under two copies of the platform, and people go on.

use std::time::{Duration, Instant};

use axum::Router;
use futures_util::{SinkExt as _, StreamExt as _};
use securevox_api::Api;
use securevox_app_distribution::Distribution;
use securevox_notifier::Notifier;
use securevox_protocol::stream::{NewsKind, ServerFrame};
use securevox_testkit::{Answer, Ask, House, Person, Redis, Serving, Wire};
use serde_json::json;
use sqlx::PgPool;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::platform::form;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const PASSWORD: &str = "correct horse battery";

async fn login(api: &Router, handle: &str, password: &str) -> Answer {
    let body = json!({ "handle": handle, "password": password });
    Ask::new("POST", "/v1/auth/login").json(&body).of(api).await
}

/// Guesses by turns until one is told to wait.
async fn guesses(copies: &[Router; 2], handle: &str) -> usize {
    for count in 0..20 {
        match login(&copies[count % 2], handle, "a guess, no more").await.status.as_u16() {
            401 => {}
            429 => return count,
            status => panic!("{status}"),
        }
    }
    panic!("nobody was told to wait");
}

async fn listen(url: &str, person: &Person) -> Socket {
    let address = format!("{}/v1/stream", url.replace("http://", "ws://"));
    let mut request = address.into_client_request().expect("an address");
    let value = format!("Bearer {}", person.token).parse().expect("a token");
    request.headers_mut().insert("authorization", value);
    connect_async(request).await.expect("a stream").0
}

/// Waits for a frame that is `wanted`.
async fn hears(socket: &mut Socket, wanted: impl Fn(&ServerFrame) -> bool) {
    let heard = async {
        loop {
            let message = socket.next().await.expect("it is open").expect("it is well");
            let Message::Text(text) = message else { continue };
            if wanted(&serde_json::from_str(&text).expect("a frame")) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), heard).await.expect("it was never heard");
}

async fn answers_ping(socket: &mut Socket) {
    socket.send(Message::text(r#"{"type":"ping"}"#)).await.expect("it is open");
    hears(socket, |frame| *frame == ServerFrame::Pong).await;
}

async fn inside(service: &Serving, path: &str) -> Answer {
    let mut wire = Wire::open(&service.internal).await;
    wire.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
    wire.answer().await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn redis_goes_and_comes_back(db: PgPool) {
    let Some(mut redis) = Redis::start() else { return };
    let url = redis.url();
    let settings = [
        ("SECUREVOX_REDIS_URL", &url[..]),
        ("SECUREVOX_REGISTRATION", "open"),
        ("SECUREVOX_LOGINS_PER_ACCOUNT", "3"),
    ];
    let one = House::with(db, &settings).await;
    let two = one.copy(&settings).await;
    let copies = [one.router::<Api>(&settings).await, two.router::<Api>(&settings).await];
    let [here, there] = &copies;
    let distribution = two.router::<Distribution>(&settings).await;
    let notifiers =
        [one.serve::<Notifier>(&settings).await, two.serve::<Notifier>(&settings).await];
    let register = json!({ "handle": "ada", "password": PASSWORD });
    let first = Ask::new("POST", "/v1/auth/register").json(&register).of(here).await;
    let (ada, publisher) = (Person::of(&first), Person::publisher("bob", &one).await);
    let mut socket = listen(&notifiers[1].url, &ada).await;
    answers_ping(&mut socket).await;
    assert_eq!(guesses(&copies, "nobody").await, 3, "limits are counted together");
    assert_eq!(inside(&notifiers[0], "/readyz").await.html(), "ready\n");

    redis.kill();
    let since = Instant::now();
    let second = login(here, "ada", PASSWORD).await;
    assert_eq!(second.status, 200);
    let second = Person::of(&second);
    assert_eq!(second.get(there, "/v1/account").await.status, 200);
    assert_eq!(publisher.upload(&distribution, "/api/builds", form()).await.status, 201);
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    assert_eq!(guesses(&copies, "nobody.else").await, 6, "each copy counts alone");
    for notifier in &notifiers {
        let ready = inside(notifier, "/readyz").await;
        assert_eq!((ready.status.as_u16(), ready.html()), (200, "ready, without redis\n"));
        let metrics = inside(notifier, "/metrics").await;
        assert!(metrics.html().contains("securevox_notifier_bus_up 0"), "{}", metrics.html());
    }

    // What no bus tells the other copy, it asks Postgres.
    assert_eq!(second.post(here, "/v1/auth/logout", json!({})).await.status, 204);
    assert_eq!(second.get(here, "/v1/account").await.status, 401);
    let since = Instant::now();
    while second.get(there, "/v1/account").await.status != 401 {
        assert!(since.elapsed() < Duration::from_secs(17), "still let in");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    answers_ping(&mut socket).await;

    redis.start_again();
    hears(&mut socket, |frame| *frame == ServerFrame::Gap).await;
    let ready = async {
        while inside(&notifiers[0], "/readyz").await.html() != "ready\n"
            || inside(&notifiers[1], "/readyz").await.html() != "ready\n"
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ready).await.expect("it is back");
    // It was left alone for a second after it did not answer.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(login(here, "ada", PASSWORD).await.status, 200);
    hears(&mut socket, |frame| {
        matches!(frame, ServerFrame::Account(news) if news.kind == NewsKind::SessionStarted)
    })
    .await;
    assert_eq!(guesses(&copies, "nobody.at.all").await, 3, "they are counted together again");
    let metrics = inside(&notifiers[1], "/metrics").await;
    assert!(metrics.html().contains("securevox_notifier_bus_up 1"), "{}", metrics.html());
}
