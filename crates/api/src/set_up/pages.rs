use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::Response,
};
use chrono::Utc;
use secrecy::SecretString;
use securevox_core::{
    Error, Result,
    auth::{Opaque, single_use},
    extract::{Checks, Path},
    rate_limit::Within,
    translations,
    web::{Form, View, see_other},
};
use securevox_protocol::{Problem, accounts::Role};
use serde::Deserialize;

use super::store;
use crate::{
    accounts::{self, NewAccount},
    app::App,
    auth,
    limits::CodeUses,
    ways_in::WAYS,
};

const SET_UP_OVER: Problem =
    Problem::new(410, "/problems/set-up-over", "The set-up link was used or has expired");

translations! {
    pub(super) SetUpWords {
        title: "Welcome", "Benvenuto";
        lead: "This server has no administrator yet. Make your account; this link works once.", "Questo server non ha ancora un amministratore. Crea il tuo account: questo link funziona una volta sola.";
        handle: "Handle", "Nome utente";
        handle_hint: "3 to 32 of a–z, 0–9, _ and . with a letter or digit at both ends", "Da 3 a 32 tra a–z, 0–9, _ e . con una lettera o cifra ai due estremi";
        password: "Password", "Password";
        password_hint: "At least 10 characters. A few words are better than a few symbols.", "Almeno 10 caratteri. Meglio qualche parola che qualche simbolo.";
        submit: "Create account", "Crea account";
        taken: "Somebody has that handle.", "Questo nome utente è già preso.";
    }
}

#[derive(Template)]
#[template(path = "setup.html")]
struct SetUpPage<'a> {
    view: &'a View,
    words: &'static SetUpWords,
    handle: &'a str,
    wrong_handle: bool,
    /// None where there are no passwords.
    wrong_password: Option<bool>,
    taken: bool,
}

#[derive(Deserialize)]
pub(super) struct SetUpForm {
    handle: String,
    #[serde(default)]
    password: String,
}

/// The form, as long as the link is good.
pub(super) async fn show(
    State(app): State<App>,
    _: Within<CodeUses>,
    view: View,
    Path(code): Path<String>,
) -> Result<Response> {
    good(&app, &code.parse().map_err(|()| SET_UP_OVER)?).await?;
    Ok(page(&app, &view, "", |_| {}))
}

/// 410 unless the code could be used now.
async fn good(app: &App, code: &Opaque) -> Result<()> {
    let mut conn = app.db.acquire().await?;
    let valid = single_use::is_valid(&mut conn, code, single_use::SET_UP, Utc::now()).await?;
    if valid && !store::has_administrator(&mut conn).await? {
        return Ok(());
    }
    Err(SET_UP_OVER.into())
}

/// Makes the administrator, signs them in, and ends the link, all or nothing.
pub(super) async fn create(
    State(app): State<App>,
    _: Within<CodeUses>,
    Path(code): Path<String>,
    Form(view, form): Form<SetUpForm>,
) -> Result<Response> {
    let code: Opaque = code.parse().map_err(|()| SET_UP_OVER)?;
    let now = Utc::now();
    let handle = form.handle.trim().to_lowercase();
    let mut checks = Checks::default();
    accounts::check_password(&mut checks, &form.password, "#/password");
    let wrong_password = (!app.sso.only).then(|| checks.finish().is_err());
    let wrong_handle = !accounts::handle_fits(&handle);
    if wrong_handle || wrong_password == Some(true) {
        return Ok(page(&app, &view, &handle, |page| {
            (page.wrong_handle, page.wrong_password) = (wrong_handle, wrong_password);
        }));
    }
    // Hashing is costly: not for a link that is over anyway.
    good(&app, &code).await?;
    let password_hash = if app.sso.only {
        None
    } else {
        Some(app.passwords.hash(SecretString::from(form.password)).await?)
    };
    let mut tx = app.db.begin().await?;
    single_use::redeem(&mut tx, &code, single_use::SET_UP, now).await?.ok_or(SET_UP_OVER)?;
    if store::has_administrator(&mut tx).await? {
        return Err(SET_UP_OVER.into());
    }
    let (email, role) = (None, Role::Admin);
    let password_hash = password_hash.as_deref();
    let account = NewAccount { handle: &handle, email, password_hash, role };
    let account = match accounts::create(&mut tx, None, &account).await {
        Ok(account) => account,
        Err(Error::Problem(problem)) if problem.status == 409 => {
            return Ok(page(&app, &view, &handle, |page| page.taken = true));
        }
        Err(error) => return Err(error),
    };
    let started = auth::in_browser(&mut tx, &app, account, now).await?;
    tx.commit().await?;
    tracing::info!("the first administrator was made");
    // Where there are no passwords, the next thing is to link the account with the provider.
    let mut response = see_other(if app.sso.only { WAYS } else { "/login" });
    let cookie = app.site.keep(started.session, started.expires, now);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn page(app: &App, view: &View, handle: &str, faults: impl FnOnce(&mut SetUpPage<'_>)) -> Response {
    let words = SetUpWords::of(view.language);
    let mut page = SetUpPage {
        view,
        words,
        handle,
        wrong_handle: false,
        wrong_password: (!app.sso.only).then_some(false),
        taken: false,
    };
    faults(&mut page);
    let refused = page.wrong_handle || page.wrong_password == Some(true) || page.taken;
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    view.page_with(status, &page)
}
