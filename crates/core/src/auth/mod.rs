//! Who is calling: secrets and how they are kept, tokens and how they are proven, and the extractors that say so.
//!
//! A handler states who may call it by its arguments: [`SignedIn`] (a session), [`Administrator`],
//! or [`Caller`] with [`Caller::require`] (a session or an API token with a scope).

mod access_token;
mod api_token;
mod browser;
mod caller;
mod opaque;
mod password;
mod revocations;
mod sessions;
mod signing_keys;
pub mod single_use;

pub use access_token::AccessTokens;
pub use api_token::{NewApiToken, SCHEME as API_TOKEN_SCHEME};
pub use browser::{BrowserPerson, find_browser_person};
pub use caller::{Administrator, Caller, Gate, Grant, SignedIn, role_of};
pub(crate) use caller::{prove, shows_api_token};
pub use opaque::{Opaque, digest};
pub use password::{PasswordRefused, Passwords};
pub use revocations::{Revocations, SessionRevoked};
pub use sessions::ended_sessions;
pub use signing_keys::{SigningKeys, opens_signing_keys, rotate};

pub use crate::{hex::hex, secret_key::SecretKey};
