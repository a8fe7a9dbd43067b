//! Whether the mail server answers, and takes our password.

use securevox_core::{auth::SecretKey, bus::Bus, mail::Mailer};
use tokio::time;

use super::{PATIENCE, Report};
use crate::settings::Settings;

const SUBJECT: &str = "mail";

pub(super) async fn check(settings: &Settings, report: &mut Report) {
    // Nothing is sealed and nothing is counted: no mail is sent.
    let opened = Mailer::open(&settings.common.mail, &SecretKey::random(), &Bus::in_process());
    let mailer = match opened {
        Ok(mailer) => mailer,
        Err(error) => return report.fail(SUBJECT, format!("{error:#}")),
    };
    if !mailer.is_on() {
        let words = "off: nobody is mailed an invitation or a link to sign in; set \
                     SECUREVOX_SMTP_URL and SECUREVOX_MAIL_FROM to change that";
        return report.ok(SUBJECT, words);
    }
    match time::timeout(PATIENCE, mailer.probe()).await {
        Ok(Ok(())) => report.ok(SUBJECT, "the server answers and takes the login"),
        Ok(Err(error)) => report.fail(SUBJECT, format!("{error:#}")),
        Err(_) => report.fail(SUBJECT, "the server does not answer: look at SECUREVOX_SMTP_URL"),
    }
}
