//! Settings of call signalling.

use securevox_core::settings;

settings! {
    /// Call signalling.
    pub struct Signaling {
        /// Sockets a minute that may be opened from one address.
        pub sockets_per_address: u32 = "SIGNALING_SOCKETS_PER_ADDRESS", "300";
        /// Signals a minute that one device may send; a call needs some dozens when it begins.
        pub signals_per_device: u32 = "SIGNALS_PER_DEVICE", "600";
        /// Signals a minute that all devices of one account may send.
        pub signals_per_account: u32 = "SIGNALS_PER_ACCOUNT", "3000";
    }
}
