//! The sockets that are open on this copy, and whose they are.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use securevox_core::metrics::{Gauge, Metrics};
use securevox_protocol::{DeviceId, SessionId, signaling::ServerEvent};
use socketioxide::{SendError, SocketError, extract::SocketRef, socket::Sid};
use uuid::Uuid;

use super::{converse::Talk, line::Line};

/// The open sockets.
pub(super) struct Sockets {
    /// A device has several only while the newest takes over.
    open: Mutex<HashMap<DeviceId, Vec<Seat>>>,
    count: Gauge,
}

/// A socket and the conversation over it.
#[derive(Clone)]
pub(super) struct Seat {
    /// Ordered by time, over all copies.
    pub(super) opened: Uuid,
    pub(super) socket: SocketRef,
    pub(super) talk: Arc<Talk>,
}

impl Sockets {
    pub(super) fn new(metrics: &Metrics) -> Self {
        let count = metrics.gauge("sockets", "Sockets of devices that are open");
        Self { open: Mutex::default(), count }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<DeviceId, Vec<Seat>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn seat(&self, seat: Seat) {
        self.open().entry(seat.device()).or_default().push(seat);
        self.count.inc();
    }

    /// Takes the socket out, if it is in.
    pub(super) fn unseat(&self, device: DeviceId, sid: Sid) -> Option<Seat> {
        let mut open = self.open();
        let seats = open.get_mut(&device)?;
        let place = seats.iter().position(|seat| seat.socket.id == sid)?;
        let seat = seats.swap_remove(place);
        if seats.is_empty() {
            open.remove(&device);
        }
        self.count.dec();
        Some(seat)
    }

    /// The newest socket of a device.
    pub(super) fn of(&self, device: DeviceId) -> Option<Seat> {
        self.open().get(&device)?.iter().max_by_key(|seat| seat.opened).cloned()
    }

    /// The sockets for which `which` holds.
    pub(super) fn filtered(&self, which: impl Fn(&Seat) -> bool) -> Vec<Seat> {
        self.open().values().flatten().filter(|seat| which(seat)).cloned().collect()
    }
}

impl Seat {
    pub(super) fn device(&self) -> DeviceId {
        self.talk.speaker.device
    }

    pub(super) fn session(&self) -> SessionId {
        self.talk.speaker.session
    }

    /// What lies under the socket.
    pub(super) fn line(&self) -> Option<&Line> {
        self.socket.req_parts().extensions.get()
    }

    /// Tells the client; whether it keeps up.
    pub(super) fn tell(&self, event: &ServerEvent) -> bool {
        let socket = &self.socket;
        let told = match event {
            ServerEvent::Offer(body) => socket.emit("webrtc:offer", body),
            ServerEvent::Answer(body) => socket.emit("webrtc:answer", body),
            ServerEvent::Candidate(body) => socket.emit("webrtc:candidate", body),
            ServerEvent::Joined(body) => socket.emit("participant:joined", body),
            ServerEvent::Left(body) => socket.emit("participant:left", body),
            ServerEvent::Draining(body) => socket.emit("server:draining", body),
            ServerEvent::Closing(body) => socket.emit("server:closing", body),
        };
        !matches!(told, Err(SendError::Socket(SocketError::InternalChannelFull)))
    }
}
