//! Sockets in Node, and people with devices.

use std::path::Path;

use chrono::{TimeDelta, Utc};
use securevox_protocol::{DeviceId, SessionId};
use securevox_testkit::{House, Person, Script};
use serde_json::{Value, json};
use uuid::Uuid;

/// A person's device, signed in.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) person: Person,
    pub(crate) id: DeviceId,
}

/// `socket.io-client` with sockets by name.
pub(crate) struct Client(Script);

impl Device {
    pub(crate) async fn of(handle: &str, house: &House) -> Self {
        let person = Person::named(handle, house).await;
        let id = DeviceId::fresh();
        let token = house.base.tokens.issue(person.account, Some(id), person.session, Utc::now());
        Self { person: Person { token: token.unwrap(), ..person }, id }
    }

    /// Another device of the same person, with a session of its own.
    pub(crate) async fn another(&self, house: &House) -> Self {
        let (id, session, now) = (DeviceId::fresh(), SessionId::fresh(), Utc::now());
        let account = self.person.account;
        sqlx::query!(
            "insert into sessions (id, account_id, expires_at) values ($1, $2, $3)",
            session.0,
            account.0,
            now + TimeDelta::days(1),
        )
        .execute(&house.base.db)
        .await
        .unwrap();
        let token = house.base.tokens.issue(account, Some(id), session, now).unwrap();
        Self { person: Person { account, session, token }, id }
    }

    pub(crate) fn auth(&self) -> Value {
        json!({ "token": self.person.token })
    }

    /// As others are told of it.
    pub(crate) fn participant(&self) -> Value {
        json!({ "account": self.person.account, "device": self.id })
    }
}

impl Client {
    /// `None`, said aloud, where there is no Node.
    pub(crate) async fn start() -> Option<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/client.cjs");
        let mut script = Script::start(path, json!({ "do": "hello" })).await;
        if let Some(script) = &mut script {
            script.said().await;
        }
        script.map(Self)
    }

    pub(crate) async fn ask(&mut self, command: Value) -> Value {
        self.0.say(command).await;
        self.0.said().await
    }

    /// Opens a socket by WebSocket and says how that went.
    pub(crate) async fn try_open(&mut self, name: &str, url: &str, auth: Value) -> Value {
        let options = json!({ "transports": ["websocket"], "auth": auth });
        self.open_with(name, url, options).await
    }

    pub(crate) async fn open_with(&mut self, name: &str, url: &str, options: Value) -> Value {
        self.ask(json!({ "do": "open", "name": name, "url": url, "options": options })).await
    }

    /// Opens a socket of a device, which must work.
    pub(crate) async fn open(&mut self, name: &str, url: &str, device: &Device) {
        let opened = self.try_open(name, url, device.auth()).await;
        assert_eq!(opened["connected"], true, "{opened}");
    }

    /// The problem with which a socket is refused.
    pub(crate) async fn refused(&mut self, url: &str, options: Value) -> Value {
        let opened = self.open_with("refused", url, options).await;
        assert_eq!(opened["connected"], false, "{opened}");
        serde_json::from_str(opened["message"].as_str().unwrap()).unwrap()
    }

    /// The answers to what is said all at once.
    pub(crate) async fn say_all(&mut self, name: &str, words: Vec<Value>) -> Vec<Value> {
        let said = self.ask(json!({ "do": "say", "name": name, "words": words })).await;
        said["acks"].as_array().unwrap().clone()
    }

    /// The answer to one event.
    pub(crate) async fn say(&mut self, name: &str, event: &str, body: Value) -> Value {
        self.say_all(name, vec![json!([event, body])]).await.remove(0)
    }

    pub(crate) async fn join(&mut self, name: &str, call: Uuid) -> Value {
        self.say(name, "call:join", json!({ "call_id": call })).await
    }

    /// The next thing that a socket hears, which must be `event`; its body.
    pub(crate) async fn next(&mut self, name: &str, event: &str) -> Value {
        let heard = self.ask(json!({ "do": "next", "name": name })).await;
        assert_eq!(heard["event"], event, "{heard}");
        heard["body"].clone()
    }

    /// Asserts that a socket has heard nothing since it was last asked.
    pub(crate) async fn heard_nothing(&mut self, name: &str) {
        let heard = self.ask(json!({ "do": "heard", "name": name })).await;
        assert_eq!(heard["heard"], json!([]));
    }
}

/// The status, and the last part of the type, of the problem in an answer.
#[track_caller]
pub(crate) fn problem(answer: &Value) -> (u64, &str) {
    assert_eq!(answer["ok"], false, "{answer}");
    kind(&answer["problem"])
}

#[track_caller]
pub(crate) fn kind(problem: &Value) -> (u64, &str) {
    let kind = problem["type"].as_str().unwrap_or_else(|| panic!("{problem}"));
    (problem["status"].as_u64().unwrap(), kind.trim_start_matches("/problems/"))
}

#[track_caller]
pub(crate) fn pointer(answer: &Value) -> &str {
    answer["problem"]["errors"][0]["pointer"].as_str().unwrap_or_else(|| panic!("{answer}"))
}
