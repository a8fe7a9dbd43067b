//! Accepting connections and serving them until the process drains.
//!
//! `axum::serve` leaves three things open that a public server needs: a time limit on
//! the head of a request, one on clients that do not read, and a bound on connections.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use crate::{client_address::Peer, config::Network, tasks::Lifecycle};

/// Listens on `address` and `port`; the error names the port and what to do.
pub async fn bind(address: IpAddr, port: u16) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(address, port);
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: is another server using the port? stop it, or set another port")
    })
}

/// Serves `router` on `listener` until `lifecycle` drains; then stops accepting, lets running
/// requests finish for `drain_limit` at most, and returns whether all of them did.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    network: &Network,
    lifecycle: &Lifecycle,
    drain_limit: Duration,
) -> bool {
    let connections = TaskTracker::new();
    let speaker = Speaker::new(router, network);
    let places = Arc::new(Semaphore::new(network.max_connections));
    let drained = async {
        lifecycle.draining().await;
        tokio::time::sleep(network.drain_delay.duration()).await;
    };
    tokio::pin!(drained);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.expect("never closed");
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            next = next => next,
            () = &mut drained => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let conversation = speaker.clone().converse(stream, peer);
                connections.spawn(async move {
                    if let Err(error) = conversation.await {
                        tracing::debug!(error = format!("{error:#}"), "a connection ended early");
                    }
                    drop(place);
                });
            }
            Err(error) => refused(&error).await,
        }
    }
    drop(listener);
    speaker.closing.cancel();
    connections.close();
    tokio::time::timeout(drain_limit, connections.wait()).await.is_ok()
}

/// Speaks HTTP/1.1, as proxies do to the services behind them, on one connection after another.
#[derive(Clone)]
struct Speaker {
    router: Router,
    // Not `hyper_util`'s `auto`: it waits for the first bytes without a limit.
    http: http1::Builder,
    /// The longest that a client may read nothing.
    patience: Duration,
    /// Cancelled when connections should close after the request that runs.
    closing: CancellationToken,
}

impl Speaker {
    fn new(router: Router, network: &Network) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(network.header_timeout.duration())
            .max_buf_size(64 << 10);
        let patience = network.min_rate_window.duration();
        Self { router, http, patience, closing: CancellationToken::new() }
    }

    async fn converse(self, stream: TcpStream, peer: SocketAddr) -> hyper::Result<()> {
        // Nagle's algorithm delays small replies by a round trip.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error = format!("{error:#}"), "TCP_NODELAY was refused");
        }
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.patience));
        let service = self.router.map_request(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            request
        });
        let stream = TokioIo::new(Box::pin(stream));
        let connection = self.http.serve_connection(stream, TowerToHyperService::new(service));
        let mut connection = std::pin::pin!(connection.with_upgrades());
        tokio::select! {
            ended = connection.as_mut() => return ended,
            () = self.closing.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        connection.await
    }
}

/// Waits before the next try where the process has no file descriptor left.
async fn refused(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::error!(error = format!("{error:#}"), "cannot accept connections");
    tokio::time::sleep(Duration::from_secs(1)).await;
}
