//! An OpenID provider for tests: the one of npm, with people of the test's own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::Url;

use crate::{Script, Wire};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node/oidc.cjs");

/// A sign-in leads through a few of its pages; more would be a circle.
const HOPS: usize = 8;

/// A provider that runs until it is dropped.
#[derive(Debug)]
pub struct OpenId {
    script: Script,
    /// As it names itself.
    pub issuer: String,
}

impl OpenId {
    /// What it knows us by.
    pub const CLIENT_ID: &'static str = "securevox";
    /// Holds what has to be encoded on its way.
    pub const CLIENT_SECRET: &'static str = "a secret: & more";

    /// A provider that knows `people` by their subjects and sends them back to `api`. Of `more`, a
    /// `thin` one tells what they are called to who asks with the access token alone; `port` is its own.
    pub async fn start(people: Value, api: &Url, more: Value) -> Option<Self> {
        let callback = api.join("/login/sso/callback").unwrap();
        let client = json!({
            "client_id": Self::CLIENT_ID,
            "client_secret": Self::CLIENT_SECRET,
            "redirect_uris": [callback],
        });
        let mut first = json!({ "people": people, "client": client });
        first.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let mut script = Script::start(SCRIPT, first).await?;
        let issuer = script.said().await["issuer"].as_str().unwrap().to_owned();
        Some(Self { script, issuer })
    }

    /// The settings of a service whose people sign in here.
    pub fn variables(&self) -> [(&'static str, &str); 3] {
        [
            ("SECUREVOX_OIDC_ISSUER", &self.issuer),
            ("SECUREVOX_OIDC_CLIENT_ID", Self::CLIENT_ID),
            ("SECUREVOX_OIDC_CLIENT_SECRET", Self::CLIENT_SECRET),
        ]
    }

    /// Who is at the keyboard from now on: a subject, or `None` for somebody who changes their mind.
    pub async fn seat(&mut self, person: Option<&str>) {
        self.script.say(json!({ "present": person })).await;
        self.script.said().await;
    }

    /// Signs in at `page`, in a browser that was never here, and says where it leads away to.
    pub async fn visit(&self, page: &str) -> String {
        let mut cookies = BTreeMap::new();
        let mut page = page.to_owned();
        for _ in 0..HOPS {
            let Some(path) = page.strip_prefix(&self.issuer) else { return page };
            let sent: Vec<String> =
                cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let head = format!(
                "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
                self.issuer.trim_start_matches("http://"),
                sent.join("; ")
            );
            let mut wire = Wire::open(&self.issuer).await;
            wire.send(head).await;
            let answer = wire.answer().await;
            assert_eq!(answer.status, 303, "{page}: {}", answer.html());
            for cookie in answer.headers.get_all("set-cookie") {
                let pair = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let next = Url::parse(&page).unwrap().join(answer.header("location")).unwrap();
            page = next.into();
        }
        panic!("the provider leads in a circle: {page}");
    }
}
