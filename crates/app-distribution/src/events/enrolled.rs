//! A device that was enrolled is told to the developers of the app.

use securevox_core::Result;
use securevox_protocol::{AppId, apps::AppRole, webhooks::WebhookDevice};
use sqlx::PgConnection;

use super::{
    announce::{Event, announce},
    mails::{self, letters},
    store,
    words::device_name,
};
use crate::app::App;

/// Tells webhooks, and the members who get mail, if the transaction of `conn` commits. None of
/// them is told the UDID: mails and chats are read by others.
pub(crate) async fn enrolled(
    conn: &mut PgConnection,
    app: &App,
    of: AppId,
    device: WebhookDevice,
) -> Result<()> {
    if app.mailer.is_on() {
        mail(&mut *conn, app, of, &device).await?;
    }
    announce(conn, app, (of, None), Event::Enrolled(device)).await
}

async fn mail(conn: &mut PgConnection, app: &App, of: AppId, device: &WebhookDevice) -> Result<()> {
    let named = store::named(&mut *conn, of).await?;
    let settings = mails::store::settings(&mut *conn, of).await?;
    let (Some(named), Some(settings)) = (named, settings) else { return Ok(()) };
    for person in mails::store::members(&mut *conn, of, AppRole::Developer).await? {
        let end = app.end_of_mails(person.id, of);
        let about = (named.name.as_str(), settings.mail_language);
        let to = (person.email.as_str(), device.page_url.as_str(), end.as_str());
        app.mailer.post(&mut *conn, letters::enrolled(about, to, &device_name(device))).await?;
    }
    Ok(())
}
