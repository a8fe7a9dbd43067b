//! Who may listen, what is heard, and how a stream ends.

use std::time::Duration;

use chrono::Utc;
use futures_util::{SinkExt as _, StreamExt as _};
use securevox_core::bus::AccountNews;
use securevox_notifier::Notifier;
use securevox_protocol::{
    DeviceId, SessionId,
    stream::{News, NewsKind, ServerFrame, close},
};
use securevox_testkit::{House, Person, Redis};
use sqlx::PgPool;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest as _,
        http::{HeaderName, HeaderValue, StatusCode},
    },
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(url: &str, header: &str, value: &str) -> Result<Socket, Error> {
    let address = format!("{}/v1/stream", url.replace("http://", "ws://"));
    let mut request = address.into_client_request().unwrap();
    if !header.is_empty() {
        let name: HeaderName = header.parse().unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    connect_async(request).await.map(|(socket, response)| {
        let offered = header == "sec-websocket-protocol";
        let answered = response.headers().get("sec-websocket-protocol");
        assert_eq!(answered.map(HeaderValue::as_bytes), offered.then_some(&b"securevox.v1"[..]));
        socket
    })
}

async fn listen(url: &str, person: &Person) -> Socket {
    connect(url, "authorization", &format!("Bearer {}", person.token)).await.unwrap()
}

/// The next message that is not a ping; fails after ten seconds.
async fn next(socket: &mut Socket) -> Message {
    loop {
        let message = tokio::time::timeout(Duration::from_secs(10), socket.next()).await;
        match message.expect("nothing came").unwrap().unwrap() {
            Message::Ping(_) => {}
            message => return message,
        }
    }
}

/// The next frame but gaps, which may come whenever a bus is joined.
async fn frame(socket: &mut Socket) -> ServerFrame {
    loop {
        let frame = serde_json::from_str(next(socket).await.to_text().unwrap()).unwrap();
        if frame != ServerFrame::Gap {
            return frame;
        }
    }
}

async fn closed_with(socket: &mut Socket) -> u16 {
    loop {
        if let Message::Close(close) = next(socket).await {
            return close.unwrap().code.into();
        }
    }
}

fn refused(outcome: Result<Socket, Error>) -> StatusCode {
    match outcome {
        Err(Error::Http(response)) => response.status(),
        other => panic!("{:?}", other.map(drop)),
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_stranger_hears_nothing(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<Notifier>(&[]).await.url;
    let ada = Person::publisher("ada", &house).await;
    let token = ada.api_token(&["builds:read"], &house).await;
    assert_eq!(refused(connect(&url, "", "").await), 401);
    assert_eq!(refused(connect(&url, "authorization", "Bearer nonsense").await), 401);
    let value = format!("Bearer {}", token.token);
    assert_eq!(refused(connect(&url, "authorization", &value).await), 403);
    let offer = "securevox.v1, token.nonsense";
    assert_eq!(refused(connect(&url, "sec-websocket-protocol", offer).await), 401);
    let router = house.router::<Notifier>(&[]).await;
    assert_eq!(ada.get(&router, "/v1/stream").await.problem(), (426, "not-a-websocket"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_browser_sends_its_token_as_a_subprotocol(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<Notifier>(&[]).await.url;
    let ada = Person::named("ada", &house).await;
    let offer = format!("securevox.v1, token.{}", ada.token);
    let mut socket = connect(&url, "sec-websocket-protocol", &offer).await.unwrap();
    socket.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
    assert_eq!(frame(&mut socket).await, ServerFrame::Pong);
    socket.send(Message::text("nonsense")).await.unwrap();
    assert_eq!(closed_with(&mut socket).await, close::REFUSED);
}

fn news(kind: NewsKind, session_id: SessionId) -> News {
    News { kind, session_id, device_id: None }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_hears_of_its_sessions_and_the_ended_one_is_cut(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<Notifier>(&[]).await.url;
    let (ada, eve) = (Person::named("ada", &house).await, Person::named("eve", &house).await);
    let (mut socket, mut overhearing) = (listen(&url, &ada).await, listen(&url, &eve).await);

    for kind in [NewsKind::SessionStarted, NewsKind::SessionRevoked] {
        let news = news(kind, SessionId::fresh());
        house.base.bus.publish(&AccountNews { account: ada.account, news }).await;
        assert_eq!(frame(&mut socket).await, ServerFrame::Account(news));
    }
    house.base.revocations.tell(&[ada.session], Utc::now()).await;
    assert_eq!(closed_with(&mut socket).await, close::SESSION_ENDED);

    // Eve heard none of it.
    overhearing.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
    assert_eq!(frame(&mut overhearing).await, ServerFrame::Pong);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_device_has_one_stream(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<Notifier>(&[]).await.url;
    let ada = Person::named("ada", &house).await;
    let device = Some(DeviceId::fresh());
    let token = house.base.tokens.issue(ada.account, device, ada.session, Utc::now()).unwrap();
    let ada = Person { token, ..ada };
    let mut older = listen(&url, &ada).await;
    let mut newer = listen(&url, &ada).await;
    assert_eq!(closed_with(&mut older).await, close::REPLACED);
    newer.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
    assert_eq!(frame(&mut newer).await, ServerFrame::Pong);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_copy_that_stops_sends_its_clients_elsewhere(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<Notifier>(&[]).await.url;
    let mut socket = listen(&url, &Person::named("ada", &house).await).await;
    house.base.lifecycle.drain();
    let ServerFrame::Draining { reconnect_in_ms } = frame(&mut socket).await else { panic!() };
    assert!(reconnect_in_ms <= 10_000, "{reconnect_in_ms}");
    assert_eq!(closed_with(&mut socket).await, close::DRAINING);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn news_cross_from_copy_to_copy(db: PgPool) {
    let Some(redis) = Redis::start() else { return };
    let url = redis.url();
    let variables = [("SECUREVOX_REDIS_URL", url.as_str())];
    let here = House::with(db, &variables).await;
    let there = here.copy(&variables).await;
    let stream = there.serve::<Notifier>(&[]).await.url;
    let ada = Person::named("ada", &here).await;
    let mut socket = listen(&stream, &ada).await;
    // Over Redis a copy hears nothing until its subscriptions stand, which takes a moment.
    let heard = async {
        while !matches!(
            tokio::time::timeout(Duration::from_millis(100), socket.next()).await,
            Ok(Some(Ok(Message::Text(_))))
        ) {
            here.base.bus.raise_gap().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), heard).await.unwrap();
    here.base.revocations.tell(&[ada.session], Utc::now()).await;
    assert_eq!(closed_with(&mut socket).await, close::SESSION_ENDED);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_opens_so_many_streams_so_often(db: PgPool) {
    let house = House::on(db).await;
    let (ada, eve) = (Person::named("ada", &house).await, Person::named("eve", &house).await);
    let often =
        house.serve::<Notifier>(&[("SECUREVOX_STREAM_OPENINGS_PER_ACCOUNT", "2")]).await.url;
    for _ in 0..2 {
        listen(&often, &ada).await;
    }
    let Err(Error::Http(limited)) =
        connect(&often, "sec-websocket-protocol", &format!("securevox.v1, token.{}", ada.token))
            .await
    else {
        panic!("a third was opened");
    };
    assert_eq!(limited.status(), 429);
    assert_eq!(limited.headers()["ratelimit-policy"], "\"streams-opened-by\";q=2;w=60");
    assert!(limited.headers().contains_key("retry-after"));
    listen(&often, &eve).await;

    let many = house.serve::<Notifier>(&[("SECUREVOX_STREAMS_PER_ACCOUNT", "1")]).await.url;
    let mut socket = listen(&many, &eve).await;
    let value = format!("Bearer {}", eve.token);
    // It is seated a moment after the handshake.
    socket.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
    assert_eq!(frame(&mut socket).await, ServerFrame::Pong);
    assert_eq!(refused(connect(&many, "authorization", &value).await), 429);
    drop(socket);
    let again = async {
        while connect(&many, "authorization", &value).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), again).await.unwrap();
}
