//! The page of whoever tests: the groups they are in, the mails they get, their devices, and the way
//! out of each. A tester has it by their session, an account by the address that it has proven.

mod change;
mod page;
mod store;

use axum::{
    Router,
    http::request::Parts,
    routing::{get, post},
};
use securevox_core::{Result, web::View};
use securevox_protocol::{AccountId, Problem, TesterId, history::Action};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    access::{Actor, SIGNED_OUT, Viewer},
    app::App,
    history::Act,
};

const NO_ADDRESS: Problem =
    Problem::new(404, "/problems/no-address-proven", "Your account has no confirmed address yet");

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/t/me", get(page::show))
        .route("/t/me/groups/{group}/leave", post(change::leave))
        .route("/t/me/mail", post(change::mail))
        .route("/t/me/devices/{device}/remove", post(change::remove_device))
        .route("/t/me/forget", post(change::forget))
}

/// Who looks: an account, a tester, or both.
struct Me {
    account: Option<Actor>,
    tester: Option<Known>,
}

/// The address that groups know them by.
struct Known {
    id: TesterId,
    email: String,
}

impl Me {
    /// The address of the account comes first: whoever signed in asks for their own.
    async fn of(conn: &mut PgConnection, viewer: &Viewer) -> Result<Self> {
        let tester = match viewer.account {
            Some(actor) => store::of_account(conn, actor.account).await?,
            None => None,
        };
        let seen = viewer.tester.as_ref();
        let tester = tester.or_else(|| {
            seen.map(|seen| Known { id: seen.claim.tester, email: seen.email.clone() })
        });
        Ok(Self { account: viewer.account, tester })
    }

    /// Whoever sent a form.
    async fn sender(app: &App, parts: &Parts, view: &View) -> Result<Self> {
        let viewer = Viewer::of(parts, app, view).await?;
        let me = Self::of(&mut *app.db.acquire().await?, &viewer).await?;
        if me.account.is_none() && me.tester.is_none() {
            return Err(SIGNED_OUT.into());
        }
        Ok(me)
    }

    fn tester(&self) -> Result<&Known> {
        Ok(self.tester.as_ref().ok_or(NO_ADDRESS)?)
    }

    /// Whose devices are theirs.
    fn ids(&self) -> (Option<AccountId>, Option<TesterId>) {
        let tester = self.tester.as_ref().map(|tester| tester.id);
        (self.account.map(|actor| actor.account), tester)
    }

    /// That they do something with what is theirs.
    fn act(&self, action: Action, target: Uuid) -> Act {
        let actor = self.account.map(|actor| actor.account);
        Act { action, actor, account: actor, target }
    }
}
