//! What can be wrong with a signal.

use securevox_protocol::Problem;

pub(super) const NOT_AN_EVENT: Problem =
    Problem::new(400, "/problems/not-an-event", "An event is a name and one object");
pub(super) const NO_SUCH_EVENT: Problem =
    Problem::new(404, "/problems/no-such-event", "There is no event of that name");
/// The same for a call that does not exist, one that the caller is not in, and a device that is not in it.
pub(super) const NO_SUCH_PARTICIPANT: Problem = Problem::new(
    404,
    "/problems/no-such-participant",
    "There is no such call, or not both devices are in it",
);
pub(super) const CALL_FULL: Problem =
    Problem::new(409, "/problems/call-full", "The call has no place left");
pub(super) const TOO_MANY_CALLS: Problem =
    Problem::new(409, "/problems/too-many-calls", "Leave another call first");
pub(super) const BUS_UNAVAILABLE: Problem =
    Problem::new(503, "/problems/calls-unavailable", "Who is in the call is not known just now")
        .with_retry_after(2);
/// More waits to be answered than is kept.
pub(crate) const TOO_FAST: Problem =
    Problem::new(429, "/problems/too-fast", "Wait for the answers to what was said before")
        .with_retry_after(1);
