//! Request bodies: a minimum rate while they come, and a bounded rest of them drained after an early answer.

use std::{
    future::Future as _,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use http_body::Frame;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, Sleep};

use crate::extract::TooSlow;

/// How much of a refused body is read so that its sender gets to see the answer.
const DRAINED_BYTES: u64 = 64 << 20;
/// How long a refused body is read.
const DRAINED_FOR: Duration = Duration::from_secs(10);

/// How slow a body may come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Bytes a second, on average over each window.
    pub(super) rate: u64,
    /// Time spent waiting for the sender; time in which we were busy ourselves does not count.
    pub(super) window: Duration,
}

/// Paces the body of each request and drains what a handler left of it.
pub(super) async fn pace_and_drain(
    State(pace): State<Pace>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let expectation = request.headers().get(header::EXPECT);
    let waits_for_leave =
        expectation.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    let (parts, body) = request.into_parts();
    let shared = Shared::new(Paced::new(body, pace));
    let mut response = next.run(Request::from_parts(parts, Body::new(shared.clone()))).await;
    // A sender that waits for "100 Continue" has sent nothing: the answer alone stops it.
    let untouched = waits_for_leave && !shared.was_polled();
    if untouched || !shared.drain().await {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A body that fails with [`TooSlow`] when its sender falls below a rate.
struct Paced {
    body: Body,
    pace: Pace,
    received: u64,
    waited: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Paced {
    fn new(body: Body, pace: Pace) -> Self {
        Self { body, pace, received: 0, waited: Duration::ZERO, waiting: None }
    }

    /// Ends a spell of waiting; whether the window ended with too little received.
    fn settle(&mut self) -> bool {
        if let Some((since, _)) = self.waiting.take() {
            self.waited += since.elapsed();
        }
        if self.waited < self.pace.window {
            return false;
        }
        let wanted = self.pace.rate.saturating_mul(self.pace.window.as_secs());
        let enough = self.received >= wanted;
        self.waited = Duration::ZERO;
        self.received = 0;
        !enough
    }

    fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        loop {
            if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
                let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
                self.received += bytes.map_or(0, |bytes| bytes.len() as u64);
                // Whoever is late but done is not cut off.
                self.settle();
                return Poll::Ready(frame);
            }
            let rest = self.pace.window.saturating_sub(self.waited);
            let (_, sleep) = self
                .waiting
                .get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(rest))));
            ready!(sleep.as_mut().poll(cx));
            if self.settle() {
                return Poll::Ready(Some(Err(axum::Error::new(TooSlow))));
            }
        }
    }
}

/// A body that the layer can go on reading when the handler has dropped its end.
#[derive(Clone)]
struct Shared(Arc<Mutex<Reading>>);

struct Reading {
    body: Paced,
    polled: bool,
    ended: bool,
    failed: bool,
}

impl Shared {
    fn new(body: Paced) -> Self {
        Self(Arc::new(Mutex::new(Reading { body, polled: false, ended: false, failed: false })))
    }

    fn was_polled(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).polled
    }

    fn has_failed(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).failed
    }

    /// Reads and drops the rest of the body; whether its end was reached.
    async fn drain(mut self) -> bool {
        let read = async {
            let mut drained = 0;
            while let Some(Ok(frame)) = self.frame().await {
                drained += frame.data_ref().map_or(0, |bytes| bytes.len() as u64);
                if drained > DRAINED_BYTES {
                    return false;
                }
            }
            !self.has_failed()
        };
        tokio::time::timeout(DRAINED_FOR, read).await.unwrap_or(false)
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reading.polled = true;
        if reading.ended {
            return Poll::Ready(None);
        }
        let frame = ready!(reading.body.poll_frame(cx));
        reading.ended = !matches!(frame, Some(Ok(_)));
        reading.failed = matches!(frame, Some(Err(_)));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        let reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reading.ended || reading.body.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).body.body.size_hint()
    }
}
