//! A device that was enrolled is told to the developers of the app.

use securevox_core::Result;
use securevox_protocol::{AppId, webhooks::WebhookDevice};
use sqlx::PgConnection;

use super::{
    announce::{Event, announce},
    mails::member::{self, News},
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
    member::tell(&mut *conn, app, of, News::Enrolled { device: device.clone() }).await?;
    announce(conn, app, (of, None), Event::Enrolled(device)).await
}
