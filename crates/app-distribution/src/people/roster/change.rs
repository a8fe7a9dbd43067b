//! What managers of an app do to the testers in its roster.

use securevox_core::{Result, web::Language};
use securevox_protocol::{TesterId, apps::AppRole, testers::InvitedTester};
use sqlx::PgConnection;

use super::store;
use crate::{
    access::Belonging,
    app::App,
    people::groups::{self, Charge, Known, NO_SUCH_TESTER},
};

/// Removes a tester from the groups by which they have the app, as far as the actor may change
/// those.
pub(super) async fn remove(
    conn: &mut PgConnection,
    belonging: &Belonging,
    tester: TesterId,
) -> Result<()> {
    for charge in charges(&mut *conn, belonging, tester).await? {
        groups::remove(&mut *conn, &charge, tester).await?;
    }
    Ok(())
}

/// Invites a tester once more to the first of those groups.
pub(super) async fn invite(
    conn: &mut PgConnection,
    app: &App,
    belonging: &Belonging,
    (tester, language): (TesterId, Language),
) -> Result<InvitedTester> {
    let charges = charges(&mut *conn, belonging, tester).await?;
    let charge = charges.first().ok_or(NO_SUCH_TESTER)?;
    groups::invite_again(conn, app, charge, (tester, language)).await
}

/// The groups by which a tester has the app that the actor may change: 403 if there are others
/// alone, 404 if there is none.
async fn charges(
    conn: &mut PgConnection,
    belonging: &Belonging,
    tester: TesterId,
) -> Result<Vec<Charge>> {
    belonging.require(AppRole::Manager)?;
    let (mut charges, mut refused) = (Vec::new(), NO_SUCH_TESTER.into());
    for group in store::groups_of(&mut *conn, (belonging.app, tester)).await? {
        match Known::of(&mut *conn, belonging.actor, group).await?.charge() {
            Ok(charge) => charges.push(charge),
            Err(others) => refused = others,
        }
    }
    if charges.is_empty() { Err(refused) } else { Ok(charges) }
}
