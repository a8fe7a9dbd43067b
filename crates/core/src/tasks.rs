//! Tasks that outlive a request, and the life of a process: serving, draining, stopped.

use std::{convert::Infallible, future::Future, time::Duration};

use tokio::sync::oneshot;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument as _;

/// Spawns tasks that a stop waits for. Clones share the same tasks.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stopping: CancellationToken,
}

impl Tasks {
    /// Starts `task` in the background. It should end soon after [`Tasks::stopping`].
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        #[expect(clippy::disallowed_methods, reason = "this is the tracked spawn")]
        tokio::spawn(self.tracker.track_future(task.in_current_span()));
    }

    /// Starts `task` in the background; the stop drops it wherever it is.
    pub fn spawn_until_stop<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stopping = self.stopping();
        self.spawn(async move {
            tokio::select! {
                () = task => {}
                () = stopping => {}
            }
        });
    }

    /// The result of `task`, which comes to its end even if nobody waits for it any more: a
    /// client that goes away drops the future of its handler.
    pub async fn to_the_end<F>(&self, task: F) -> F::Output
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let (done, result) = oneshot::channel();
        self.spawn(async move {
            let _unheard = done.send(task.await);
        });
        result.await.expect("the task sends, or its panic was logged")
    }

    /// Calls `work` now and every `period` until the stop. A run that takes longer delays the next.
    pub fn every<F, Fut>(&self, period: Duration, work: F)
    where
        F: Fn() -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send,
    {
        let stopping = self.stopping.clone();
        self.spawn(async move {
            while !stopping.is_cancelled() {
                work().await;
                let _stopped = tokio::time::timeout(period, stopping.cancelled()).await;
            }
        });
    }

    /// Completes when the tasks ought to end.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + 'static {
        self.stopping.clone().cancelled_owned()
    }

    /// Tells the tasks to end and waits for them, `limit` at most; whether all ended.
    pub async fn stop(&self, limit: Duration) -> bool {
        self.stopping.cancel();
        self.tracker.close();
        tokio::time::timeout(limit, self.tracker.wait()).await.is_ok()
    }
}

/// Where a process is in its life. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    draining: CancellationToken,
}

impl Lifecycle {
    /// From now on the process is not ready, accepts nothing new and finishes what runs.
    pub fn drain(&self) {
        self.draining.cancel();
    }

    /// Whether [`Lifecycle::drain`] was called.
    pub fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Completes when [`Lifecycle::drain`] is called.
    pub async fn draining(&self) {
        self.draining.cancelled().await;
    }

    /// Drains at SIGTERM or Ctrl-C and goes on waiting; a second one ends the process at once.
    pub async fn drain_on_signal(&self) -> Infallible {
        stop_signal().await;
        tracing::info!("draining: finishing what runs; once more to stop at once");
        self.drain();
        stop_signal().await;
        std::process::exit(130);
    }
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be handled");
    let mut interrupt = signal(SignalKind::interrupt()).expect("SIGINT can be handled");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
