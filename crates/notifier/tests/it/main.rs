//! The event stream, over real sockets.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod stream;
