//! What a phone keeps of the code by which it opened a build.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};
use securevox_core::{auth::SecretKey, storage::Links, web::Site};
use securevox_protocol::BuildId;
use uuid::Uuid;

use super::Who;

/// Signs what a phone keeps of the code it has used. Clones are cheap.
#[derive(Clone, Debug)]
pub(crate) struct Phones {
    links: Arc<Links>,
    site: Site,
}

impl Phones {
    pub(super) fn new(secret: &SecretKey, site: &Site) -> Self {
        let links = Arc::new(Links::new(secret, "phone-of-build"));
        Self { links, site: site.clone() }
    }

    /// The value of `Set-Cookie` that opens `build` there.
    pub(crate) fn keep(
        &self,
        (build, who): (BuildId, Who),
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> HeaderValue {
        let token = self.links.sign_with(build.0, &who.to_bytes(), expires);
        self.site.set(&name(build), &token, (expires - now).num_seconds())
    }

    /// For whom this phone opens `build`. Whether they still see it is for others to say.
    pub(crate) fn who(
        &self,
        headers: &HeaderMap,
        build: BuildId,
        now: DateTime<Utc>,
    ) -> Option<Who> {
        let token = self.site.get(headers, &name(build))?;
        let (opened, who) = self.links.verify_with(token, now).ok()?;
        Who::from_bytes(&who).filter(|_| opened.id == build.0)
    }
}

/// A cookie for each build.
fn name(BuildId(build): BuildId) -> String {
    format!("build-{}", Uuid::simple(build))
}
