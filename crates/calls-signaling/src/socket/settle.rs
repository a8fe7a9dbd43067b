//! A socket that was let in takes its place; when it goes, its place and its connection go too.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use securevox_protocol::{DeviceId, signaling::ClosingReason};
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
pub(super) async fn settle(engine: Arc<Engine>, io: SocketIo, socket: SocketRef, talk: Arc<Talk>) {
    let app = &engine.app;
    let (sid, speaker) = (socket.id, talk.speaker);
    let leaving = Arc::downgrade(&engine);
    socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
        if let Some(engine) = Weak::upgrade(&leaving) {
            go(&engine, &socket, reason).await;
        }
    });
    let seat = Seat { opened: Uuid::now_v7(), socket, talk };
    engine.sockets.seat(seat.clone());
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

async fn go(engine: &Arc<Engine>, socket: &SocketRef, reason: DisconnectReason) {
    use DisconnectReason::{ClientNSDisconnect, ServerNSDisconnect};
    let Some(talk) = socket.extensions.get::<Arc<Talk>>() else { return };
    if matches!(reason, ClientNSDisconnect | ServerNSDisconnect) {
        let line = socket.req_parts().extensions.get::<Line>().cloned();
        let (cutting, sid) = (Arc::clone(engine), socket.id);
        engine.app.tasks.spawn_until_stop(async move {
            tokio::time::sleep(LAST_WORDS).await;
            if let Some(line) = line {
                cutting.cut(sid, &line).await;
            }
        });
    }
    vacate(engine, talk.speaker.device, socket.id).await;
}

/// Takes the place of a socket that is gone, and ends its conversation.
pub(super) async fn vacate(engine: &Engine, device: DeviceId, sid: Sid) {
    if let Some(seat) = engine.sockets.unseat(device, sid) {
        seat.talk.end(&engine.app).await;
    }
}
