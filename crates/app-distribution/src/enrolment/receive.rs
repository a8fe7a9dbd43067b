//! What a phone posts: without cookies, signed by itself, once.

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use securevox_core::{Result, auth::Opaque, extract::Path, http::ClientAddress};
use securevox_protocol::{AppId, EnrolledDeviceId, webhooks::WebhookDevice};
use sqlx::PgConnection;

use super::{
    Answer,
    answer::is_of,
    models::{is_number, model, os},
    problem::{ENROLMENT_OVER, NO_ANSWER, NOT_ASKED, TOO_MANY_DEVICES},
    store::{self, Owner},
};
use crate::{
    access,
    app::{App, Held, Who},
    events,
};

/// Keeps the device, and sends it to its page. iOS shows a failure for anything but 301.
pub(super) async fn answer(
    State(app): State<App>,
    address: ClientAddress,
    Path(code): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response> {
    app.enrolling.tries().check(&address).await?;
    let code: Opaque = code.parse().map_err(|()| ENROLMENT_OVER)?;
    let (body, now) = (body?, Utc::now());
    let mut tx = app.db.begin().await?;
    let held = receive(&mut tx, &app, (address, &code, &body), now).await?;
    tx.commit().await?;
    let page = app.addresses.device_page(&app.enrolling.page(held, now));
    let headers = [
        (header::LOCATION, HeaderValue::try_from(page).expect("addresses are ASCII")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::MOVED_PERMANENTLY, headers).into_response())
}

/// An answer that does not hold leaves the question open: the transaction is given up.
async fn receive(
    conn: &mut PgConnection,
    app: &App,
    (address, code, body): (ClientAddress, &Opaque, &[u8]),
    now: DateTime<Utc>,
) -> Result<Held> {
    let hash = code.hash();
    let asked = store::take_question(&mut *conn, &hash, now).await?.ok_or(ENROLMENT_OVER)?;
    let answer =
        Answer::parse(body).map_err(|error| NO_ANSWER.with_detail(format!("Because {error}.")))?;
    if !app.enrolling.repeats(&hash, answer.challenge.as_deref()) {
        return Err(NOT_ASKED.into());
    }
    let who = Who::from_bytes(&asked.who).ok_or(ENROLMENT_OVER)?;
    // Whoever asked may have lost the app in between.
    if !access::still_sees(&mut *conn, asked.build_id, who, now).await? {
        return Err(ENROLMENT_OVER.into());
    }
    let config = app.enrolling.config();
    let (owner, most) = match who {
        Who::Account(account) => (Owner::Account(account), config.per_person),
        Who::Tester(claim) => (Owner::Tester(claim.tester), config.per_person),
        Who::Password(_) | Who::Public | Who::Holder(_) | Who::Share(_) => {
            (Owner::Unknown(asked.app_id), config.strangers_per_app)
        }
    };
    let verified = is_of(body, app.enrolling.authorities());
    let (device, is_new) = store::upsert(&mut *conn, owner, (&answer, verified), now).await?;
    let is_unknown = matches!(owner, Owner::Unknown(_));
    if is_new && is_unknown {
        app.enrolling.strangers().check(format!("{address} {}", asked.app_id)).await?;
    }
    // Two at the same moment may be one too many: this bounds the table, nothing else.
    if is_new && store::count_of(&mut *conn, owner).await? > i64::from(most) {
        return Err(TOO_MANY_DEVICES.into());
    }
    if store::tell(&mut *conn, asked.app_id, device).await? {
        let of = asked.app_id;
        events::enrolled(conn, app, of, told(app, of, (device, &answer))).await?;
    }
    // An identifier is no secret: who says that of another's device proves nothing by it.
    let owns = is_new || !is_unknown || verified;
    Ok(Held { device, build: asked.build_id, who, owns })
}

/// What its developers are told of a device. Anybody signs an answer: what is no number of a
/// model would be words of a stranger in their mail.
fn told(app: &App, of: AppId, (id, answer): (EnrolledDeviceId, &Answer)) -> WebhookDevice {
    let product = answer.product.as_deref().filter(|product| is_number(product));
    WebhookDevice {
        id,
        model: product.map(model),
        os: os(product, answer.version.as_deref()),
        page_url: app.addresses.devices(of.0),
    }
}
