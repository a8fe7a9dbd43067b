//! Who is let in: a session with a device, proven as it is for REST.

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    extract::FromRequestParts as _,
    http::{HeaderValue, Request, header},
};
use securevox_core::{Error, Result, auth::SignedIn};
use securevox_protocol::Problem;
use serde::Deserialize;
use socketioxide::{ParserError, extract::SocketRef};

use super::{
    converse::{Hearing, Talk},
    enter::DRAINING,
    line::{Knock, Line},
};
use crate::{app::App, signal::Speaker};

const DEVICE_MISSING: Problem =
    Problem::new(403, "/problems/device-missing", "Calls are made by devices: sign in with one");
const KNOCKED_BEFORE: Problem =
    Problem::new(409, "/problems/knocked-before", "Open a new connection to try again");
/// How long a client that was refused has to read why.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What a client may say when it connects.
#[derive(Deserialize)]
pub(super) struct Credentials {
    token: Option<String>,
}

/// The message of a `connect_error`: of its two fields the library fills this one alone.
#[derive(Debug)]
pub(super) struct Refusal(Problem);

impl Refusal {
    /// The service is gone already.
    pub(super) fn of_the_end() -> Self {
        Self(DRAINING)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).expect("a problem is plain data"))
    }
}

/// Lets the socket in, and hears it from now on; else it is told why not, and cut.
pub(super) async fn admit(
    app: &Arc<App>,
    socket: SocketRef,
    said: Result<Credentials, ParserError>,
) -> Result<(), Refusal> {
    let line = socket.req_parts().extensions.get::<Line>().cloned();
    let knock = line.as_ref().and_then(Line::knock);
    match prove(app, knock, said).await {
        Ok(speaker) => {
            let talk = Arc::new(Talk::new(app, speaker));
            // Before the client knows that it is in: else its first word could be missed.
            socket.on_fallback(Hearing(Arc::clone(&talk)));
            socket.extensions.insert(talk);
            Ok(())
        }
        Err(error) => {
            let problem = error.into_problem();
            app.counted.refused(&problem);
            app.tasks.spawn_until_stop(async move {
                tokio::time::sleep(LAST_WORDS).await;
                // Whoever polls is closed by the engine as all who are silent.
                line.inspect(|line| line.cut.cancel());
            });
            Err(Refusal(problem))
        }
    }
}

async fn prove(
    app: &App,
    knock: Option<Knock>,
    said: Result<Credentials, ParserError>,
) -> Result<Speaker> {
    let Knock { authorization } = knock.ok_or(KNOCKED_BEFORE)?;
    if app.lifecycle.is_draining() {
        return Err(DRAINING.into());
    }
    let said = said.map_err(|_| Error::invalid_field("#/token", "must be a string"))?;
    let said = said.token.and_then(|token| HeaderValue::try_from(format!("Bearer {token}")).ok());
    let (mut parts, ()) = Request::new(()).into_parts();
    if let Some(authorization) = said.or(authorization) {
        parts.headers.insert(header::AUTHORIZATION, authorization);
    }
    let SignedIn { account, session, device } =
        SignedIn::from_request_parts(&mut parts, app).await?;
    Ok(Speaker { account, session, device: device.ok_or(DEVICE_MISSING)? })
}
