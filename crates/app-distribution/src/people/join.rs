//! The public link by which people join a group: they say their address, and prove it by a mail.

use axum::{extract::State, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::Opaque,
    extract::Path,
    http::ClientAddress,
    mail,
    web::{Faults, Form, View, unkept},
};
use securevox_protocol::Problem;

use super::{
    codes, letters,
    sign_in::{AskPage, Asked},
    store::{self, Open},
};
use crate::{
    app::App,
    words::{DistributionWords, PeopleWords},
};

const JOIN_LINK_OVER: Problem =
    Problem::new(410, "/problems/join-link-over", "The link to join is over");

pub(super) async fn show(
    State(app): State<App>,
    view: View,
    Path(code): Path<String>,
) -> Result<Response> {
    let link = find(&app, &code).await?;
    Ok(page(&app, &view, (&code, &link), Ok(false)))
}

/// Mails a link. Whether the address is known already is told to nobody.
pub(super) async fn ask(
    State(app): State<App>,
    address: ClientAddress,
    Path(code): Path<String>,
    Form(view, asked): Form<Asked>,
) -> Result<Response> {
    app.limits.of_strangers.asked_from.check(&address).await?;
    let link = find(&app, &code).await?;
    let people = PeopleWords::of(view.language);
    let Some(email) = mail::address(&asked.email) else {
        let faults = Faults::about("email", people.no_address, &view);
        return Ok(page(&app, &view, (&code, &link), Err((asked.email, faults))));
    };
    let domain = email.rsplit_once('@').map(|(_, domain)| domain);
    if link.email_domain.is_some() && link.email_domain.as_deref() != domain {
        let faults = Faults::about("email", people.other_domain, &view);
        return Ok(page(&app, &view, (&code, &link), Err((asked.email, faults))));
    }
    if app.mailer.is_on() {
        let mut tx = app.db.begin().await?;
        let expires = Utc::now() + app.people.link_lifetime.delta();
        let proof = codes::issue(&mut tx, (&email, true), Some(link.id), expires).await?;
        let address = app.addresses.sign_in(&proof);
        app.mailer
            .post_asked(&mut tx, letters::invitation(&email, &link.group, &address, view.language))
            .await?;
        tx.commit().await?;
    }
    Ok(page(&app, &view, (&code, &link), Ok(true)))
}

async fn find(app: &App, code: &str) -> Result<Open> {
    let code: Opaque = code.parse().map_err(|()| JOIN_LINK_OVER)?;
    let mut conn = app.db.acquire().await?;
    Ok(store::open_link(&mut conn, &code.hash(), Utc::now()).await?.ok_or(JOIN_LINK_OVER)?)
}

/// The page: whether the mail is sent, or what stood in the form and what is wrong with it.
fn page(
    app: &App,
    view: &View,
    (code, link): (&str, &Open),
    sent: Result<bool, (String, Faults)>,
) -> Response {
    let (sent, (email, faults)) = match sent {
        Ok(sent) => (sent, (String::new(), Faults::default())),
        Err(refused) => (false, refused),
    };
    let people = PeopleWords::of(view.language);
    let title = format!("{} {}", people.join, link.group);
    let page = AskPage {
        view,
        words: DistributionWords::of(view.language),
        people,
        action: &format!("/join/{code}"),
        path: "/",
        title: &title,
        lead: if app.mailer.is_on() { people.join_lead } else { people.join_off },
        domain: link.email_domain.as_deref(),
        email: &email,
        faults: &faults,
        off: !app.mailer.is_on(),
        sent,
    };
    unkept(view.page_with(faults.status(), &page))
}
