//! Accepting connections and serving them until the process drains.
//!
//! `axum::serve` leaves three things open that a public server needs: a time limit on
//! the head of a request, one on clients that do not read, and a bound on connections.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use axum::{Router, body::Body, extract::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulConnection, GracefulShutdown},
    },
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use super::address::Peer;
use crate::{config::Network, tasks::Lifecycle};

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
    let graceful = GracefulShutdown::new();
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
                let connection = graceful.watch(connection(stream, peer, &router, network));
                #[expect(clippy::disallowed_methods, reason = "the graceful stop waits for it")]
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(error = format!("{error:#}"), "a connection ended early");
                    }
                    drop(place);
                });
            }
            Err(error) => refused(&error).await,
        }
    }
    drop(listener);
    tokio::time::timeout(drain_limit, graceful.shutdown()).await.is_ok()
}

type Stream = TokioIo<Pin<Box<TimeoutStream<TcpStream>>>>;

/// One connection: HTTP/1.1, as proxies speak it to the services behind them.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: &Router,
    network: &Network,
) -> impl GracefulConnection<Error: std::fmt::Display> + Send + use<> {
    // Nagle's algorithm delays small replies by a round trip.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = format!("{error:#}"), "TCP_NODELAY was refused");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(network.min_rate_window.duration()));
    let service = router.clone().map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        request
    });
    let stream: Stream = TokioIo::new(Box::pin(stream));
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(network.header_timeout.duration())
        .max_buf_size(64 << 10);
    builder.serve_connection_with_upgrades(stream, TowerToHyperService::new(service)).into_owned()
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
