//! The job that sends one mail.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use super::{Letter, Mailer, smtp::Smtp};
use crate::{
    Result,
    auth::SecretKey,
    bus::Wait,
    jobs::{Failure, Job},
};

/// Sends one mail.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SendMail {
    /// A [`Letter`], in base64.
    sealed: String,
}

impl Job for SendMail {
    const KIND: &'static str = "send-mail";
}

impl SendMail {
    pub(super) fn sealed(secret: &SecretKey, letter: &Letter) -> Result<Self> {
        Ok(Self { sealed: BASE64_STANDARD.encode(letter.seal(secret)?) })
    }
}

pub(super) async fn send(mailer: &Mailer, smtp: &Smtp, job: &SendMail) -> Result<(), Failure> {
    let sealed = BASE64_STANDARD.decode(&job.sealed).ok();
    let letter = sealed.and_then(|sealed| Letter::open(&mailer.secret, &sealed));
    let letter = letter.ok_or_else(|| {
        Failure::GiveUp(anyhow::anyhow!("the mail was sealed with another secret key"))
    })?;
    if let Err(Wait(wait)) = mailer.bus.take("mails", mailer.total).await {
        let words =
            format!("the mails of this hour are sent: the next goes in {} s", wait.as_secs());
        return Err(Failure::Retry(anyhow::anyhow!(words)));
    }
    smtp.send(&letter).await
}
