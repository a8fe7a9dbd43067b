//! The streams that are open on this copy, and whom they belong to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use securevox_core::{auth::SignedIn, metrics::Gauge, metrics::Metrics};
use securevox_protocol::{AccountId, DeviceId, SessionId, stream::ServerFrame};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use uuid::Uuid;

/// Frames that wait for a slow reader; one more and it is cut off.
const BACKLOG: usize = 256;

/// What a stream is told.
#[derive(Clone, Debug)]
pub(crate) enum Tell {
    Frame(ServerFrame),
    /// Close, with this code.
    Close(u16),
}

/// The open streams.
#[derive(Debug)]
pub(crate) struct Streams {
    open: Mutex<Open>,
    count: Gauge,
}

#[derive(Debug, Default)]
struct Open {
    streams: HashMap<Uuid, Stream>,
    of_account: HashMap<AccountId, Vec<Uuid>>,
}

#[derive(Debug)]
struct Stream {
    account: AccountId,
    session: SessionId,
    device: Option<DeviceId>,
    teller: Sender<Tell>,
}

/// Keeps a stream in the registry until it is dropped.
pub(crate) struct Seat {
    pub(crate) id: Uuid,
    streams: Arc<Streams>,
}

impl Streams {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let count = metrics.gauge("stream_connections", "Event streams that are open");
        Self { open: Mutex::default(), count }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seats a stream; it is told through the receiver, which ends when it must be cut off.
    pub(crate) fn seat(self: &Arc<Self>, caller: &SignedIn) -> (Seat, Receiver<Tell>) {
        let (teller, told) = channel(BACKLOG);
        let id = Uuid::now_v7();
        let SignedIn { account, session, device } = *caller;
        let mut open = self.open();
        open.streams.insert(id, Stream { account, session, device, teller });
        open.of_account.entry(account).or_default().push(id);
        drop(open);
        self.count.inc();
        (Seat { id, streams: Arc::clone(self) }, told)
    }

    /// How many an account has open here.
    pub(crate) fn of(&self, account: AccountId) -> usize {
        self.open().of_account.get(&account).map_or(0, Vec::len)
    }

    /// Tells every stream of an account.
    pub(crate) fn tell_account(&self, account: AccountId, tell: &Tell) {
        let mut open = self.open();
        let ids = open.of_account.get(&account).cloned().unwrap_or_default();
        open.tell(ids, tell);
    }

    /// Tells every stream for which `which` holds.
    pub(crate) fn tell_where(
        &self,
        which: impl Fn(Uuid, SessionId, Option<DeviceId>) -> bool,
        tell: &Tell,
    ) {
        let mut open = self.open();
        let streams = open.streams.iter();
        let chosen = streams.filter(|(id, stream)| which(**id, stream.session, stream.device));
        let ids: Vec<Uuid> = chosen.map(|(id, _)| *id).collect();
        open.tell(ids, tell);
    }

    /// The sessions of all streams.
    pub(crate) fn sessions(&self) -> Vec<SessionId> {
        self.open().streams.values().map(|stream| stream.session).collect()
    }
}

impl Open {
    fn tell(&mut self, ids: Vec<Uuid>, tell: &Tell) {
        for id in ids {
            let Some(stream) = self.streams.get(&id) else { continue };
            if stream.teller.try_send(tell.clone()).is_err() {
                // It does not read: without its teller it ends.
                self.remove(id);
            }
        }
    }

    fn remove(&mut self, id: Uuid) {
        let Some(stream) = self.streams.remove(&id) else { return };
        if let Some(ids) = self.of_account.get_mut(&stream.account) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.of_account.remove(&stream.account);
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.streams.open().remove(self.id);
        self.streams.count.dec();
    }
}
