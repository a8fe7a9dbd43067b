//! What lies under a socket: the connection of one client.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::http::HeaderValue;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};

/// What is kept of the request that opened a connection; the engine would keep all of it for as
/// long as the connection lives.
#[derive(Clone, Debug)]
pub(super) struct Line {
    knock: Arc<Mutex<Option<Knock>>>,
    /// Ends the WebSocket that the connection was opened with.
    pub(super) cut: CancellationToken,
}

/// The one try to be let in that a connection has.
#[derive(Debug)]
pub(super) struct Knock {
    /// The header with the token.
    pub(super) authorization: Option<HeaderValue>,
}

/// A WebSocket's bytes, which end when it is cut.
pub(super) struct Wire {
    bytes: TokioIo<Upgraded>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    _gone: Option<DropGuard>,
}

impl Line {
    pub(super) fn new(authorization: Option<HeaderValue>) -> Self {
        let knock = Arc::new(Mutex::new(Some(Knock { authorization })));
        Self { knock, cut: CancellationToken::new() }
    }

    /// The try, unless it was made.
    pub(super) fn knock(&self) -> Option<Knock> {
        self.knock.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Wire {
    /// `gone` is told when nobody holds the WebSocket any more.
    pub(super) fn new(bytes: Upgraded, cut: CancellationToken, gone: Option<DropGuard>) -> Self {
        Self { bytes: TokioIo::new(bytes), cut: Box::pin(cut.cancelled_owned()), _gone: gone }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.cut.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.bytes).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.bytes).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_shutdown(cx)
    }
}
