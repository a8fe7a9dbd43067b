use securevox_protocol::Problem;

/// The same for an unknown handle and a wrong password.
pub(super) const WRONG_CREDENTIALS: Problem =
    Problem::new(401, "/problems/wrong-credentials", "The handle or the password is wrong");
pub(crate) const ACCOUNT_LOCKED: Problem =
    Problem::new(403, "/problems/account-locked", "An administrator has locked the account");
pub(crate) const SESSION_ENDED: Problem =
    Problem::new(401, "/problems/session-ended", "The session has ended; sign in again");
pub(super) const REGISTRATION_CLOSED: Problem =
    Problem::new(403, "/problems/registration-closed", "Accounts are made by administrators here");
pub(super) const INVITE_NEEDED: Problem =
    Problem::new(403, "/problems/invite-needed", "Registration needs an invitation here");
pub(super) const INVITE_NOT_VALID: Problem = Problem::new(
    403,
    "/problems/invite-not-valid",
    "The invitation is unknown, used up or expired",
);
