//! What is heard on the bus, passed on to the sockets it concerns, and the stop.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use securevox_core::{
    Result,
    auth::{SessionRevoked, ended_sessions},
    bus::{Event, Heard},
    process::Base,
};
use securevox_protocol::{
    DeviceId, SessionId,
    signaling::{Closing, ClosingReason, Draining, ServerEvent},
};
use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use uuid::Uuid;

use super::{engine::Engine, registry::Seat, settle::vacate};
use crate::signal::Passed;

/// How often the sessions of open sockets are looked at, whatever the bus says.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// Over how long the clients of a copy that stops spread their return.
const RETURN_WITHIN_MS: u64 = 10_000;
/// How long after they were told they are cut.
const STOP_AFTER: Duration = Duration::from_secs(3);

/// A device opened a socket: its older ones, on any copy, are to be closed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct SocketOpened {
    pub(super) device: DeviceId,
    pub(super) opened: Uuid,
}

impl Event for SocketOpened {
    const TOPIC: &'static str = "signaling-opened";
}

/// Passes on what is heard for as long as the process runs.
pub(super) fn keep_told(engine: &Arc<Engine>, io: &SocketIo, base: &Base) {
    base.tasks.spawn_until_stop(dispatch(Arc::clone(engine)));
    let (looking, io) = (Arc::clone(engine), io.clone());
    base.tasks.every(LOOK_EVERY, move || {
        let (engine, io) = (Arc::clone(&looking), io.clone());
        async move {
            look(&engine).await;
            sweep(&engine, &io).await;
        }
    });
    let (stopping, stopped) = (Arc::clone(engine), base.tasks.stopping());
    base.tasks.spawn(async move {
        tokio::select! {
            () = stopping.app.lifecycle.draining() => {}
            () = stopped => {}
        }
        send_elsewhere(&stopping).await;
    });
}

async fn dispatch(engine: Arc<Engine>) {
    let mut passed = engine.app.bus.subscribe::<Passed>();
    let mut revoked = engine.app.bus.subscribe::<SessionRevoked>();
    let mut opened = engine.app.bus.subscribe::<SocketOpened>();
    loop {
        tokio::select! {
            heard = passed.next() => match heard {
                Heard::Event(passed) => pass(&engine, &passed).await,
                Heard::Gap => look(&engine).await,
            },
            heard = revoked.next() => match heard {
                Heard::Event(SessionRevoked { session, .. }) => end(&engine, &[session]).await,
                Heard::Gap => look(&engine).await,
            },
            heard = opened.next() => if let Heard::Event(newest) = heard {
                replace(&engine, newest).await;
            },
        }
    }
}

async fn pass(engine: &Engine, Passed { to, event }: &Passed) {
    for seat in to.iter().filter_map(|device| engine.sockets.of(*device)) {
        tell(engine, &seat, event).await;
    }
}

/// Whoever does not read what it is told is cut off.
async fn tell(engine: &Engine, seat: &Seat, event: &ServerEvent) {
    if !seat.tell(event)
        && let Some(line) = seat.line()
    {
        engine.cut(seat.socket.id, line).await;
    }
}

async fn replace(engine: &Engine, SocketOpened { device, opened }: SocketOpened) {
    // By the time of their opening: of two that cross on their way to each other one stays.
    let older = |seat: &Seat| seat.device() == device && seat.opened < opened;
    for seat in engine.sockets.filtered(older) {
        seat.talk.replaced.store(true, Ordering::Relaxed);
        close(engine, &seat, ClosingReason::Replaced).await;
    }
}

async fn end(engine: &Engine, sessions: &[SessionId]) {
    for seat in engine.sockets.filtered(|seat| sessions.contains(&seat.session())) {
        close(engine, &seat, ClosingReason::SessionEnded).await;
    }
}

/// Closes a socket that its client is not to open again as it was.
pub(super) async fn close(engine: &Engine, seat: &Seat, reason: ClosingReason) {
    tell(engine, seat, &ServerEvent::Closing(Closing { reason })).await;
    if seat.socket.clone().disconnect().is_err()
        && let Some(line) = seat.line()
    {
        engine.cut(seat.socket.id, line).await;
    }
}

/// Closes the sockets of sessions that Postgres says are over.
async fn look(engine: &Engine) {
    if let Err(error) = close_ended(engine).await {
        tracing::warn!(error = format!("{error:#}"), "the sessions of sockets were not read");
    }
}

async fn close_ended(engine: &Engine) -> Result<()> {
    let seats = engine.sockets.filtered(|_| true);
    if seats.is_empty() {
        return Ok(());
    }
    let sessions: Vec<SessionId> = seats.iter().map(Seat::session).collect();
    let mut conn = engine.app.db.acquire().await?;
    let ended = ended_sessions(&mut conn, &sessions).await?;
    drop(conn);
    end(engine, &ended).await;
    Ok(())
}

/// Takes the places of sockets that went while they took them: the library tells of no end then.
async fn sweep(engine: &Engine, io: &SocketIo) {
    for seat in engine.sockets.filtered(|seat| io.get_socket(seat.socket.id).is_none()) {
        vacate(engine, seat.device(), seat.socket.id).await;
    }
}

/// Tells all clients to come back elsewhere, and cuts them: media does not pass through here.
async fn send_elsewhere(engine: &Engine) {
    let seats = engine.sockets.filtered(|_| true);
    for seat in &seats {
        let reconnect_in_ms = jitter(seat.opened);
        seat.tell(&ServerEvent::Draining(Draining { reconnect_in_ms }));
    }
    if seats.is_empty() {
        return;
    }
    tokio::time::sleep(STOP_AFTER).await;
    for seat in seats {
        if let Some(line) = seat.line() {
            engine.cut(seat.socket.id, line).await;
        }
    }
}

/// A moment within the next seconds, another one for each socket.
fn jitter(opened: Uuid) -> u64 {
    let random = opened.as_u128() & u128::from(u32::MAX);
    u64::try_from(random).expect("32 bits fit") % RETURN_WITHIN_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_return_spread_over_some_seconds() {
        let moments: Vec<u64> = (0..100).map(|_| jitter(Uuid::now_v7())).collect();
        assert!(moments.iter().all(|moment| *moment < RETURN_WITHIN_MS));
        assert!(moments.iter().any(|moment| *moment != moments[0]));
    }
}
