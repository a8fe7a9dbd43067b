//! Signatures after Standard Webhooks, with HMAC-SHA256.

use aws_lc_rs::{hmac, rand};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use securevox_core::auth::SecretKey;
use securevox_protocol::WebhookId;

const PURPOSE: &str = "webhook-secret";

/// What a webhook is signed with.
pub(super) struct Secret(Vec<u8>);

impl Secret {
    pub(super) fn random() -> Self {
        let mut bytes = vec![0; 32];
        rand::fill(&mut bytes).expect("the system has randomness");
        Self(bytes)
    }

    /// As a receiver is configured with it.
    pub(super) fn shown(&self) -> String {
        format!("whsec_{}", BASE64_STANDARD.encode(&self.0))
    }

    /// As the database keeps it.
    pub(super) fn sealed(&self, key: &SecretKey, webhook: WebhookId) -> Vec<u8> {
        key.seal(PURPOSE, webhook.0.as_bytes(), &self.0)
    }

    pub(super) fn open(key: &SecretKey, webhook: WebhookId, sealed: &[u8]) -> Option<Self> {
        key.open(PURPOSE, webhook.0.as_bytes(), sealed).map(Self)
    }

    /// `v1,<base64>` for a message.
    fn sign(&self, message: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        format!("v1,{}", BASE64_STANDARD.encode(hmac::sign(&key, message)))
    }
}

/// The header `webhook-signature`: a signature with each secret that is in force.
pub(super) fn signature(secrets: &[Secret], id: &str, timestamp: i64, body: &str) -> String {
    let message = format!("{id}.{timestamp}.{body}");
    let signatures = secrets.iter().map(|secret| secret.sign(message.as_bytes()));
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_specification_says() {
        let secret = Secret(BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
        assert_eq!(secret.shown(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = signature(&[secret], id, 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_opened_for_its_webhook_alone() {
        let (key, webhook, secret) = (SecretKey::random(), WebhookId::fresh(), Secret::random());
        let sealed = secret.sealed(&key, webhook);
        assert_eq!(Secret::open(&key, webhook, &sealed).unwrap().shown(), secret.shown());
        assert!(Secret::open(&key, WebhookId::fresh(), &sealed).is_none());
        assert!(Secret::open(&SecretKey::random(), webhook, &sealed).is_none());
    }
}
