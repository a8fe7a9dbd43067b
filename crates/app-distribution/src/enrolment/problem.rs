use securevox_protocol::Problem;

pub(super) const ENROLMENT_OVER: Problem = Problem::new(
    410,
    "/problems/enrolment-over",
    "The question was answered already, or its time is over",
);
pub(super) const NO_ANSWER: Problem =
    Problem::new(422, "/problems/no-answer", "The answer of the device does not hold");
pub(super) const NOT_ASKED: Problem =
    Problem::new(403, "/problems/not-asked", "The answer is for another question");
pub(super) const TOO_MANY_DEVICES: Problem =
    Problem::new(409, "/problems/too-many-phones", "There are too many devices already");
pub(super) const DEVICE_PAGE_OVER: Problem =
    Problem::new(410, "/problems/device-page-over", "The page of the device has expired");
pub(super) const NO_SUCH_DEVICE: Problem =
    Problem::new(404, "/problems/no-such-device", "No such device");
