//! Settings of the event stream.

use securevox_core::settings;

settings! {
    /// The event stream.
    pub struct Stream {
        /// Streams that one account may open in a minute.
        pub openings_per_account: u32 = "STREAM_OPENINGS_PER_ACCOUNT", "60";
        /// Streams that one account may have open on one copy.
        pub per_account: usize = "STREAMS_PER_ACCOUNT", "50";
    }
}
