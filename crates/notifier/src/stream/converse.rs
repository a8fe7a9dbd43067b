//! One open stream: what is told goes out, what the client asks is answered.

use std::{ops::ControlFlow, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use securevox_core::auth::SignedIn;
use securevox_protocol::stream::{ClientFrame, ServerFrame, close};
use tokio::time::{Instant, interval_at};
use uuid::Uuid;

use super::dispatch::StreamOpened;
use crate::{app::App, registry::Tell};

/// How often a silent client is asked whether it is there; proxies drop idle connections at 60 s.
const KEEP_ALIVE: Duration = Duration::from_secs(25);
/// How long a client may be silent altogether.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a frame may take to be taken by the client's machine.
const PATIENCE: Duration = Duration::from_secs(10);
/// Over how long the clients of a copy that stops spread their return.
const RETURN_WITHIN_MS: u64 = 10_000;

/// Serves the stream until it is closed by either side, its session ends or the copy stops.
pub(super) async fn converse(app: App, caller: SignedIn, mut socket: WebSocket) {
    let (seat, mut told) = app.streams.seat(&caller);
    // A revocation may have come between the proof of the token and the seat.
    if app.gate.revocations.contains(caller.session) {
        return close_with(&mut socket, close::SESSION_ENDED).await;
    }
    if let Some(device) = caller.device {
        app.bus.publish(&StreamOpened { device, stream: seat.id }).await;
    }
    let mut keep_alive = interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
    let mut last_heard = Instant::now();
    let code = loop {
        let next = tokio::select! {
            tell = told.recv() => match tell {
                Some(Tell::Frame(frame)) => send(&mut socket, &frame).await,
                Some(Tell::Close(code)) => ControlFlow::Break(code),
                None => ControlFlow::Break(close::REFUSED),
            },
            message = socket.recv() => {
                last_heard = Instant::now();
                match message {
                    Some(Ok(message)) => answer(&mut socket, &message).await,
                    Some(Err(_)) | None => return,
                }
            }
            _ = keep_alive.tick() => {
                if last_heard.elapsed() > SILENCE {
                    return;
                }
                deliver(&mut socket, Message::Ping(Vec::new().into())).await
            }
            () = app.lifecycle.draining() => {
                let reconnect_in_ms = jitter(seat.id);
                // Closed in any case.
                let _sent = send(&mut socket, &ServerFrame::Draining { reconnect_in_ms }).await;
                ControlFlow::Break(close::DRAINING)
            }
        };
        if let ControlFlow::Break(code) = next {
            break code;
        }
    };
    close_with(&mut socket, code).await;
}

/// A moment within the next seconds, another one for each stream.
fn jitter(stream: Uuid) -> u64 {
    let random = stream.as_u128() & u128::from(u32::MAX);
    u64::try_from(random).expect("32 bits fit") % RETURN_WITHIN_MS
}

async fn answer(socket: &mut WebSocket, message: &Message) -> ControlFlow<u16> {
    match message {
        Message::Text(text) => match serde_json::from_str(text) {
            Ok(ClientFrame::Ping) => send(socket, &ServerFrame::Pong).await,
            Err(_) => ControlFlow::Break(close::REFUSED),
        },
        Message::Binary(_) => ControlFlow::Break(close::REFUSED),
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) => ControlFlow::Continue(()),
    }
}

async fn send(socket: &mut WebSocket, frame: &ServerFrame) -> ControlFlow<u16> {
    let text = serde_json::to_string(frame).expect("a frame is plain data");
    deliver(socket, Message::Text(text.into())).await
}

async fn deliver(socket: &mut WebSocket, message: Message) -> ControlFlow<u16> {
    match tokio::time::timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => ControlFlow::Continue(()),
        Ok(Err(_)) | Err(_) => ControlFlow::Break(close::REFUSED),
    }
}

async fn close_with(socket: &mut WebSocket, code: u16) {
    let frame = CloseFrame { code, reason: "".into() };
    // The other side may be gone.
    let _sent = tokio::time::timeout(PATIENCE, socket.send(Message::Close(Some(frame)))).await;
}
