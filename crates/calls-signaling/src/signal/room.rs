//! Who is in a test call: a group on the bus, by device.

use std::time::Duration;

use securevox_core::{
    Result,
    bus::{Entered, Members},
};
use securevox_protocol::{
    CallId, DeviceId,
    signaling::{InCallOf, Participant, Participants, ServerEvent},
};

use super::{
    Passed, Speaker,
    problem::{BUS_UNAVAILABLE, CALL_FULL, TOO_MANY_CALLS},
};
use crate::app::App;

/// Devices in one call: more than that and a mesh no longer carries the sound.
const PLACES: usize = 8;
/// Calls that one socket may be in.
const CALLS: usize = 8;
/// How long a call in which nobody says anything is remembered.
const LIFETIME: Duration = Duration::from_hours(4);

/// Puts the speaker into the call and tells the others; who is in it now.
pub(super) async fn join(
    app: &App,
    speaker: Speaker,
    calls: &mut Vec<CallId>,
    call: CallId,
) -> Result<Participants> {
    if !calls.contains(&call) && calls.len() >= CALLS {
        return Err(TOO_MANY_CALLS.into());
    }
    let (device, account) = (speaker.device.to_string(), speaker.account.to_string());
    let entered = app.bus.enter(&group(call), (&device, &account), PLACES, LIFETIME).await;
    let members = match entered.ok_or(BUS_UNAVAILABLE)? {
        Entered::In(members) => participants(&members),
        Entered::Full => return Err(CALL_FULL.into()),
    };
    if !calls.contains(&call) {
        calls.push(call);
    }
    let joined = InCallOf { call_id: call, participant: speaker.participant() };
    tell(app, speaker, &members, ServerEvent::Joined(joined)).await;
    Ok(Participants { participants: members })
}

/// Takes the speaker out of the call, if it is in it, and tells the others.
pub(super) async fn leave(app: &App, speaker: Speaker, call: CallId) -> Result<()> {
    if find(app, call, speaker.device).await?.is_none() {
        return Ok(());
    }
    let left = app.bus.leave(&group(call), &speaker.device.to_string()).await;
    let members = participants(&left.ok_or(BUS_UNAVAILABLE)?);
    let gone = InCallOf { call_id: call, participant: speaker.participant() };
    tell(app, speaker, &members, ServerEvent::Left(gone)).await;
    Ok(())
}

/// Everybody in the call, if `device` is in it.
pub(super) async fn find(
    app: &App,
    call: CallId,
    device: DeviceId,
) -> Result<Option<Vec<Participant>>> {
    let members = app.bus.members(&group(call), LIFETIME).await.ok_or(BUS_UNAVAILABLE)?;
    let members = participants(&members);
    Ok(members.iter().any(|member| member.device == device).then_some(members))
}

async fn tell(app: &App, speaker: Speaker, members: &[Participant], event: ServerEvent) {
    let devices = members.iter().map(|member| member.device);
    let to: Vec<DeviceId> = devices.filter(|device| *device != speaker.device).collect();
    if !to.is_empty() {
        app.bus.publish(&Passed { to, event }).await;
    }
}

fn group(call: CallId) -> String {
    format!("test-call:{call}")
}

fn participants(members: &Members) -> Vec<Participant> {
    let read = |(device, account): (&String, &String)| {
        Some(Participant { account: account.parse().ok()?, device: device.parse().ok()? })
    };
    members.iter().filter_map(read).collect()
}
