//! A mail server for tests: the one of npm, which says each mail it takes.

use serde_json::{Value, json};

use crate::Script;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node/smtp.cjs");

/// A mail server that runs until it is dropped.
#[derive(Debug)]
pub struct Smtp {
    script: Script,
    pub port: u16,
}

/// A mail as it arrived.
#[derive(Debug)]
pub struct Arrived {
    pub to: Vec<String>,
    /// Headers and body, as they were sent.
    pub message: String,
    /// Whether it came over TLS.
    pub tls: bool,
}

impl Smtp {
    /// A server that takes everything, unencrypted.
    pub async fn start() -> Option<Self> {
        Self::with(json!({})).await
    }

    /// A server that does as `options` say; see `smtp.cjs`.
    pub async fn with(options: Value) -> Option<Self> {
        let mut script = Script::start(SCRIPT, options).await?;
        let port = script.said().await["port"].as_u64().unwrap().try_into().unwrap();
        Some(Self { script, port })
    }

    /// The settings of a house that sends through it, unencrypted.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The next thing it says.
    pub async fn said(&mut self) -> Value {
        self.script.said().await
    }

    /// The next mail.
    pub async fn mail(&mut self) -> Arrived {
        let said = self.said().await;
        let mail = &said["mail"];
        let to = mail["to"].as_array().unwrap_or_else(|| panic!("no mail: {said}"));
        Arrived {
            to: to.iter().map(|to| to.as_str().unwrap().to_owned()).collect(),
            message: mail["message"].as_str().unwrap().to_owned(),
            tls: mail["tls"] == true,
        }
    }
}

impl Arrived {
    /// The lines of the message, with what quoted-printable broke put together again.
    pub fn text(&self) -> String {
        self.message.replace("=\r\n", "").replace("=3D", "=")
    }

    /// The first address in it that begins with `prefix`.
    pub fn link(&self, prefix: &str) -> String {
        let text = self.text();
        let start = text.find(prefix).unwrap_or_else(|| panic!("no {prefix} in {text}"));
        text[start..].split(|c: char| c.is_whitespace() || c == '"').next().unwrap().to_owned()
    }
}
