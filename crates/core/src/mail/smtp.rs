//! The connection to the server that sends mail.

use std::{fs, time::Duration};

use anyhow::Context as _;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        self,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::Letter;
use crate::{
    config::{self, Protection, SmtpUrl},
    error::chain,
    jobs::Failure,
};

/// How long the server may take for each answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server refuses us, not the mail (RFC 4954): somebody has to look at the settings.
const LOGIN_REFUSED: [u16; 4] = [530, 534, 535, 538];

/// A server, and from whom mail comes. Each mail is a connection of its own: there are few.
#[derive(Clone, Debug)]
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

impl Smtp {
    /// `None` where mail is off.
    pub(super) fn open(settings: &config::Mail) -> anyhow::Result<Option<Self>> {
        let Some(url) = &settings.smtp_url else { return Ok(None) };
        let from = settings.from.clone().context("SECUREVOX_MAIL_FROM must be set to send mail")?.0;
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&url.host)
            .port(url.port)
            .tls(tls(url, settings).context("setting up TLS for mail")?)
            .hello_name(hello)
            .timeout(Some(PATIENCE));
        if let Some((user, password)) = url.login() {
            transport = transport.credentials(Credentials::new(user, password));
        }
        let reply_to = settings.reply_to.clone().map(|reply_to| reply_to.0);
        Ok(Some(Self { transport: transport.build(), from, reply_to }))
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<(), Failure> {
        let message = self.message(letter).map_err(Failure::GiveUp)?;
        let sent = self.transport.send(message).await;
        sent.map(drop).map_err(|error| failure(&error))
    }

    pub(super) async fn probe(&self) -> anyhow::Result<()> {
        let answers = self.transport.test_connection().await;
        let answers = answers.map_err(|error| anyhow::anyhow!(told(&error)))?;
        anyhow::ensure!(answers, "the server does not answer");
        Ok(())
    }

    fn message(&self, Letter { id, mail }: &Letter) -> anyhow::Result<Message> {
        // An error of the address would repeat it.
        let to = mail.to.parse().map_err(|_| anyhow::anyhow!("this cannot be an address"))?;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.split_whitespace().collect::<Vec<_>>().join(" "))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            // Nobody's holiday answers it (RFC 3834).
            .raw_header(header("Auto-Submitted", "auto-generated"));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        if let Some(address) = &mail.unsubscribe {
            builder = builder
                .raw_header(header("List-Unsubscribe", &format!("<{address}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        let message = match &mail.html {
            Some(html) => builder
                .multipart(MultiPart::alternative_plain_html(mail.text.clone(), html.clone())),
            None => builder.singlepart(SinglePart::plain(mail.text.clone())),
        };
        message.context("writing a mail")
    }
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn tls(url: &SmtpUrl, settings: &config::Mail) -> anyhow::Result<Tls> {
    let parameters = || -> anyhow::Result<TlsParameters> {
        let mut builder = TlsParameters::builder(url.host.clone());
        if let Some(path) = &settings.smtp_ca {
            let pem = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            builder = builder.add_root_certificate(Certificate::from_pem(&pem)?);
        }
        Ok(builder.build_rustls()?)
    };
    Ok(match url.protection {
        Protection::Tls => Tls::Wrapper(parameters()?),
        Protection::StartTls => Tls::Required(parameters()?),
        Protection::IfOffered => Tls::Opportunistic(parameters()?),
        Protection::Plain => Tls::None,
    })
}

/// What the server refuses for good is given up; all else may be better later.
fn failure(error: &smtp::Error) -> Failure {
    let words = anyhow::anyhow!(told(error));
    let status = error.status().map(u16::from);
    let ours = status.is_some_and(|status| LOGIN_REFUSED.contains(&status));
    if error.is_permanent() && !ours { Failure::GiveUp(words) } else { Failure::Retry(words) }
}

/// The words for the log. Of a refusal the number alone: servers repeat the address.
fn told(error: &smtp::Error) -> String {
    match error.status().map(u16::from) {
        Some(status) if LOGIN_REFUSED.contains(&status) => {
            format!("the mail server refuses the login ({status}): look at SECUREVOX_SMTP_URL")
        }
        Some(status) => format!("the mail server refuses the mail ({status})"),
        None if error.is_response() => "the mail server's answer makes no sense".to_owned(),
        None => format!("the mail server cannot be used: {:#}", chain(error)),
    }
}
