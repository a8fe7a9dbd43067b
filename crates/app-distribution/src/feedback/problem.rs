use securevox_protocol::Problem;

pub(super) const NO_SUCH_FEEDBACK: Problem =
    Problem::new(404, "/problems/no-such-feedback", "No such feedback");
pub(super) const NO_SUCH_KEY: Problem =
    Problem::new(404, "/problems/no-such-feedback-key", "No app has this feedback key");
pub(super) const TOO_MUCH_FEEDBACK: Problem =
    Problem::new(429, "/problems/too-much-feedback", "Much feedback is coming in just now")
        .with_retry_after(15);
