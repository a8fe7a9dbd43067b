//! The section of mail: the server that sends it, and from whom it comes.

use std::{fmt, path::PathBuf};

use lettre::message::Mailbox;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::Setting;
use crate::settings;

settings! {
    /// Mail.
    pub struct Mail {
        /// The server that sends mail: `smtps://user:password@host` (TLS, port 465), `smtp://user:password@host?tls=required` (STARTTLS, port 587) or `smtp://host` (a relay that needs no password, unencrypted, port 25). Empty: no mail is sent, and its links are for whoever invites to copy.
        pub smtp_url: Option<SmtpUrl> = "SMTP_URL", "";
        /// A file with the certificate of the authority that signed that of the server (PEM), if it is a private one.
        pub smtp_ca: Option<PathBuf> = "SMTP_CA", "";
        /// Whom mail comes from, `SecureVOX <no-reply@example.org>`; needed with `SMTP_URL`.
        pub from: Option<Correspondent> = "MAIL_FROM", "";
        /// Where answers go, if not there.
        pub reply_to: Option<Correspondent> = "MAIL_REPLY_TO", "";
        /// Mails an hour that are sent in all; more wait.
        pub per_hour: u32 = "MAIL_PER_HOUR", "1000";
        /// Mails an hour that one address gets of what it subscribed to or is invited to; more are not sent.
        pub per_address: u32 = "MAIL_PER_ADDRESS", "10";
        /// Mails an hour that one address gets because somebody typed it in, who may be anybody: links to sign in, to join, to prove the address. More are not sent; they take nothing from the others.
        pub asked_per_address: u32 = "MAIL_ASKED_PER_ADDRESS", "5";
    }
}

/// How the connection to the server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, or nothing is sent.
    StartTls,
    /// STARTTLS if the server offers it.
    IfOffered,
    /// None.
    Plain,
}

/// Where mail is given to be sent.
#[derive(Clone)]
pub struct SmtpUrl {
    /// Name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// User and password.
    pub credentials: Option<(String, SecretString)>,
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpUrl").field("host", &self.host).finish_non_exhaustive()
    }
}

impl Setting for SmtpUrl {
    const SECRET: bool = true;

    fn parse(text: &str) -> Result<Self, String> {
        const WANTED: &str =
            "must look like smtps://user:password@host or smtp://user:password@host?tls=required";
        let url: Url = text.parse().map_err(|_| WANTED.to_owned())?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value);
        let (protection, port) = match (url.scheme(), tls.as_deref()) {
            ("smtps", None) => (Protection::Tls, 465),
            ("smtp", Some("required")) => (Protection::StartTls, 587),
            ("smtp", Some("opportunistic")) => (Protection::IfOffered, 25),
            ("smtp", None) => (Protection::Plain, 25),
            _ => return Err(WANTED.to_owned()),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(WANTED)?;
        let credentials = match (decoded(url.username())?, url.password()) {
            (user, Some(password)) if !user.is_empty() => Some((user, decoded(password)?.into())),
            (user, None) if user.is_empty() => None,
            _ => return Err("must hold user and password, or neither".to_owned()),
        };
        let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let exposed = matches!(protection, Protection::Plain | Protection::IfOffered);
        if credentials.is_some() && exposed && !local {
            return Err("would send the password unencrypted: add ?tls=required".to_owned());
        }
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            protection,
            credentials,
        })
    }
}

impl SmtpUrl {
    /// The password, for the one place that sends it.
    pub(crate) fn login(&self) -> Option<(String, String)> {
        let (user, password) = self.credentials.as_ref()?;
        Some((user.clone(), password.expose_secret().to_owned()))
    }
}

/// `%40` is `@`: passwords hold what URLs may not.
fn decoded(text: &str) -> Result<String, String> {
    // A form's decoding, but for the plus, which stands for itself.
    let pair = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    let decoded = url::form_urlencoded::parse(pair.as_bytes()).next();
    decoded.map(|(_, value)| value.into_owned()).ok_or_else(|| "cannot be read".to_owned())
}

/// An address with or without a name, `SecureVOX <no-reply@example.org>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correspondent(pub(crate) Mailbox);

impl Setting for Correspondent {
    fn parse(text: &str) -> Result<Self, String> {
        let wanted = || "must be an address like SecureVOX <no-reply@example.org>".to_owned();
        text.parse().map(Self).map_err(|_| wanted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_servers() {
        let url = SmtpUrl::parse("smtps://ada%40example.org:p%2Bq+r%26s@mail.example.org").unwrap();
        assert_eq!((url.port, url.protection), (465, Protection::Tls));
        let login = url.login().unwrap();
        assert_eq!(login, ("ada@example.org".to_owned(), "p+q+r&s".to_owned()));
        let url = SmtpUrl::parse("smtp://a:b@mail.example.org?tls=required").unwrap();
        assert_eq!((url.port, url.protection), (587, Protection::StartTls));
        let url = SmtpUrl::parse("smtp://[::1]:2525").unwrap();
        assert_eq!((url.host.as_str(), url.port), ("::1", 2525));
        assert!(!format!("{url:?}").contains("2525"));
        for wrong in [
            "mail.example.org",
            "https://mail.example.org",
            "smtp://a:b@mail.example.org",
            "smtp://a:b@mail.example.org?tls=opportunistic",
            "smtp://mail.example.org?tls=no",
            "smtps://a@mail.example.org",
            "smtps://",
        ] {
            assert!(SmtpUrl::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Correspondent::parse("SecureVOX <no-reply@example.org>").is_ok());
        assert!(Correspondent::parse("nobody").is_err());
    }
}
