//! Events of call signalling: Socket.IO at `/socket.io/`, namespace `/`.
//!
//! Each event has one argument, an object. Each event of a client is answered by an
//! acknowledgement, an [`Answer`], if the client asks for one. Who is refused at the door gets
//! `connect_error`, whose `message` is a [`Problem`] as JSON.

use serde::{Deserialize, Serialize};

use crate::{AccountId, CallId, DeviceId, Problem, words::words};

/// The longest `sealed` of an offer or an answer, in bytes of its base64 text.
pub const SEALED_DESCRIPTION_BYTES: usize = 64 << 10;
/// The longest `sealed` of a candidate, in bytes of its base64 text.
pub const SEALED_CANDIDATE_BYTES: usize = 4 << 10;

words! {
    /// What a client can say.
    pub enum ClientEvent {
        /// With [`InCall`]: be in a call. Answered with [`Participants`].
        Join = "call:join",
        /// With [`InCall`]: be in it no longer.
        Leave = "call:leave",
        /// With [`Signal`].
        Offer = "webrtc:offer",
        /// With [`Signal`].
        Answer = "webrtc:answer",
        /// With [`Signal`].
        Candidate = "webrtc:candidate",
    }
}

/// What names nothing but a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InCall {
    /// Which.
    pub call_id: CallId,
}

/// What one device of a call has to say to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// In which call.
    pub call_id: CallId,
    /// To whom.
    pub to: DeviceId,
    /// Base64, readable for the two devices alone.
    pub sealed: String,
}

/// A device in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub device: DeviceId,
}

/// Who is in a call, whoever asked included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participants {
    /// In the order of their devices' ids.
    pub participants: Vec<Participant>,
}

/// The acknowledgement of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// Whether it was done. To hand something to a device is done when it is on its way.
    pub ok: bool,
    /// What was asked for, where there is something.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub given: Option<T>,
    /// Why not, where it was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "body")]
pub enum ServerEvent {
    /// A description to be answered.
    #[serde(rename = "webrtc:offer")]
    Offer(Signalled),
    /// The answer to one.
    #[serde(rename = "webrtc:answer")]
    Answer(Signalled),
    /// A way to reach the other device.
    #[serde(rename = "webrtc:candidate")]
    Candidate(Signalled),
    /// A device came into the call, perhaps once more after it was gone.
    #[serde(rename = "participant:joined")]
    Joined(InCallOf),
    /// A device is in the call no longer.
    #[serde(rename = "participant:left")]
    Left(InCallOf),
    /// The server is about to stop.
    #[serde(rename = "server:draining")]
    Draining(Draining),
    /// The socket is about to be closed, and not to be opened again as it was.
    #[serde(rename = "server:closing")]
    Closing(Closing),
}

/// What one device said to another, as that one hears it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signalled {
    /// In which call.
    pub call_id: CallId,
    /// Who said it: the server knows it from the socket, not from what was said.
    pub from: Participant,
    /// As it was given.
    pub sealed: String,
}

/// Who came or went, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InCallOf {
    /// Which call.
    pub call_id: CallId,
    /// Who.
    pub participant: Participant,
}

/// When to connect again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draining {
    /// In how many milliseconds; different for each client.
    pub reconnect_in_ms: u64,
}

/// Why a socket is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// Why.
    pub reason: ClosingReason,
}

words! {
    /// Why a socket is closed.
    pub enum ClosingReason {
        /// The session ended: sign in again.
        SessionEnded = "session_ended",
        /// The device opened another socket.
        Replaced = "replaced",
    }
}
