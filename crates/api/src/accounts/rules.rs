//! What a handle, a password and an address may look like.

use securevox_core::{Result, extract::Checks};

use super::problem::SSO_ONLY;
use crate::ways_in::SingleSignOn;

/// Whether `handle` can be one: 3–32 of `a-z0-9_.`, first and last a letter or digit.
pub fn handle_fits(handle: &str) -> bool {
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = handle.as_bytes();
    (3..=32).contains(&bytes.len())
        && bytes.iter().all(|byte| plain(byte) || matches!(byte, b'_' | b'.'))
        && bytes.first().is_some_and(plain)
        && bytes.last().is_some_and(plain)
}

/// Notes what is wrong with a handle.
pub fn check_handle(checks: &mut Checks, handle: &str, pointer: &str) {
    let words = "must be 3 to 32 of a-z, 0-9, _ and ., with a letter or digit at both ends";
    checks.require(handle_fits(handle), pointer, words);
}

/// Notes what is wrong with a new password. Length alone counts (NIST SP 800-63B).
pub fn check_password(checks: &mut Checks, password: &str, pointer: &str) {
    let length = password.chars().count();
    checks.require((10..=256).contains(&length), pointer, "must be 10 to 256 characters long");
}

/// Notes what is wrong with an address; only a mail can tell whether it works.
pub fn check_email(checks: &mut Checks, email: Option<&str>, pointer: &str) {
    let Some(email) = email else { return };
    checks.require(email_fits(email), pointer, "must be an address like ada@example.org");
}

/// Whether `email` can be an address.
pub(crate) fn email_fits(email: &str) -> bool {
    let parts = email.rsplit_once('@');
    email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

/// 403 where nobody signs in by a password, so none can be shown, set or changed.
pub(crate) fn require_passwords(sso: &SingleSignOn) -> Result<()> {
    if sso.only { Err(SSO_ONLY.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles() {
        for handle in ["ada", "ada.lovelace", "a_1", "x".repeat(32).as_str()] {
            assert!(handle_fits(handle), "{handle}");
        }
        for handle in ["", "ab", "Ada", "ada.", "_ada", "ada lovelace", "adà", &"x".repeat(33)] {
            assert!(!handle_fits(handle), "{handle}");
        }
    }
}
