//! Requests to the provider: bounded in time and size, and never sent on elsewhere.

use std::{fs, time::Duration};

use anyhow::Context as _;
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use reqwest::{Certificate, Client, RequestBuilder, StatusCode, header, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use securevox_core::{auth::digest, config::OpenIdProvider, error::chain};
use serde::{Deserialize, de::DeserializeOwned};
use url::{Url, form_urlencoded};

use super::{Fault, Metadata};

/// How long one answer may take; a sign-in asks four times at most, within the limit of a request.
const PATIENCE: Duration = Duration::from_secs(5);
/// Descriptions, keys and tokens are a few kB.
const ANSWER_MAX: usize = 256 << 10;

/// The client of the provider, and what it knows us by.
#[derive(Debug)]
pub(super) struct Asker {
    client: Client,
    id: String,
    secret: Option<SecretString>,
}

/// Why the provider takes no code (RFC 6749, 5.2).
#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Asker {
    pub(super) fn new(settings: &OpenIdProvider) -> anyhow::Result<Self> {
        let mut client = Client::builder()
            .user_agent(concat!("SecureVOX/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .timeout(PATIENCE);
        if let Some(path) = &settings.ca {
            let pem = fs::read(path)
                .with_context(|| format!("cannot read SECUREVOX_OIDC_CA {}", path.display()))?;
            let authorities =
                Certificate::from_pem_bundle(&pem).context("SECUREVOX_OIDC_CA is no PEM file")?;
            client = client.tls_certs_merge(authorities);
        }
        let client = client.build().context("setting up TLS for single sign-on")?;
        let (id, secret) = (settings.client_id.clone(), settings.client_secret.clone());
        Ok(Self { client, id, secret })
    }

    /// The JSON at `url`, which is `what`; shown `token` if there is one.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        url: Url,
        what: &str,
        token: Option<&str>,
    ) -> Result<T, Fault> {
        let mut request = self.client.get(url).header(header::ACCEPT, "application/json");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let (status, body) = read(request, what).await?;
        if status != StatusCode::OK {
            return Err(Fault::Unfit(format!("{what} is answered with {status}")));
        }
        parse(&body, what)
    }

    /// What the code in `form` is worth.
    pub(super) async fn exchange<T: DeserializeOwned>(
        &self,
        metadata: &Metadata,
        form: &[(&str, &str)],
    ) -> Result<T, Fault> {
        const WHAT: &str = "a code";
        let (status, body) = read(self.exchange_request(metadata, form), WHAT).await?;
        if status == StatusCode::OK { parse(&body, WHAT) } else { Err(refused(status, &body)) }
    }

    fn exchange_request(&self, metadata: &Metadata, form: &[(&str, &str)]) -> RequestBuilder {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let url = metadata.token_endpoint.clone();
        let request = self.client.post(url).header(header::ACCEPT, "application/json");
        let mut request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        match &self.secret {
            Some(secret) if !metadata.wants_secret_in_form() => {
                let proof = basic(&self.id, secret.expose_secret());
                request = request.header(header::AUTHORIZATION, proof);
            }
            secret => {
                body.append_pair("client_id", &self.id);
                let secret =
                    secret.as_ref().map(|secret| ("client_secret", secret.expose_secret()));
                body.extend_pairs(secret);
            }
        }
        request.body(body.finish())
    }
}

/// Id and secret as RFC 6749 (2.3.1) has them: encoded as in a form first.
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))))
}

/// The S256 challenge of a verifier (RFC 7636).
pub(super) fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(verifier.as_bytes()))
}

fn refused(status: StatusCode, body: &[u8]) -> Fault {
    let refusal = serde_json::from_slice::<Refusal>(body).ok();
    match refusal.as_ref().map(|refusal| refusal.error.as_str()) {
        Some("invalid_grant") => Fault::Over,
        Some("invalid_client" | "unauthorized_client") => Fault::Unfit(
            "the provider does not take SECUREVOX_OIDC_CLIENT_ID and SECUREVOX_OIDC_CLIENT_SECRET"
                .to_owned(),
        ),
        // Its description may repeat what was sent; its name is one of a few.
        Some(error) => {
            let error: String = error.chars().filter(char::is_ascii_graphic).take(40).collect();
            Fault::Unfit(format!("a code is answered with {status}, {error}"))
        }
        None => Fault::Unfit(format!("a code is answered with {status}")),
    }
}

/// Status and body of an answer, unless it says that the provider cannot just now.
async fn read(request: RequestBuilder, what: &str) -> Result<(StatusCode, Vec<u8>), Fault> {
    // Without the URL: queries hold secrets.
    let away = |error: reqwest::Error| {
        Fault::Away(format!("{what} is not answered: {}", chain(&error.without_url())))
    };
    let mut answer = request.send().await.map_err(away)?;
    let status = answer.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Fault::Away(format!("{what} is answered with {status}")));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(away)? {
        if body.len() + chunk.len() > ANSWER_MAX {
            return Err(Fault::Unfit(format!("the answer to {what} is too large")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

fn parse<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, Fault> {
    // What is wrong, and where; never what stands there.
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Fault::Unfit(format!("the answer to {what} cannot be read at {line}:{column}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_those_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn secrets_are_encoded_twice() {
        let proof = basic("a b", "p:q%");
        let text = BASE64_STANDARD.decode(proof.trim_start_matches("Basic ")).unwrap();
        assert_eq!(text, b"a+b:p%3Aq%25");
    }
}
