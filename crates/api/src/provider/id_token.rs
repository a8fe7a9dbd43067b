//! Whether an ID token proves somebody (OpenID Connect Core 1.0, 3.1.3.7).

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header, jwk::Jwk};
use serde_json::{Map, Value};

use super::{Claims, Fault};

/// How far apart the clocks of two servers may be.
const LEEWAY: TimeDelta = TimeDelta::minutes(1);
/// How old a token may be that was asked for a moment ago: some providers date them back.
const AGE_MAX: TimeDelta = TimeDelta::minutes(10);

/// What a token has to say.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
}

/// What a token says it is signed with: never with nothing, and never with a secret, for a public
/// key would do as one.
pub(super) fn header(token: &str) -> Result<Header, Fault> {
    use Algorithm::{HS256, HS384, HS512};
    let header = decode_header(token).map_err(|_| Fault::Unproven("it is no signed token"))?;
    if matches!(header.alg, HS256 | HS384 | HS512) {
        return Err(Fault::Unproven("its algorithm is symmetric"));
    }
    if header.crit.is_some() {
        return Err(Fault::Unproven("it asks for what we do not know"));
    }
    Ok(header)
}

/// Whom `token` proves, which is to be signed by `key`.
pub(super) fn verify(
    (token, header): (&str, &Header),
    key: &Jwk,
    expected: &Expected<'_>,
    now: DateTime<Utc>,
) -> Result<Claims, Fault> {
    let key = DecodingKey::from_jwk(key).map_err(|_| Fault::Unproven("its key is none"))?;
    // Its claims are ours to check: the library looks at a clock of its own.
    let mut signature = Validation::new(header.alg);
    signature.validate_exp = false;
    signature.validate_aud = false;
    signature.required_spec_claims.clear();
    let decoded = decode::<Map<String, Value>>(token, &key, &signature);
    let claims = decoded.map_err(|_| Fault::Unproven("its signature is wrong"))?.claims;
    check(&claims, expected, now)?;
    Claims::of(claims).ok_or(Fault::Unproven("it names nobody"))
}

fn check(
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let time = |name: &str| {
        let seconds = claims.get(name).and_then(Value::as_i64);
        seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0))
    };
    let audience: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let party = text("azp");
    let is_ours = audience.contains(&expected.client_id);
    let is_for_us = match party {
        Some(party) => party == expected.client_id,
        None => audience.len() == 1,
    };
    let later = now + LEEWAY;
    let rules = [
        (text("iss") == Some(expected.issuer), "it is from another issuer"),
        (is_ours && is_for_us, "it is for another client"),
        (text("nonce") == Some(expected.nonce), "it repeats another nonce"),
        (time("exp").is_some_and(|end| end + LEEWAY > now), "it has expired"),
        (
            time("iat").is_some_and(|made| made < later && made + AGE_MAX + LEEWAY > now),
            "it was made at another time",
        ),
        (
            !claims.contains_key("nbf") || time("nbf").is_some_and(|start| start < later),
            "it is not valid yet",
        ),
    ];
    let broken = rules.iter().find(|(holds, _)| !holds);
    broken.map_or(Ok(()), |(_, words)| Err(Fault::Unproven(words)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const EXPECTED: Expected<'_> =
        Expected { issuer: "https://sso.example.org", client_id: "us", nonce: "n" };

    /// What is wrong with a good token in which `claim` is another.
    fn fault(claim: &str, value: &Value) -> Option<String> {
        let now: DateTime<Utc> = "2026-11-28T12:00:00Z".parse().unwrap();
        let base = now.timestamp();
        let at = |seconds: &Value| seconds.as_i64().map_or(seconds.clone(), |s| json!(base + s));
        let mut claims = json!({
            "iss": EXPECTED.issuer, "aud": "us", "nonce": "n", "iat": base, "exp": base + 60,
        });
        let is_time = matches!(claim, "iat" | "exp" | "nbf");
        claims[claim] = if is_time { at(value) } else { value.clone() };
        let checked = check(claims.as_object().unwrap(), &EXPECTED, now);
        checked.err().map(|fault| fault.to_string())
    }

    #[test]
    fn what_proves_somebody() {
        for (claim, value) in [
            ("aud", json!(["us"])),
            ("azp", json!("us")),
            ("exp", json!(-59)),
            ("iat", json!(59)),
            // Entra dates its tokens back by five minutes.
            ("iat", json!(-300)),
            ("nbf", json!(-300)),
        ] {
            assert_eq!(fault(claim, &value), None, "{claim} {value}");
        }
    }

    #[test]
    fn what_proves_nobody() {
        for (claim, value, words) in [
            ("iss", json!("https://sso.example.org/"), "issuer"),
            ("iss", Value::Null, "issuer"),
            ("aud", json!("them"), "client"),
            ("aud", json!([]), "client"),
            ("aud", json!(["us", "them"]), "client"),
            ("azp", json!("them"), "client"),
            ("nonce", json!("m"), "nonce"),
            ("nonce", Value::Null, "nonce"),
            ("exp", json!(-60), "expired"),
            ("exp", json!("tomorrow"), "expired"),
            ("exp", Value::Null, "expired"),
            ("iat", json!(61), "another time"),
            ("iat", json!(-700), "another time"),
            ("iat", Value::Null, "another time"),
            ("nbf", json!(61), "not valid yet"),
            ("nbf", json!("now"), "not valid yet"),
        ] {
            let told = fault(claim, &value).unwrap_or_default();
            assert!(told.contains(words), "{claim} {value}: {told:?}");
        }
    }
}
