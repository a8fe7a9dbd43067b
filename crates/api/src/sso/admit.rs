//! Who of the provider's people may come in at all.

use securevox_core::{Result, config::OpenIdProvider};

use super::problem::NOT_ADMITTED;
use crate::provider::Claims;

/// 403 for whoever is not in the domains and groups that are set. It is asked at each sign-in:
/// who leaves a group stays outside from then on.
pub(super) fn admit(settings: &OpenIdProvider, person: &Claims) -> Result<()> {
    let domains = &settings.email_domains;
    let domain = person.verified_email().and_then(|email| email.rsplit_once('@'));
    let is_of = |known: &str| domain.is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(known));
    if !domains.is_empty() && !domains.iter().any(is_of) {
        let detail = match domain {
            Some(_) => "Its address is in none of the domains that are let in.",
            None => "The provider names no verified address, and only some domains are let in.",
        };
        return Err(NOT_ADMITTED.with_detail(detail).into());
    }
    let groups = person.list(&settings.groups_claim);
    if !settings.groups.is_empty() && !settings.groups.iter().any(|group| groups.contains(&group)) {
        let detail = "It is in none of the groups that are let in.";
        return Err(NOT_ADMITTED.with_detail(detail).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use securevox_core::config::{Reader, Sso};
    use serde_json::{Value, json};

    use super::*;
    use crate::provider::claims;

    fn settings(variables: &[(&str, &str)]) -> OpenIdProvider {
        let always = [("ISSUER", "https://sso.example.org"), ("CLIENT_ID", "us")];
        let lookup = |name: &str| {
            let mut known = always.iter().chain(variables);
            let name = name.strip_prefix("SECUREVOX_OIDC_")?;
            known.find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        let mut reader = Reader::new(&lookup);
        let sso = Sso::read(&mut reader);
        reader.finish(sso).unwrap().provider.unwrap()
    }

    fn ada(more: &Value) -> Claims {
        let mut all =
            json!({ "email": "ada@Example.org", "email_verified": true, "groups": ["a"] });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims(all)
    }

    #[test]
    fn domains_need_a_verified_address() {
        let settings = settings(&[("EMAIL_DOMAINS", "example.com, example.ORG")]);
        assert!(admit(&settings, &ada(&json!({}))).is_ok());
        for other in [
            json!({ "email_verified": false }),
            json!({ "email_verified": null }),
            json!({ "email": "ada@sub.example.org" }),
            json!({ "email": "ada@example.org.evil.example" }),
            json!({ "email": "example.org" }),
            json!({ "email": null }),
        ] {
            assert!(admit(&settings, &ada(&other)).is_err(), "{other}");
        }
    }

    #[test]
    fn one_group_is_enough_and_none_is_not() {
        let settings = settings(&[("GROUPS", "a,b"), ("GROUPS_CLAIM", "groups")]);
        for (groups, may) in [
            (json!(["b", "c"]), true),
            (json!("a"), true),
            (json!(["A", "ab"]), false),
            (json!([]), false),
            (Value::Null, false),
        ] {
            let person = ada(&json!({ "groups": groups }));
            assert_eq!(admit(&settings, &person).is_ok(), may, "{groups}");
        }
    }

    #[test]
    fn without_rules_whoever_the_provider_proves_may_come_in() {
        assert!(admit(&settings(&[]), &claims(json!({}))).is_ok());
    }
}
