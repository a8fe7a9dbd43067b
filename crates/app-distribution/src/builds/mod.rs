//! Builds: how a package becomes one, what programs are told of it, what a phone fetches of it, and
//! the pages on which developers look after it. The page that people open is in `build_page/`.

mod app_icon;
mod change;
mod compare;
mod download;
mod ends;
mod form;
mod handlers;
mod images;
mod look;
pub(crate) mod manage;
mod managed;
mod manifest;
mod opened;
mod password;
mod problem;
mod public_copies;
mod publish;
mod reconcile;
mod sent_icon;
mod shares;
mod store;
mod symbols;
mod tell;
mod upload;
mod visible;
mod wanted;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use securevox_core::{Result, jobs::Faults, storage::Key};
use securevox_protocol::BuildId;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

pub(crate) use download::{Fetch, send};
pub(crate) use ends::typed as typed_end;
pub(crate) use form::{Fields, Form};
pub(crate) use images::{icon, whole as whole_icon};
pub(crate) use manifest::itms;
pub(crate) use opened::{Looked, Opened};
pub(crate) use problem::{NO_SUCH_BUILD, TOO_MANY_UPLOADS};
pub(crate) use public_copies::{start as start_public_copies, sweep as sweep_public_copies};
pub(crate) use shares::sweep as sweep_shares;
pub(crate) use store::{Row, want};
pub(crate) use symbols::sweep as sweep_symbols;
pub(crate) use upload::{make_build, receive};
pub(crate) use visible::{Visible, show_to};

use crate::{
    app::App,
    sweep::{OLD_ENOUGH, forget, orphans},
};

const PLACE: &str = "builds";
const ICONS: &str = "icons";
/// What a change of a build may take: notes have 50,000 characters, and forms and JSON write one
/// that is not ASCII with up to twelve.
const LONGEST_CHANGE: usize = 640 << 10;

/// Where the package of a build is stored.
const fn key(build: BuildId) -> Key {
    Key::new(PLACE, build.0)
}

/// Where the image of its icon is stored.
pub(crate) const fn icon_key(build: BuildId) -> Key {
    Key::new(ICONS, build.0)
}

/// Deletes what is stored of a build that is gone.
pub(crate) async fn delete_files(app: &App, build: BuildId) {
    forget(app, key(build)).await;
    forget(app, icon_key(build)).await;
}

/// Deletes stored packages and icons that no build names.
pub(crate) async fn sweep(app: &App) -> Result<()> {
    let mut faults = Faults::default();
    faults.note(orphans(app, PLACE, OLD_ENOUGH, store::unknown).await);
    faults.note(orphans(app, ICONS, OLD_ENOUGH, store::unknown).await);
    faults.finish()
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list))
        .routes(
            routes!(handlers::show, change::update, change::delete)
                .map(|router| router.layer(DefaultBodyLimit::max(LONGEST_CHANGE))),
        )
        .routes(routes!(change::toggle_active))
        .routes(routes!(tell::notify))
        .routes(routes!(handlers::groups, handlers::give))
        .routes(routes!(handlers::take))
        .routes(routes!(download::redirect))
        .routes(routes!(compare::compare))
        .merge(shares::routes())
        .merge(symbols::routes())
}

/// Routes that take as long as the line takes.
pub(crate) fn transfer_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload::create))
        .routes(routes!(download::download))
        .merge(symbols::transfer_routes())
}

/// What a phone fetches of a build, the password before it, and what developers do with it.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/builds/{build}/password", post(password::enter))
        .route("/i/{token}/manifest.plist", get(manifest::show))
        .route("/i/{token}/icon.png", get(images::linked))
        .route("/i/{token}/display.png", get(images::display))
        .route("/i/{token}/full-size.png", get(images::full_size))
        .route("/manifest.plist", get(manifest::newest))
        .route("/admin/apps/{app}/icon", get(app_icon::show))
        .route("/admin/builds/{build}/notify", post(tell::press))
        .merge(manage::pages())
        .merge(shares::pages())
}

/// Pages that take as long as the line takes.
pub(crate) fn transfer_pages() -> Router<App> {
    manage::transfer_pages()
}
