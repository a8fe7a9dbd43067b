use securevox_protocol::Problem;

pub(super) const SSO_ONLY: Problem = Problem::new(
    403,
    "/problems/sso-only",
    "Passwords are not used here; sign in with single sign-on",
);
pub(super) const HANDLE_TAKEN: Problem =
    Problem::new(409, "/problems/handle-taken", "Somebody else has that handle");
pub(super) const WRONG_PASSWORD: Problem =
    Problem::new(403, "/problems/wrong-password", "The current password is wrong");
