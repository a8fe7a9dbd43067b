//! What one client says, answered one after another and in its order.

use std::{
    collections::VecDeque,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use securevox_protocol::{
    CallId,
    signaling::{Answer, Participants},
};
use socketioxide::{
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

/// The conversation with one socket. Nothing runs while nothing is said.
pub(super) struct Talk {
    pub(super) app: Arc<App>,
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
    is_answering: bool,
}

struct Word {
    said: Value,
    ack: AckSender,
}

/// Hears all events of a socket, whatever their name. The library would start a task for each,
/// and they would overtake each other.
pub(super) struct Hearing(pub(super) Arc<Talk>);

/// Tells the library that [`Hearing`] is no function.
pub(super) struct InOrder;

impl MessageHandler<LocalAdapter, InOrder> for Hearing {
    fn call(&self, socket: Arc<Socket<LocalAdapter>>, mut said: Value, ack_id: Option<i64>) {
        let Ok(ack) = AckSender::from_message_parts(&socket, &mut said, &ack_id);
        self.0.hear(Word { said, ack });
    }
}

impl Talk {
    pub(super) fn new(app: Arc<App>, speaker: Speaker) -> Self {
        Self {
            app,
            speaker,
            replaced: AtomicBool::new(false),
            waiting: Mutex::default(),
            calls: tokio::sync::Mutex::default(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(self: &Arc<Self>, word: Word) {
        let mut waiting = self.waiting();
        if waiting.words.len() >= BACKLOG {
            drop(waiting);
            self.app.counted.event(None, Some(&TOO_FAST));
            return acknowledge(word.ack, &signal::refusal(TOO_FAST));
        }
        waiting.words.push_back(word);
        if !mem::replace(&mut waiting.is_answering, true) {
            let talk = Arc::clone(self);
            self.app.tasks.spawn(async move { talk.answer().await });
        }
    }

    /// Answers what was said until nothing waits.
    async fn answer(&self) {
        while let Some(Word { said, ack }) = self.next() {
            let said = said.as_str().map_or("", |said| said.as_str());
            let mut calls = self.calls.lock().await;
            let answer = signal::hear(&self.app, self.speaker, &mut calls, said).await;
            drop(calls);
            acknowledge(ack, &answer);
        }
    }

    fn next(&self) -> Option<Word> {
        let mut waiting = self.waiting();
        let next = waiting.words.pop_front();
        waiting.is_answering = next.is_some();
        next
    }

    /// The socket is gone: what it had not been answered is forgotten, and it leaves its calls
    /// unless another one of the device is in its place.
    pub(super) async fn end(&self) {
        self.waiting().words.clear();
        let calls = mem::take(&mut *self.calls.lock().await);
        if !self.replaced.load(Ordering::Relaxed) {
            signal::hang_up(&self.app, self.speaker, &calls).await;
        }
    }
}

fn acknowledge(ack: AckSender, answer: &Answer<Participants>) {
    if let Err(error) = ack.send(answer) {
        // The socket is gone, or does not read.
        tracing::debug!(error = format!("{error:#}"), "an acknowledgement was not sent");
    }
}
