//! The job that sends one mail.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use super::{Letter, Mailer, smtp::Smtp};
use crate::{
    Result,
    bus::Wait,
    jobs::{Failure, Job},
    secret_key::SecretKey,
};

/// How often mails that wait for the next hour look whether it is their turn.
const SOON: Duration = Duration::from_mins(5);

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
        // What is free until then is not lost: a whole hour may go at once.
        return Err(Failure::Wait(wait.max(SOON)));
    }
    smtp.send(&letter).await
}
