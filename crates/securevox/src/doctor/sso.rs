//! Single sign-on: whether the provider is the one that is set, and whom it would let in.

use securevox_api::sso::{Fault, Provider};
use securevox_core::config::{OpenIdProvider, SsoRegistration};

use super::Report;
use crate::settings::Settings;

const SUBJECT: &str = "sso";
/// Providers at which anybody can have an account.
const OF_EVERYBODY: [&str; 2] = ["accounts.google.com", "login.microsoftonline.com"];

pub(super) async fn check(settings: &Settings, report: &mut Report) {
    let Some(provider) = &settings.api.sso.provider else {
        return report.ok(SUBJECT, "not set: people sign in by their passwords");
    };
    if lets_anybody_in(provider) {
        report.warn(
            SUBJECT,
            "anybody can have an account there, and gets one here: restrict SECUREVOX_OIDC_EMAIL_DOMAINS or SECUREVOX_OIDC_GROUPS",
        );
    }
    let urls = settings.common.urls.resolve(&settings.common.listening);
    match Provider::new(provider, &urls.api) {
        Ok(asked) => ask(provider, &asked, report).await,
        Err(error) => report.fail(SUBJECT, format!("{error:#}")),
    }
}

/// Whether whoever makes an account there gets one here.
fn lets_anybody_in(provider: &OpenIdProvider) -> bool {
    let is_restricted = !provider.email_domains.is_empty() || !provider.groups.is_empty();
    let url = provider.issuer.discovery();
    let is_of_everybody = url.host_str().is_some_and(|host| OF_EVERYBODY.contains(&host));
    provider.registration == SsoRegistration::Everybody && is_of_everybody && !is_restricted
}

async fn ask(settings: &OpenIdProvider, provider: &Provider, report: &mut Report) {
    let issuer = settings.issuer.as_str();
    let (metadata, keys) = match (provider.metadata().await, provider.key_count().await) {
        (Ok(metadata), Ok(keys)) => (metadata, keys),
        (Err(fault), _) | (_, Err(fault)) => return report.fail(SUBJECT, advice(issuer, &fault)),
    };
    if keys == 0 {
        return report.fail(SUBJECT, format!("{issuer} has no key that could prove anybody"));
    }
    report.ok(SUBJECT, format!("{issuer} answers as itself, with {keys} key(s)"));
    if !metadata.says_pkce() {
        let words = format!(
            "{issuer} does not say that it knows PKCE (S256), which we use: if signing in fails, turn it on there"
        );
        report.warn(SUBJECT, words);
    }
}

fn advice(issuer: &str, fault: &Fault) -> String {
    let what_to_do = match fault {
        Fault::Away(_) => {
            "is SECUREVOX_OIDC_ISSUER right, and does a firewall let this machine through? While it is away, `securevox admin sign-in-link` lets somebody in"
        }
        _ => "is SECUREVOX_OIDC_ISSUER right?",
    };
    format!("{issuer}: {fault}; {what_to_do}")
}

#[cfg(test)]
mod tests {
    use securevox_core::config::{Reader, Sso};

    use super::*;

    #[test]
    fn who_lets_anybody_in_is_told() {
        let google = ("ISSUER", "https://accounts.google.com");
        let everybody = ("REGISTRATION", "everybody");
        for (variables, expected) in [
            (&[google, everybody][..], true),
            (&[google], false),
            (&[google, everybody, ("GROUPS", "example.org")], false),
            (&[("ISSUER", "https://sso.example.org"), everybody], false),
        ] {
            let lookup = |name: &str| {
                let name = name.strip_prefix("SECUREVOX_OIDC_")?;
                let mut known = variables.iter().chain(&[("CLIENT_ID", "us")]);
                known.find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            let mut reader = Reader::new(&lookup);
            let sso = Sso::read(&mut reader);
            let provider = reader.finish(sso).unwrap().provider.unwrap();
            assert_eq!(lets_anybody_in(&provider), expected, "{variables:?}");
        }
    }
}
