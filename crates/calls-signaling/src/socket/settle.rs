//! A socket that was let in takes its place; when it goes, its place and its connection go too.

use std::{sync::Arc, time::Duration};

use securevox_protocol::signaling::ClosingReason;
use socketioxide::{
    SocketIo,
    extract::SocketRef,
    socket::{DisconnectReason, Sid},
};
use uuid::Uuid;

use super::{
    converse::Talk,
    dispatch::{SocketOpened, close},
    engine::Engine,
    line::Line,
    registry::Seat,
};

/// How long a client has to read why it is disconnected before its connection is cut.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Gives the socket its place, and takes it from the older ones of the device.
pub(super) async fn settle(engine: Engine, io: SocketIo, socket: SocketRef, talk: Arc<Talk>) {
    let app = Arc::clone(&engine.app);
    let (sid, speaker) = (socket.id, talk.speaker);
    let leaving = engine.clone();
    socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
        go(&leaving, &socket, reason).await;
    });
    let seat = Seat { opened: Uuid::now_v7(), socket, talk };
    app.sockets.seat(seat.clone());
    if io.get_socket(sid).is_none() {
        // It went before anybody was told of it.
        return vacate(&engine, speaker.device, sid).await;
    }
    // A revocation may have come between the proof of the token and the seat.
    if app.gate.revocations.contains(speaker.session) {
        return close(&engine, &seat, ClosingReason::SessionEnded).await;
    }
    app.bus.publish(&SocketOpened { device: speaker.device, opened: seat.opened }).await;
}

async fn go(engine: &Engine, socket: &SocketRef, reason: DisconnectReason) {
    use DisconnectReason::{ClientNSDisconnect, ServerNSDisconnect};
    let Some(talk) = socket.extensions.get::<Arc<Talk>>() else { return };
    if matches!(reason, ClientNSDisconnect | ServerNSDisconnect) {
        let line = socket.req_parts().extensions.get::<Line>().cloned();
        let (engine, sid, app) = (engine.clone(), socket.id, Arc::clone(&engine.app));
        app.tasks.spawn_until_stop(async move {
            tokio::time::sleep(LAST_WORDS).await;
            if let Some(line) = line {
                engine.cut(sid, &line).await;
            }
        });
    }
    vacate(engine, talk.speaker.device, socket.id).await;
}

/// Takes the place of a socket that is gone, and ends its conversation.
pub(super) async fn vacate(engine: &Engine, device: securevox_protocol::DeviceId, sid: Sid) {
    if let Some(seat) = engine.app.sockets.unseat(device, sid) {
        seat.talk.end().await;
    }
}
