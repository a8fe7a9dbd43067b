//! The keys of the provider.

use jsonwebtoken::{
    Algorithm, Header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

/// The keys that can prove an ID token.
#[derive(Debug)]
pub(super) struct Keys(Vec<Jwk>);

/// A set of keys, each by itself: one of a kind that nobody knows here spoils no other.
#[derive(Deserialize)]
pub(super) struct Told {
    keys: Vec<Value>,
}

impl Keys {
    pub(super) fn of(told: Told) -> Self {
        Self(told.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect())
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// The key that a token with that header is signed by: the one it names, or the only one.
    pub(super) fn find(&self, header: &Header) -> Option<&Jwk> {
        let mut fitting = self.0.iter().filter(|key| {
            let is_named = header.kid.is_none() || key.common.key_id == header.kid;
            is_named && signs(key, header.alg)
        });
        let first = fitting.next();
        if header.kid.is_none() && fitting.next().is_some() { None } else { first }
    }
}

/// Whether signatures with `algorithm` are made by `key`: it is public, of that kind, and for that.
fn signs(key: &Jwk, algorithm: Algorithm) -> bool {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let common = &key.common;
    let is_of_kind = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), RS256 | RS384 | RS512 | PS256 | PS384 | PS512) => true,
        (AlgorithmParameters::EllipticCurve(key), ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(key), ES384) => key.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(key), EdDSA) => key.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let is_for_that = common.key_algorithm.is_none_or(|own| own == KeyAlgorithm::from(algorithm));
    let signs = common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
    is_of_kind && is_for_that && signs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(keys: Value) -> Keys {
        Keys::of(Told { keys: serde_json::from_value(keys).unwrap() })
    }

    fn header(alg: Algorithm, kid: Option<&str>) -> Header {
        Header { kid: kid.map(ToOwned::to_owned), ..Header::new(alg) }
    }

    #[test]
    fn a_key_serves_its_own_kind_alone() {
        let keys = keys(json!([
            { "kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB", "alg": "RS256", "use": "sig" },
            { "kty": "RSA", "kid": "x", "n": "AQAB", "e": "AQAB", "use": "enc" },
            { "kty": "EC", "kid": "e", "crv": "P-256", "x": "AQAB", "y": "AQAB" },
            { "kty": "EC", "kid": "k", "crv": "secp256k1", "x": "AQAB", "y": "AQAB" },
            { "kty": "oct", "kid": "o", "k": "AQAB" },
            { "kty": "new", "kid": "n" }, 7
        ]));
        let finds = |alg, kid| keys.find(&header(alg, kid)).is_some();
        assert!(finds(Algorithm::RS256, Some("r")) && finds(Algorithm::ES256, Some("e")));
        // The others: of another algorithm, kind or curve, for encryption, or symmetric.
        assert!(!finds(Algorithm::PS256, Some("r")) && !finds(Algorithm::RS256, Some("e")));
        assert!(!finds(Algorithm::ES384, Some("e")) && !finds(Algorithm::ES256, Some("k")));
        assert!(!finds(Algorithm::RS256, Some("x")) && !finds(Algorithm::RS256, Some("?")));
        for kid in [None, Some("o"), Some("r")] {
            assert!(!finds(Algorithm::HS256, kid), "{kid:?}");
        }
    }

    #[test]
    fn without_a_name_the_only_key_is_meant() {
        let key = json!({ "kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB" });
        let unnamed = header(Algorithm::ES256, None);
        assert!(keys(json!([key])).find(&unnamed).is_some());
        assert!(keys(json!([key, key])).find(&unnamed).is_none());
    }
}
