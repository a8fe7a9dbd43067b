use securevox_protocol::Problem;

pub(super) const NO_SUCH_FEEDBACK: Problem =
    Problem::new(404, "/problems/no-such-feedback", "No such feedback");
pub(super) const NO_SUCH_KEY: Problem =
    Problem::new(404, "/problems/no-such-feedback-key", "No app has this feedback key");
