//! Frames of the event stream, `GET /v1/stream`: JSON text over a WebSocket.

use serde::{Deserialize, Serialize};

use crate::{DeviceId, SessionId, words::words};

/// The subprotocol of the stream. A browser, which can send no headers, offers it together
/// with `token.<access token>`.
pub const SUBPROTOCOL: &str = "securevox.v1";

/// Codes with which the server closes a stream (RFC 6455 leaves 4000–4999 to applications).
pub mod close {
    /// The session of the stream ended: sign in again.
    pub const SESSION_ENDED: u16 = 4401;
    /// The device opened another stream.
    pub const REPLACED: u16 = 4409;
    /// The client does not read, or sends what it must not.
    pub const REFUSED: u16 = 4400;
    /// The server is about to stop: connect again after the time that `draining` told.
    pub const DRAINING: u16 = 4503;
}

words! {
    /// What happened to an account.
    pub enum NewsKind {
        /// Somebody signed in.
        SessionStarted = "session_started",
        /// A session ended.
        SessionRevoked = "session_revoked",
    }
}

/// Something that happened to the account of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// What.
    pub kind: NewsKind,
    /// To which session.
    pub session_id: SessionId,
    /// On which device.
    pub device_id: Option<DeviceId>,
}

/// What the server sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// Something happened to the account.
    Account(News),
    /// Something may have been missed: ask the REST API.
    Gap,
    /// The server is about to stop.
    Draining {
        /// When to connect again, in milliseconds; different for each client.
        reconnect_in_ms: u64,
    },
    /// The answer to `ping`.
    Pong,
}

/// What the client sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Asks whether the server is there.
    Ping,
}
