//! Single sign-on: the OpenID provider, and whom of the people it knows we let in.

use std::path::PathBuf;

use secrecy::SecretString;
use url::{Host, Url};

use super::{PREFIX, Reader, Setting, Variable, Words};
use crate::settings;

settings! {
    /// Single sign-on, as it is set.
    pub struct Oidc {
        /// The OpenID provider at which people sign in, exactly as it names itself (`https://sso.example.org/realms/staff`). Empty, like the client's id: there is none.
        pub issuer: Option<Issuer> = "OIDC_ISSUER", "";
        /// The id under which it knows this installation. Register `/login/sso/callback` on the address of the REST API with it.
        pub client_id: Option<String> = "OIDC_CLIENT_ID", "";
        /// The secret that belongs to the id; empty for a public client.
        pub client_secret: Option<SecretString> = "OIDC_CLIENT_SECRET", "";
        /// A file with the certificate of the authority that signed the provider's (PEM), if it is a private one.
        pub ca: Option<PathBuf> = "OIDC_CA", "";
        /// What people call the provider: it stands on the button of the login page.
        pub name: String = "OIDC_NAME", "single sign-on";
        /// What it is asked to tell of people.
        pub scopes: String = "OIDC_SCOPES", "openid email profile";
        /// Domains of addresses, separated by commas; who has a verified address in none of them is refused. Empty: any address or none.
        pub email_domains: Words = "OIDC_EMAIL_DOMAINS", "";
        /// Groups, separated by commas; who is in none of them is refused. Empty: groups do not matter.
        pub groups: Words = "OIDC_GROUPS", "";
        /// The claim that tells somebody's groups; of an object in an object, `realm_access.roles`.
        pub groups_claim: String = "OIDC_GROUPS_CLAIM", "groups";
        /// What happens to people without an account who may come in: `known` refuses them, `everybody` gets one.
        pub registration: SsoRegistration = "OIDC_REGISTRATION", "known";
        /// Whether nobody signs in by a password any more.
        pub only: bool = "SSO_ONLY", "false";
    }
}

/// How people come in besides passwords, or instead of them.
#[derive(Clone, Debug)]
pub struct Sso {
    /// The provider, if there is one.
    pub provider: Option<OpenIdProvider>,
    /// Whether it is the only way in.
    pub only: bool,
}

/// An OpenID provider, and whom of its people we let in.
#[derive(Clone, Debug)]
pub struct OpenIdProvider {
    /// As it names itself.
    pub issuer: Issuer,
    /// As it knows us.
    pub client_id: String,
    /// What we prove it with.
    pub client_secret: Option<SecretString>,
    /// The authority behind its certificate, if it is a private one.
    pub ca: Option<PathBuf>,
    /// As people know it.
    pub name: String,
    /// What we ask for.
    pub scopes: String,
    /// A verified address must be in one of them, if there are any.
    pub email_domains: Words,
    /// People must be in one of them, if there are any.
    pub groups: Words,
    /// Where their groups stand.
    pub groups_claim: String,
    /// Whether people get an account.
    pub registration: SsoRegistration,
}

impl Sso {
    /// The variables of this section.
    pub const VARIABLES: &'static [Variable] = Oidc::VARIABLES;

    /// Reads the section; `None` after noting what was wrong with it.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let oidc = Oidc::read(reader)?;
        if !oidc.scopes.split(' ').any(|scope| scope == "openid") {
            reader.fault(format!("{PREFIX}OIDC_SCOPES must hold openid"));
        }
        let fault = match (&oidc.issuer, &oidc.client_id) {
            (Some(_), None) => "OIDC_ISSUER needs OIDC_CLIENT_ID",
            (None, Some(_)) => "OIDC_CLIENT_ID needs OIDC_ISSUER",
            (None, None) if oidc.only => "SSO_ONLY would let nobody in without OIDC_ISSUER",
            _ => "",
        };
        if !fault.is_empty() {
            reader.fault(format!("single sign-on: {PREFIX}{fault}"));
        }
        let provider = oidc.issuer.zip(oidc.client_id).map(|(issuer, client_id)| OpenIdProvider {
            issuer,
            client_id,
            client_secret: oidc.client_secret,
            ca: oidc.ca,
            name: oidc.name,
            scopes: oidc.scopes,
            email_domains: oidc.email_domains,
            groups: oidc.groups,
            groups_claim: oidc.groups_claim,
            registration: oidc.registration,
        });
        Some(Self { provider, only: oidc.only })
    }
}

