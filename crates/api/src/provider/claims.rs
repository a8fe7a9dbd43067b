//! What the provider says of a person.

use securevox_core::config::OpenIdProvider;
use serde_json::{Map, Value};

use super::Fault;

/// What the provider says of a person, proven.
#[derive(Debug)]
pub(crate) struct Claims {
    /// As the provider alone knows the person.
    pub(crate) subject: String,
    all: Map<String, Value>,
}

impl Claims {
    /// `None` where they are nobody's.
    pub(super) fn of(all: Map<String, Value>) -> Option<Self> {
        let subject = all.get("sub")?.as_str()?.to_owned();
        let fits = (1..=255).contains(&subject.len()) && !subject.contains('\0');
        fits.then_some(Self { subject, all })
    }

    /// Whether the provider may know more than it has said: some tell it only who asks with the access token.
    pub(super) fn lack(&self, settings: &OpenIdProvider) -> bool {
        let has = |name| self.text(name).is_some();
        let has_groups =
            settings.groups.is_empty() || !self.list(&settings.groups_claim).is_empty();
        !has("email") || !has("preferred_username") || !has_groups
    }

    /// Adds what else it says of the same person.
    pub(super) fn add(&mut self, more: Map<String, Value>) -> Result<(), Fault> {
        if more.get("sub").and_then(Value::as_str) != Some(&self.subject) {
            return Err(Fault::Unproven("its userinfo is about somebody else"));
        }
        if more.contains_key("email") {
            // Whether it is verified is said of this address alone.
            self.all.remove("email_verified");
        }
        self.all.extend(more);
        Ok(())
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let text = self.all.get(name).and_then(Value::as_str).map(str::trim);
        text.filter(|text| !text.is_empty() && !text.contains('\0'))
    }

    /// The address, if the provider says that it is the person's.
    pub(crate) fn verified_email(&self) -> Option<&str> {
        let verified = match self.all.get("email_verified")? {
            Value::Bool(verified) => *verified,
            // As Apple and Cognito write it.
            Value::String(text) => text == "true",
            _ => false,
        };
        self.text("email").filter(|_| verified)
    }

    /// The texts of a claim, be they many or one. `a.b` is also `b` in `a`.
    pub(crate) fn list(&self, claim: &str) -> Vec<&str> {
        let nested = || {
            let (outer, inner) = claim.split_once('.')?;
            self.all.get(outer)?.get(inner)
        };
        match self.all.get(claim).or_else(nested) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// What the person would call this identity.
    pub(crate) fn label(&self) -> Option<String> {
        let names = ["preferred_username", "email", "name"];
        let name = names.into_iter().find_map(|name| self.text(name))?;
        Some(name.chars().take(254).collect())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// Claims of somebody whom the tests do not name.
    pub(crate) fn claims(all: Value) -> Claims {
        let Value::Object(mut all) = all else { panic!("no object") };
        all.entry("sub").or_insert(json!("1"));
        Claims::of(all).unwrap()
    }

    #[test]
    fn an_address_counts_if_it_is_verified() {
        let email = |verified: Value| {
            let claims = claims(json!({ "email": "ada@example.org", "email_verified": verified }));
            claims.verified_email().map(ToOwned::to_owned)
        };
        assert_eq!(email(json!(true)).as_deref(), Some("ada@example.org"));
        assert_eq!(email(json!("true")).as_deref(), Some("ada@example.org"));
        for not in [json!(false), json!("false"), json!(1), Value::Null] {
            assert_eq!(email(not.clone()), None, "{not}");
        }
        assert_eq!(claims(json!({ "email": "ada@example.org" })).verified_email(), None);
    }

    #[test]
    fn a_verified_address_lends_nothing_to_another() {
        let mut ada = claims(json!({ "email_verified": true }));
        let more = json!({ "sub": "1", "email": "eve@example.org" });
        ada.add(more.as_object().unwrap().clone()).unwrap();
        assert_eq!(ada.verified_email(), None);
        let other = json!({ "sub": "2" });
        assert!(ada.add(other.as_object().unwrap().clone()).is_err());
    }

    #[test]
    fn groups_stand_in_many_places() {
        let ada = claims(json!({
            "groups": ["staff", 7, "admins"], "hd": "example.org",
            "realm_access": { "roles": ["tester"] }, "https://a.example/groups": ["x"],
        }));
        assert_eq!(ada.list("groups"), ["staff", "admins"]);
        assert_eq!(ada.list("hd"), ["example.org"]);
        assert_eq!(ada.list("realm_access.roles"), ["tester"]);
        assert_eq!(ada.list("https://a.example/groups"), ["x"]);
        assert!(ada.list("nothing").is_empty() && ada.list("no.thing").is_empty());
    }

    #[test]
    fn nobody_is_no_person() {
        for sub in [json!(""), json!(7), Value::Null, json!("x".repeat(256)), json!("a\u{0}")] {
            assert!(Claims::of(json!({ "sub": sub }).as_object().unwrap().clone()).is_none());
        }
    }
}
