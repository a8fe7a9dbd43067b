//! What a device may say over its socket, and what comes of it.
//!
//! There are no calls yet, only **test calls**: whoever knows the id of one may be in it. Who is
//! in one stands on the bus, where it may be lost. With calls, [`room`] goes: their rows in
//! Postgres will say who is in them, and the rest stays as it is.

mod problem;
mod relay;
mod room;

use securevox_core::{Result, bus::Event, extract::object};
use securevox_protocol::{
    AccountId, CallId, DeviceId, Problem, SessionId,
    signaling::{Answer, ClientEvent, InCall, Participant, Participants, ServerEvent},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::App;

pub(crate) use problem::TOO_FAST;

/// The device behind a socket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Speaker {
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) session: SessionId,
}

/// Something for devices, told to all copies: whichever holds their socket passes it on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Passed {
    pub(crate) to: Vec<DeviceId>,
    pub(crate) event: ServerEvent,
}

impl Event for Passed {
    const TOPIC: &'static str = "signal-passed";
}

impl Speaker {
    fn participant(self) -> Participant {
        Participant { account: self.account, device: self.device }
    }
}

/// Does what the speaker said, `["call:join", {…}]`, and says what came of it.
pub(crate) async fn hear(
    app: &App,
    speaker: Speaker,
    calls: &mut Vec<CallId>,
    said: &str,
) -> Answer<Participants> {
    // Limited before it is read: what is wrong counts like what is right.
    let (event, done) = match limited(app, speaker).await {
        Err(error) => (None, Err(error)),
        Ok(()) => match read(said) {
            Ok((event, body)) => (Some(event), carry_out(app, speaker, calls, event, body).await),
            Err(error) => (None, Err(error)),
        },
    };
    match done {
        Ok(given) => {
            app.counted.event(event, None);
            Answer { ok: true, given, problem: None }
        }
        Err(error) => {
            let problem = error.into_problem();
            app.counted.event(event, Some(&problem));
            refusal(problem)
        }
    }
}

/// The answer to what was not done.
pub(crate) fn refusal(problem: Problem) -> Answer<Participants> {
    Answer { ok: false, given: None, problem: Some(problem) }
}

/// Out of all calls: the socket is gone.
pub(crate) async fn hang_up(app: &App, speaker: Speaker, calls: &[CallId]) {
    for call in calls {
        // Where the bus does not answer the call forgets the device by and by.
        let _left = room::leave(app, speaker, *call).await;
    }
}

async fn limited(app: &App, speaker: Speaker) -> Result<()> {
    app.limits.signals_per_device.check(speaker.device).await?;
    app.limits.signals_per_account.check(speaker.account).await
}

fn read(said: &str) -> Result<(ClientEvent, Value)> {
    let mut said: Vec<Value> = serde_json::from_str(said).map_err(|_| problem::NOT_AN_EVENT)?;
    let body = said.get_mut(1).map(Value::take).unwrap_or_default();
    let name = said.first().and_then(Value::as_str).ok_or(problem::NOT_AN_EVENT)?;
    Ok((name.parse().map_err(|_| problem::NO_SUCH_EVENT)?, body))
}

async fn carry_out(
    app: &App,
    speaker: Speaker,
    calls: &mut Vec<CallId>,
    event: ClientEvent,
    body: Value,
) -> Result<Option<Participants>> {
    match event {
        ClientEvent::Join => {
            let InCall { call_id } = object(body)?;
            room::join(app, speaker, calls, call_id).await.map(Some)
        }
        ClientEvent::Leave => {
            let InCall { call_id } = object(body)?;
            calls.retain(|call| *call != call_id);
            room::leave(app, speaker, call_id).await.map(|()| None)
        }
        ClientEvent::Offer | ClientEvent::Answer | ClientEvent::Candidate => {
            relay::relay(app, speaker, event, object(body)?).await.map(|()| None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_name_and_one_object() {
        let (event, body) = read(r#"["call:join",{"call_id":"x"},"more"]"#).unwrap();
        assert_eq!((event, body["call_id"].as_str()), (ClientEvent::Join, Some("x")));
        assert_eq!(read(r#"["call:join"]"#).unwrap().1, Value::Null);
        assert_eq!(read(r#"["call:joim",{}]"#).unwrap_err().into_problem().status, 404);
        for wrong in ["", "{}", "[]", "[1]", "[", r#"["call:join",{]"#] {
            assert_eq!(read(wrong).unwrap_err().into_problem().status, 400, "{wrong}");
        }
    }
}
