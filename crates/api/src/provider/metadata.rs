//! What the provider says of itself (OpenID Connect Discovery 1.0).

use securevox_core::config::{Issuer, is_protected};
use serde::Deserialize;
use url::Url;

use super::Fault;

/// What the provider says of itself, as far as we need it.
#[derive(Clone, Debug, Deserialize)]
pub struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    /// Whether it says with each answer whose it is (RFC 9207).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub(super) names_itself: bool,
}

impl Metadata {
    /// Whether it is that provider, and may be told secrets.
    pub(super) fn check(&self, issuer: &Issuer) -> Result<(), Fault> {
        if self.issuer != issuer.as_str() {
            let theirs: String = self.issuer.chars().take(200).collect();
            let words = format!(
                "the provider calls itself {theirs:?} and not {:?}: set SECUREVOX_OIDC_ISSUER to that, letter by letter",
                issuer.as_str()
            );
            return Err(Fault::Unfit(words));
        }
        let endpoints = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        let mut endpoints = endpoints.into_iter().chain(&self.userinfo_endpoint);
        match endpoints.find(|url| !is_protected(url)) {
            Some(url) => Err(Fault::Unfit(format!(
                "the provider wants to be asked at {url}, where everybody on the way can read along: let it use https"
            ))),
            None => Ok(()),
        }
    }

    /// Whether the secret has to stand in the form: most take it in a header, as the standard has it.
    pub(super) fn wants_secret_in_form(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_deref().unwrap_or_default();
        let takes = |method: &str| methods.iter().any(|known| known == method);
        takes("client_secret_post") && !takes("client_secret_basic")
    }

    /// Whether it says that it checks what binds a code to whoever began (PKCE); some do and do not say so.
    pub fn says_pkce(&self) -> bool {
        let methods = self.code_challenge_methods_supported.as_deref().unwrap_or_default();
        methods.iter().any(|method| method == "S256")
    }
}

#[cfg(test)]
mod tests {
    use securevox_core::config::Setting as _;
    use serde_json::{Value, json};

    use super::*;

    fn metadata(more: &Value) -> Metadata {
        let mut described = json!({
            "issuer": "https://sso.example.org",
            "authorization_endpoint": "https://sso.example.org/auth",
            "token_endpoint": "https://sso.example.org/token",
            "jwks_uri": "https://sso.example.org/keys",
        });
        let (described_as, more) = (described.as_object_mut(), more.as_object());
        described_as.unwrap().extend(more.unwrap().clone());
        serde_json::from_value(described).unwrap()
    }

    #[test]
    fn only_the_provider_that_is_set_will_do() {
        let issuer = Issuer::parse("https://sso.example.org").unwrap();
        assert!(metadata(&json!({})).check(&issuer).is_ok());
        for wrong in [
            json!({ "issuer": "https://sso.example.org/" }),
            json!({ "issuer": "https://evil.example" }),
            json!({ "token_endpoint": "http://sso.example.org/token" }),
            json!({ "userinfo_endpoint": "http://sso.example.org/me" }),
        ] {
            assert!(metadata(&wrong).check(&issuer).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_secret_stands_where_it_is_taken() {
        let of = |methods: Value| {
            metadata(&json!({ "token_endpoint_auth_methods_supported": methods }))
                .wants_secret_in_form()
        };
        assert!(of(json!(["client_secret_post"])));
        assert!(!of(json!(["client_secret_post", "client_secret_basic"])));
        assert!(!of(Value::Null) && !metadata(&json!({})).wants_secret_in_form());
    }
}
