//! What one client says, answered one after another and in its order.

use std::{
    collections::VecDeque,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use securevox_protocol::{
    CallId,
    signaling::{Answer, Participants},
};
use socketioxide::{
    SendError, SocketError,
    adapter::LocalAdapter,
    extract::AckSender,
    handler::{FromMessageParts as _, MessageHandler, Value},
    socket::Socket,
};

use crate::{
    app::App,
    signal::{self, Speaker, TOO_FAST},
};

/// What waits to be answered; one more is refused.
const BACKLOG: usize = 64;
/// Refusals that wait to be told; one more ends the connection.
const REFUSALS: usize = 4_096;
/// How long the answers to a client that does not read wait for room.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_FOR_ROOM: Duration = Duration::from_millis(10);

/// The conversation with one socket. Nothing runs while nothing is said.
pub(super) struct Talk {
    /// Weakly: connections that are open when all else ends hold each other in the library.
    app: Weak<App>,
    pub(super) speaker: Speaker,
    /// Another socket of the device took over.
    pub(super) replaced: AtomicBool,
    waiting: Mutex<Waiting>,
    /// The calls that were joined.
    calls: tokio::sync::Mutex<Vec<CallId>>,
}

#[derive(Default)]
struct Waiting {
    words: VecDeque<Word>,
    refused: VecDeque<i64>,
    is_answering: bool,
}

/// What was said, and the number under which an answer is wanted.
struct Word {
    said: Value,
    ack_id: Option<i64>,
}

enum Next {
    Answer(Word),
    Refuse(i64),
}

/// Hears all events of a socket, whatever their name. The library would start a task for each,
/// and they would overtake each other.
pub(super) struct Hearing(pub(super) Arc<Talk>);

/// Tells the library that [`Hearing`] is no function.
pub(super) struct InOrder;

impl MessageHandler<LocalAdapter, InOrder> for Hearing {
    fn call(&self, socket: Arc<Socket<LocalAdapter>>, said: Value, ack_id: Option<i64>) {
        self.0.hear(socket, Word { said, ack_id });
    }
}

impl Talk {
    pub(super) fn new(app: &Arc<App>, speaker: Speaker) -> Self {
        Self {
            app: Arc::downgrade(app),
            speaker,
            replaced: AtomicBool::new(false),
            waiting: Mutex::default(),
            calls: tokio::sync::Mutex::default(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(self: &Arc<Self>, socket: Arc<Socket<LocalAdapter>>, word: Word) {
        let Some(app) = self.app.upgrade() else { return };
        let mut waiting = self.waiting();
        if waiting.words.len() < BACKLOG {
            waiting.words.push_back(word);
        } else {
            app.counted.event(None, Some(&TOO_FAST));
            waiting.refused.extend(word.ack_id);
        }
        if waiting.refused.len() > REFUSALS {
            waiting.refused.clear();
            drop(waiting);
            // What cannot be told is ended with the connection.
            return drop(socket.disconnect());
        }
        if !mem::replace(&mut waiting.is_answering, true) {
            let talk = Arc::clone(self);
            let tasks = app.tasks.clone();
            tasks.spawn(async move { talk.answer(&app, &socket).await });
        }
    }

    /// Answers what was said until nothing waits.
    async fn answer(&self, app: &App, socket: &Arc<Socket<LocalAdapter>>) {
        while let Some(next) = self.next() {
            match next {
                Next::Answer(Word { said, ack_id }) => {
                    let said = said.as_str().map_or("", |said| said.as_str());
                    let mut calls = self.calls.lock().await;
                    let answer = signal::hear(app, self.speaker, &mut calls, said).await;
                    drop(calls);
                    acknowledge(socket, ack_id, &answer).await;
                }
                Next::Refuse(ack_id) => {
                    acknowledge(socket, Some(ack_id), &signal::refusal(TOO_FAST)).await;
                }
            }
        }
    }

    fn next(&self) -> Option<Next> {
        let mut waiting = self.waiting();
        let word = waiting.words.pop_front().map(Next::Answer);
        let next = word.or_else(|| waiting.refused.pop_front().map(Next::Refuse));
        waiting.is_answering = next.is_some();
        next
    }

    fn forget(&self) {
        let mut waiting = self.waiting();
        waiting.words.clear();
        waiting.refused.clear();
    }

    /// The socket is gone: what it had not been answered is forgotten, and it leaves its calls
    /// unless another one of the device is in its place.
    pub(super) async fn end(&self, app: &App) {
        self.forget();
        let calls = mem::take(&mut *self.calls.lock().await);
        if !self.replaced.load(Ordering::Relaxed) {
            signal::hang_up(app, self.speaker, &calls).await;
        }
    }
}

/// Sends an answer, as soon as the client has taken enough of those before.
async fn acknowledge(
    socket: &Arc<Socket<LocalAdapter>>,
    ack_id: Option<i64>,
    answer: &Answer<Participants>,
) {
    if ack_id.is_none() {
        return;
    }
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        let ack = AckSender::from_message_parts(socket, &mut Value::Str("".into(), None), &ack_id);
        let Ok(ack) = ack;
        match ack.send(answer) {
            Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                tokio::time::sleep(LOOK_FOR_ROOM).await;
            }
            // Sent, or nobody is there any more.
            Ok(()) | Err(_) => return,
        }
    }
    tracing::debug!("a client does not read its answers");
}
