//! What clients and the server must agree on about MLS (RFC 9420).
//!
//! Pure: no I/O, no clock. Empty until end-to-end encryption is built; credential,
//! certificate, policy, commit checks and sealed formats belong here.
