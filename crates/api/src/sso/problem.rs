use securevox_core::Error;
use securevox_protocol::Problem;

use crate::provider::Fault;

const PROVIDER_AWAY: Problem =
    Problem::new(503, "/problems/sso-provider-away", "The sign-in provider does not answer")
        .with_retry_after(10);
const PROVIDER_UNFIT: Problem = Problem::new(
    502,
    "/problems/sso-provider-unfit",
    "The sign-in provider and this server do not understand each other",
);
const UNPROVEN: Problem = Problem::new(
    403,
    "/problems/sso-unproven",
    "The answer of the sign-in provider does not prove who you are",
);
pub(super) const ATTEMPT_OVER: Problem = Problem::new(
    403,
    "/problems/sso-attempt-over",
    "The sign-in was used up, took too long, or began in another browser",
);
pub(super) const NOT_ADMITTED: Problem = Problem::new(
    403,
    "/problems/sso-not-admitted",
    "The sign-in provider's account may not come in here",
);
pub(super) const IDENTITY_TAKEN: Problem =
    Problem::new(409, "/problems/identity-taken", "The identity is linked with another account");
pub(super) const LAST_WAY_IN: Problem =
    Problem::new(409, "/problems/last-way-in", "Without this identity nobody could sign in");

impl From<Fault> for Error {
    /// What whoever tried is told; the operator reads why in the log.
    fn from(fault: Fault) -> Self {
        tracing::warn!(reason = %fault, "nobody was signed in by the provider");
        let problem = match fault {
            Fault::Away(_) => PROVIDER_AWAY.with_detail("Try again in a minute."),
            Fault::Unfit(_) => PROVIDER_UNFIT
                .with_detail("Tell whoever runs this server: the reason is in its log."),
            Fault::Unproven(_) => UNPROVEN.with_detail("Nobody was signed in. Try once more."),
            Fault::Over => ATTEMPT_OVER.with_detail("Sign in once more."),
        };
        problem.into()
    }
}
