//! From one device of a call to another: offers, answers, candidates. Nobody here can read them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use securevox_core::{Error, Result};
use securevox_protocol::signaling::{
    ClientEvent, SEALED_CANDIDATE_BYTES, SEALED_DESCRIPTION_BYTES, ServerEvent, Signal, Signalled,
};

use super::{Passed, Speaker, problem::NO_SUCH_PARTICIPANT, room};
use crate::app::App;

/// Hands the signal to the bus, if both devices are in the call.
pub(super) async fn relay(
    app: &App,
    speaker: Speaker,
    event: ClientEvent,
    signal: Signal,
) -> Result<()> {
    let Signal { call_id, to, sealed } = signal;
    let (longest, passed): (usize, fn(Signalled) -> ServerEvent) = match event {
        ClientEvent::Offer => (SEALED_DESCRIPTION_BYTES, ServerEvent::Offer),
        ClientEvent::Answer => (SEALED_DESCRIPTION_BYTES, ServerEvent::Answer),
        _ => (SEALED_CANDIDATE_BYTES, ServerEvent::Candidate),
    };
    check(&sealed, longest)?;
    let members = room::find(app, call_id, speaker.device).await?.ok_or(NO_SUCH_PARTICIPANT)?;
    if to == speaker.device || !members.iter().any(|member| member.device == to) {
        return Err(NO_SUCH_PARTICIPANT.into());
    }
    let event = passed(Signalled { call_id, from: speaker.participant(), sealed });
    app.bus.publish(&Passed { to: vec![to], event }).await;
    Ok(())
}

fn check(sealed: &str, longest: usize) -> Result<()> {
    let wrong = if sealed.is_empty() {
        "must not be empty".to_owned()
    } else if sealed.len() > longest {
        format!("must have {longest} bytes at most")
    } else if STANDARD.decode(sealed).is_err() {
        "must be base64".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::invalid_field("#/sealed", wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_base64_and_not_too_long() {
        assert!(check("c2VhbGVk", 8).is_ok());
        assert!(check("YQ==", 8).is_ok());
        for wrong in ["", "c2VhbGVkc2Vh", "YQ", "a b=", "{\"a\":1}", "ÿÿÿÿ"] {
            assert!(check(wrong, 8).is_err(), "{wrong}");
        }
    }
}
