//! The address of an account: said by its holder, proven by a mail.

use askama::Template;
use axum::{extract::State, response::Response};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{TimeDelta, Utc};
use securevox_core::{
    Result,
    audit::{self, Entry},
    extract::Path,
    http::ClientAddress,
    mail::{self, Posted},
    web::{Faults, Form, Nothing, SignedInView, View, unkept},
};
use securevox_protocol::{AccountId, Problem, history::Action};
use serde::Deserialize;

use super::{letters, store};
use crate::{
    access::{sender, with_uploads},
    app::App,
    done::{Done, done},
    events::words::{EventWords, MailWords},
    usage,
    words::DistributionWords,
};

const LINK_OVER: Problem = Problem::new(
    410,
    "/problems/address-link-over",
    "The link is for another account, or its time is over",
);

const PURPOSE: &str = "prove-address";

/// How long a link works.
const PROVES_FOR: TimeDelta = TimeDelta::hours(1);

#[derive(Template)]
#[template(path = "events/address.html")]
struct AddressPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    mails: &'static MailWords,
    events: &'static EventWords,
    now: Option<&'a str>,
    off: bool,
    sent: bool,
    /// What stands in the form.
    email: &'a str,
    faults: &'a Faults,
}

#[derive(Template)]
#[template(path = "events/prove.html")]
struct ProvePage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    mails: &'static MailWords,
    token: &'a str,
    email: &'a str,
}

#[derive(Deserialize)]
pub(in crate::events) struct Asked {
    #[serde(default)]
    email: String,
}

pub(in crate::events) async fn form(
    State(app): State<App>,
    signed_in: SignedInView,
) -> Result<Response> {
    let shown = (false, "", Faults::default());
    page(&app, &signed_in.view, signed_in.person.account, shown).await
}

async fn page(
    app: &App,
    view: &View,
    account: AccountId,
    (sent, email, faults): (bool, &str, Faults),
) -> Result<Response> {
    let mut conn = app.db.acquire().await?;
    let now = store::address_of(&mut conn, account).await?;
    let view = &with_uploads(&mut conn, view).await?;
    drop(conn);
    let page = AddressPage {
        view,
        words: DistributionWords::of(view.language),
        mails: MailWords::of(view.language),
        events: EventWords::of(view.language),
        now: now.as_deref(),
        off: !app.mailer.is_on(),
        sent,
        email,
        faults: &faults,
    };
    Ok(view.page_with(faults.status(), &page))
}

/// Mails a link that names the account and the address.
pub(in crate::events) async fn ask(
    State(app): State<App>,
    address: ClientAddress,
    Form(view, asked): Form<Asked>,
) -> Result<Response> {
    let actor = sender(&view)?;
    app.limits.of_strangers.asked_from.check(&address).await?;
    let words = MailWords::of(view.language);
    let Some(email) = mail::address(&asked.email) else {
        let faults = Faults::about("email", words.wrong_address, &view);
        return page(&app, &view, actor.account, (false, &asked.email, faults)).await;
    };
    let link = app.addresses.prove(&token(&app, actor.account, &email));
    let mut tx = app.db.begin().await?;
    let letter = letters::prove(&email, &link, view.language);
    let posted = app.mailer.post_asked(&mut tx, letter).await?;
    tx.commit().await?;
    let faults = match posted {
        Posted::TooMany => Faults::about("email", words.too_many, &view),
        Posted::Queued | Posted::Off => Faults::default(),
    };
    page(&app, &view, actor.account, (posted == Posted::Queued, &asked.email, faults)).await
}

pub(in crate::events) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    Path(token): Path<String>,
) -> Result<Response> {
    let view = &with_uploads(&mut *app.db.acquire().await?, &signed_in.view).await?;
    let email = opened(&app, signed_in.person.account, &token)?;
    Ok(unkept(view.page(&ProvePage {
        view,
        words: DistributionWords::of(view.language),
        mails: MailWords::of(view.language),
        token: &token,
        email: &email,
    })))
}

/// The address in the link, if it was made for `account`: nobody makes another's mails go to them.
fn opened(app: &App, account: AccountId, token: &str) -> Result<String> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| LINK_OVER)?;
    let text = app.secret.open(PURPOSE, account.0.as_bytes(), &sealed).ok_or(LINK_OVER)?;
    let text = String::from_utf8(text).map_err(|_| LINK_OVER)?;
    let (expires, email) = text.split_once(' ').ok_or(LINK_OVER)?;
    let in_time = expires.parse::<i64>().is_ok_and(|expires| expires > Utc::now().timestamp());
    if in_time { Ok(email.to_owned()) } else { Err(LINK_OVER.into()) }
}

/// Sealed: an address has no place in a path that proxies write down.
fn token(app: &App, account: AccountId, email: &str) -> String {
    let expires = (Utc::now() + PROVES_FOR).timestamp();
    let text = format!("{expires} {email}");
    BASE64_URL_SAFE_NO_PAD.encode(app.secret.seal(PURPOSE, account.0.as_bytes(), text.as_bytes()))
}

pub(in crate::events) async fn prove(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let account = sender(&view)?.account;
    let email = opened(&app, account, &token)?;
    let mut tx = app.db.begin().await?;
    let tester = store::set_address(&mut tx, account, &email).await?;
    usage::are_one(&mut tx, tester, account).await?;
    let (actor, action) = (Some(account), Action::AddressProven);
    audit::record(&mut tx, Entry { actor, account: actor, action, target: None }).await?;
    tx.commit().await?;
    Ok(done(&app, "/admin/mail", Done::AddressConfirmed))
}
