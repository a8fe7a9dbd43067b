//! The name of a request.

/// What the answer, the log and the page of a problem call the request.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);
