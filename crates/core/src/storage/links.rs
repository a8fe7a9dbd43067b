//! Links that carry their own permission: for one purpose and one thing, until a moment, signed by us.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::secret_key::SecretKey;

/// Bytes of the signature that are kept: 128 bits.
const TAG_BYTES: usize = 16;
const BODY_BYTES: usize = 16 + 8;

/// Signs and verifies the tokens of links. Tokens are base64url, made to stand in a path.
#[derive(Clone, Debug)]
pub struct Links {
    key: hmac::Key,
    purpose: &'static str,
}

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The thing.
    pub id: Uuid,
    /// How long yet.
    pub remaining: Duration,
}

/// Why a link does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefused {
    /// It was ours, and its time is over.
    Expired,
    /// It is not ours, or for something else.
    Foreign,
}

impl Links {
    /// Links for one `purpose` (`download-build`); those for another do not open these.
    pub fn new(secret: &SecretKey, purpose: &'static str) -> Self {
        Self { key: secret.mac("links"), purpose }
    }

    /// A token that opens `id` until `expires`, to the second.
    pub fn sign(&self, id: Uuid, expires: DateTime<Utc>) -> String {
        self.sign_with(id, &[], expires)
    }

    /// A token that also says `more`: for whom it was made, for example. It is signed, not hidden.
    pub fn sign_with(&self, id: Uuid, more: &[u8], expires: DateTime<Utc>) -> String {
        let mut token = id.as_bytes().to_vec();
        token.extend(expires.timestamp().to_be_bytes());
        token.extend(more);
        let tag = hmac::sign(&self.key, &self.signed(&token));
        token.extend(&tag.as_ref()[..TAG_BYTES]);
        BASE64_URL_SAFE_NO_PAD.encode(token)
    }

    /// What `token` opens at `now`.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Opened, LinkRefused> {
        let (opened, more) = self.verify_with(token, now)?;
        if more.is_empty() { Ok(opened) } else { Err(LinkRefused::Foreign) }
    }

    /// What `token` opens at `now`, and what else it says.
    pub fn verify_with(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(Opened, Vec<u8>), LinkRefused> {
        let token = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| LinkRefused::Foreign)?;
        let end = token.len().checked_sub(TAG_BYTES).filter(|end| *end >= BODY_BYTES);
        let (body, tag) = token.split_at(end.ok_or(LinkRefused::Foreign)?);
        let right = hmac::sign(&self.key, &self.signed(body));
        aws_lc_rs::constant_time::verify_slices_are_equal(tag, &right.as_ref()[..TAG_BYTES])
            .map_err(|_| LinkRefused::Foreign)?;
        let (id, rest) = body.split_at(16);
        let (expires, more) = rest.split_at(8);
        let expires = i64::from_be_bytes(expires.try_into().expect("eight bytes are left"));
        let remaining = u64::try_from(expires.saturating_sub(now.timestamp())).unwrap_or_default();
        if remaining == 0 {
            return Err(LinkRefused::Expired);
        }
        let id = Uuid::from_bytes(id.try_into().expect("split at 16"));
        Ok((Opened { id, remaining: Duration::from_secs(remaining) }, more.to_vec()))
    }

    /// Purposes are words, none of which begins with another: no two pairs give the same text.
    fn signed(&self, body: &[u8]) -> Vec<u8> {
        [self.purpose.as_bytes(), body].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn opens_its_thing_until_its_time() {
        let (secret, id, now) = (SecretKey::random(), Uuid::now_v7(), Utc::now());
        let links = Links::new(&secret, "download");
        let token = links.sign(id, now + TimeDelta::minutes(1));

        let opened = Opened { id, remaining: Duration::from_mins(1) };
        assert_eq!(links.verify(&token, now), Ok(opened));
        let later = now + TimeDelta::minutes(2);
        assert_eq!(links.verify(&token, later), Err(LinkRefused::Expired));
        let longer = links.sign_with(id, b"ada", now + TimeDelta::minutes(1));
        assert_eq!(links.verify_with(&longer, now), Ok((opened, b"ada".to_vec())));
        assert_eq!(links.verify(&longer, now), Err(LinkRefused::Foreign));
        let other = Links::new(&secret, "manifest");
        assert_eq!(other.verify(&token, now), Err(LinkRefused::Foreign));
        let foreign = Links::new(&SecretKey::random(), "download");
        assert_eq!(foreign.verify(&token, now), Err(LinkRefused::Foreign));
        for text in ["", "x", "%%%", &token[1..], &token[..token.len() - 2]] {
            assert_eq!(links.verify(text, now), Err(LinkRefused::Foreign), "{text}");
        }
    }
}
