//! What is heard on the bus, passed on to the streams it concerns.

use std::time::Duration;

use securevox_core::{
    Result,
    auth::{SessionRevoked, ended_sessions},
    bus::{AccountNews, Event, Heard},
    process::Base,
};
use securevox_protocol::{
    DeviceId,
    stream::{ServerFrame, close},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{app::App, registry::Tell};

/// How often the sessions of open streams are looked at, whatever the bus says.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// A device opened a stream: its older ones, on any copy, are to be closed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct StreamOpened {
    pub(super) device: DeviceId,
    pub(super) stream: Uuid,
}

impl Event for StreamOpened {
    const TOPIC: &'static str = "stream-opened";
}

/// Passes on what is heard for as long as the process runs.
pub(crate) fn keep_told(app: &App, base: &Base) {
    base.tasks.spawn_until_stop(dispatch(app.clone()));
    let looking = app.clone();
    base.tasks.every(LOOK_EVERY, move || {
        let app = looking.clone();
        async move { look(&app).await }
    });
}

async fn dispatch(app: App) {
    let mut news = app.bus.subscribe::<AccountNews>();
    let mut revoked = app.bus.subscribe::<SessionRevoked>();
    let mut opened = app.bus.subscribe::<StreamOpened>();
    loop {
        tokio::select! {
            heard = news.next() => match heard {
                Heard::Event(AccountNews { account, news }) => {
                    let frame = Tell::Frame(ServerFrame::Account(news));
                    app.streams.tell_account(account, &frame);
                }
                Heard::Gap => {
                    app.streams.tell_where(|_, _, _| true, &Tell::Frame(ServerFrame::Gap));
                    look(&app).await;
                }
            },
            heard = revoked.next() => if let Heard::Event(SessionRevoked { session, .. }) = heard {
                let ended = Tell::Close(close::SESSION_ENDED);
                app.streams.tell_where(|_, of, _| of == session, &ended);
            },
            heard = opened.next() => if let Heard::Event(StreamOpened { device, stream }) = heard {
                let replaced = Tell::Close(close::REPLACED);
                app.streams.tell_where(|id, _, of| of == Some(device) && id != stream, &replaced);
            },
        }
    }
}

/// Closes the streams of sessions that Postgres says are over.
async fn look(app: &App) {
    if let Err(error) = close_ended(app).await {
        tracing::warn!(error = format!("{error:#}"), "the sessions of streams were not read");
    }
}

async fn close_ended(app: &App) -> Result<()> {
    let sessions = app.streams.sessions();
    if sessions.is_empty() {
        return Ok(());
    }
    let mut conn = app.db.acquire().await?;
    let ended = ended_sessions(&mut conn, &sessions).await?;
    let close = Tell::Close(close::SESSION_ENDED);
    app.streams.tell_where(|_, session, _| ended.contains(&session), &close);
    Ok(())
}
