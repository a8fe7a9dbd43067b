//! Who sends pieces: a program with a token, or one of our pages with its cookie.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use securevox_core::{
    Error, Result,
    auth::Caller,
    extract::Path,
    rate_limit::Counted as _,
    web::{View, genuine},
};
use securevox_protocol::UploadId;
use serde::Deserialize;

use super::{problem::NO_SUCH_UPLOAD, store};
use crate::{access::Uploader, app::App};

/// Where our pages say the token of their forms.
const CSRF: &str = "x-csrf-token";

/// Somebody who uploads, with a token that may or signed in on this host.
pub(super) struct Sender {
    pub(super) uploader: Uploader,
    /// Who their uploads are counted for.
    pub(super) counted: String,
}

impl FromRequestParts<App> for Sender {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            let view = View::from_request_parts(parts, app).await?;
            if let Some(person) = view.person.clone() {
                // Browsers say where a request comes from only where it may change something.
                if !parts.method.is_safe() {
                    let token = parts.headers.get(CSRF).and_then(|token| token.to_str().ok());
                    genuine(&view, &app.site, &parts.headers, token.unwrap_or_default())?;
                }
                let mut conn = app.db.acquire().await?;
                let uploader = Uploader::of(&mut conn, person.account, person.role).await?;
                return Ok(Self { uploader, counted: person.account.to_string() });
            }
        }
        let caller = Caller::from_request_parts(parts, app).await?;
        let mut conn = app.db.acquire().await?;
        let uploader = Uploader::prove(&mut conn, &caller).await?;
        Ok(Self { uploader, counted: caller.key() })
    }
}

/// The upload in the path, and its sender. To anyone else it does not exist.
pub(super) struct Sent(pub(super) store::Row);

#[derive(Deserialize)]
struct UploadPath {
    upload: UploadId,
}

impl FromRequestParts<App> for Sent {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Sender { uploader: sender, .. } = Sender::from_request_parts(parts, app).await?;
        let path = Path::<UploadPath>::from_request_parts(parts, app).await;
        let Path(UploadPath { upload }) = path.map_err(|_| NO_SUCH_UPLOAD)?;
        let mut conn = app.db.acquire().await?;
        let upload = store::find(&mut conn, upload).await?.ok_or(NO_SUCH_UPLOAD)?;
        let within = sender.only_app.is_none() || sender.only_app == upload.only_app;
        if upload.account_id == sender.account && within {
            Ok(Self(upload))
        } else {
            Err(NO_SUCH_UPLOAD.into())
        }
    }
}