/// The name of a provider: a URL that is compared letter by letter, so it is kept as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

impl Issuer {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the provider describes itself (OpenID Connect Discovery, 4.1).
    pub fn discovery(&self) -> Url {
        let url = format!("{}/.well-known/openid-configuration", self.0.trim_end_matches('/'));
        url.parse().expect("a path was added to a URL")
    }
}

/// Whether what travels to `url` can be read by nobody on the way.
pub fn is_protected(url: &Url) -> bool {
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || url.scheme() == "http" && is_local
}

impl Setting for Issuer {
    fn parse(text: &str) -> Result<Self, String> {
        let url: Url = text.parse().map_err(|error| format!("must be a URL ({error})"))?;
        if !is_protected(&url) {
            return Err("must begin with https:// (http:// on this machine alone)".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err("must hold no user, question mark or hash".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

/// What happens to people without an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SsoRegistration {
    /// They stay outside: accounts are linked by their owners, or by an operator.
    Known,
    /// They get one.
    Everybody,
}

impl Setting for SsoRegistration {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "known" => Ok(Self::Known),
            "everybody" => Ok(Self::Everybody),
            _ => Err("must be known or everybody".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Faults, *};

    fn read(variables: &[(&str, &str)]) -> Result<Sso, Faults> {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let mut reader = Reader::new(&lookup);
        let sso = Sso::read(&mut reader);
        reader.finish(sso)
    }

    const ISSUER: (&str, &str) = ("SECUREVOX_OIDC_ISSUER", "https://sso.example.org/realms/staff");
    const CLIENT: (&str, &str) = ("SECUREVOX_OIDC_CLIENT_ID", "securevox");

    #[test]
    fn nothing_set_is_no_provider() {
        let sso = read(&[]).unwrap();
        assert!(sso.provider.is_none() && !sso.only);
    }

    #[test]
    fn a_provider_keeps_its_secret_and_lets_in_known_people() {
        let secret = ("SECUREVOX_OIDC_CLIENT_SECRET", "my cat");
        let sso = read(&[ISSUER, CLIENT, secret]).unwrap();
        assert!(!format!("{sso:?}").contains("cat"));
        let provider = sso.provider.unwrap();
        assert_eq!(provider.registration, SsoRegistration::Known);
        let discovery = "https://sso.example.org/realms/staff/.well-known/openid-configuration";
        assert_eq!(provider.issuer.discovery().as_str(), discovery);
    }

    #[test]
    fn what_would_let_nobody_in_is_a_fault() {
        let only = ("SECUREVOX_SSO_ONLY", "true");
        let scopes = ("SECUREVOX_OIDC_SCOPES", "email");
        for variables in [&[ISSUER][..], &[CLIENT], &[only], &[ISSUER, CLIENT, scopes]] {
            let Faults(faults) = read(variables).expect_err("it lets nobody in");
            assert_eq!(faults.len(), 1, "{faults:?}");
        }
        assert!(read(&[ISSUER, CLIENT, only]).unwrap().only);
    }

    #[test]
    fn issuers_are_kept_as_they_are_written() {
        for issuer in ["https://accounts.google.com", "https://a.example/", "http://127.0.0.1:9000"]
        {
            assert_eq!(Issuer::parse(issuer).unwrap().as_str(), issuer);
        }
        for wrong in
            ["sso", "http://sso.example.org", "https://a.example/?x", "https://a@b.example"]
        {
            assert!(Issuer::parse(wrong).is_err(), "{wrong}");
        }
    }
}
