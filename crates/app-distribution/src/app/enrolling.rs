//! What enrolment keeps at hand: its settings, its limit, and what it signs.

use std::{path::Path, sync::Arc, time::Duration};

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use securevox_core::{
    auth::SecretKey,
    bus::Bus,
    config::Reader,
    rate_limit::Limiter,
    storage::{LinkRefused, Links},
    web::Site,
};
use securevox_protocol::{BuildId, EnrolledDeviceId};
use uuid::Uuid;

use super::Who;
use crate::{
    cms::{Authorities, Signer},
    config::Enrolment,
};

const COOKIE: &str = "device";

/// Asks devices, and knows them again. Clones are cheap.
#[derive(Clone, Debug)]
pub(crate) struct Enrolling(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Enrolment,
    tries: Limiter,
    strangers: Limiter,
    authorities: Authorities,
    challenges: hmac::Key,
    pages: Links,
    browsers: Links,
}

/// For whom the page of a device was made, and about which build.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) device: EnrolledDeviceId,
    pub(crate) build: BuildId,
    pub(crate) who: Who,
    /// Whether they may name and remove it. Whoever says the identifier of a device that somebody
    /// unknown has enrolled, and proves nothing, looks at it.
    pub(crate) owns: bool,
}

/// Reads the settings, and sees whether the certificate signs.
pub(crate) fn read_enrolment(reader: &mut Reader<'_>) -> Option<Enrolment> {
    let config = Enrolment::read(reader)?;
    match (&config.certificate, &config.key) {
        (None, None) => {}
        (Some(certificate), Some(key)) => {
            let read = |path: &Path| std::fs::read(path).map_err(anyhow::Error::new);
            let signer = read(certificate)
                .and_then(|certificate| Ok(Signer::from_pem(&certificate, &read(key)?)?));
            if let Err(error) = signer {
                reader.fault(format!(
                    "SECUREVOX_ENROLMENT_CERTIFICATE_PATH and SECUREVOX_ENROLMENT_KEY_PATH: {error}"
                ));
            }
        }
        _ => reader.fault(
            "SECUREVOX_ENROLMENT_CERTIFICATE_PATH and SECUREVOX_ENROLMENT_KEY_PATH are set together or not at all",
        ),
    }
    if let Err(error) = authorities(&config) {
        reader.fault(format!("SECUREVOX_ENROLMENT_DEVICE_CA_PATH: {error}"));
    }
    Some(config)
}

fn authorities(config: &Enrolment) -> anyhow::Result<Authorities> {
    let Some(path) = &config.device_authorities else { return Ok(Authorities::default()) };
    Authorities::from_pem(&std::fs::read(path)?).ok_or_else(|| {
        anyhow::anyhow!("there is no certificate in PEM, or one that cannot be read")
    })
}

impl Enrolling {
    pub(super) fn new(secret: &SecretKey, bus: &Bus, config: Enrolment) -> anyhow::Result<Self> {
        let limiter =
            |name, count, hours| Limiter::new(bus, name, count, Duration::from_hours(hours));
        Ok(Self(Arc::new(Inner {
            tries: limiter("enrolments-from", config.per_address, 1),
            strangers: limiter("strangers-enrolled-from", config.strangers_per_address, 24),
            authorities: authorities(&config)?,
            challenges: secret.mac("enrolment-challenges"),
            pages: Links::new(secret, "page-of-device"),
            browsers: Links::new(secret, "device-of-browser"),
            config,
        })))
    }

    /// Devices that strangers at a network address enrol for an app.
    pub(crate) fn strangers(&self) -> &Limiter {
        &self.0.strangers
    }

    /// Whether devices can prove that they are some.
    pub(crate) fn is_provable(&self) -> bool {
        !self.0.authorities.is_empty()
    }

    /// Whose certificates devices sign with.
    pub(crate) fn authorities(&self) -> &Authorities {
        &self.0.authorities
    }

    pub(crate) fn config(&self) -> &Enrolment {
        &self.0.config
    }

    /// What somebody at a network address tries.
    pub(crate) fn tries(&self) -> &Limiter {
        &self.0.tries
    }

    /// Whether phones see who asks.
    pub(crate) fn signs(&self) -> bool {
        self.0.config.certificate.is_some()
    }

    /// The question, signed where there is a certificate. One that was spoilt since the start is
    /// told to the operator; phones are asked all the same.
    pub(crate) async fn sign(&self, question: Vec<u8>, now: DateTime<Utc>) -> Vec<u8> {
        let (Some(certificate), Some(key)) = (&self.0.config.certificate, &self.0.config.key)
        else {
            return question;
        };
        let signer = async {
            let (certificate, key) =
                (tokio::fs::read(certificate).await?, tokio::fs::read(key).await?);
            anyhow::Ok(Signer::from_pem(&certificate, &key)?)
        };
        match signer.await {
            Ok(signer) => signer.sign(&question, now),
            Err(error) => {
                tracing::error!("questions to devices go out unsigned: {error:#}");
                question
            }
        }
    }

    /// What the answer to the question with this hash has to repeat.
    pub(crate) fn challenge(&self, hash: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.0.challenges, hash))
    }

    /// Whether an answer repeats it.
    pub(crate) fn repeats(&self, hash: &[u8], said: Option<&str>) -> bool {
        let right = self.challenge(hash);
        verify_slices_are_equal(right.as_bytes(), said.unwrap_or_default().as_bytes()).is_ok()
    }

    /// The token of the page of a device, which needs no cookie.
    pub(crate) fn page(&self, held: Held, now: DateTime<Utc>) -> String {
        let owns = [u8::from(held.owns)];
        let more = [&owns[..], &held.build.0.as_bytes()[..], &held.who.to_bytes()].concat();
        let expires = now + self.0.config.page_lifetime.delta();
        self.0.pages.sign_with(held.device.0, &more, expires)
    }

    pub(crate) fn open(&self, token: &str, now: DateTime<Utc>) -> Result<Held, LinkRefused> {
        let (opened, more) = self.0.pages.verify_with(token, now)?;
        let read = || {
            let (owns, more) = more.split_first()?;
            let (build, who) = more.split_at_checked(16)?;
            let build = BuildId(Uuid::from_slice(build).ok()?);
            let (device, who) = (EnrolledDeviceId(opened.id), Who::from_bytes(who)?);
            Some(Held { device, build, who, owns: *owns == 1 })
        };
        read().ok_or(LinkRefused::Foreign)
    }

    /// The value of `Set-Cookie` by which a browser knows its device. It holds no UDID.
    pub(crate) fn remember(
        &self,
        site: &Site,
        device: EnrolledDeviceId,
        now: DateTime<Utc>,
    ) -> HeaderValue {
        let memory = self.0.config.memory.delta();
        let token = self.0.browsers.sign(device.0, now + memory);
        site.set(COOKIE, &token, memory.num_seconds())
    }

    pub(crate) fn forget(site: &Site) -> HeaderValue {
        site.set(COOKIE, "", 0)
    }

    /// The device that the browser says it is on.
    pub(crate) fn remembered(
        &self,
        site: &Site,
        headers: &HeaderMap,
        now: DateTime<Utc>,
    ) -> Option<EnrolledDeviceId> {
        let opened = self.0.browsers.verify(site.get(headers, COOKIE)?, now).ok()?;
        Some(EnrolledDeviceId(opened.id))
    }
}
