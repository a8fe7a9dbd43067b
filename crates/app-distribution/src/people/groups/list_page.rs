//! The page that lists groups, and makes one.

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::Query,
    web::{Beside, Faults, Form, SignedInView, Turn, View},
};
use securevox_protocol::{
    accounts::Role,
    testers::{CreateGroup, Group},
};

use super::{
    change,
    pages::{Named, address},
    store,
};
use crate::{
    access::{Actor, sender, with_uploads},
    app::App,
    done::{Done, done},
    words::{DistributionWords, PeopleWords, faults},
};

/// Groups on a page.
const SHOWN: u16 = 50;

#[derive(Template)]
#[template(path = "people/groups.html")]
struct GroupsPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    people: &'static PeopleWords,
    groups: &'a [Group],
    beside: Beside,
    /// Whether the actor may make one.
    makes: bool,
    /// What stands in the form.
    name: &'a str,
    faults: &'a Faults,
}

pub(in crate::people) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    Query(turn): Query<Turn>,
) -> Result<Response> {
    let who = (Actor::of(&signed_in), turn);
    page(&app, &signed_in.view, who, ("", Faults::default())).await
}

/// The list, with the name in the form and what is wrong with it.
async fn page(
    app: &App,
    view: &View,
    (actor, turn): (Actor, Turn),
    (name, faults): (&str, Faults),
) -> Result<Response> {
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, actor, None, turn.span(SHOWN)).await?;
    let view = &with_uploads(&mut conn, view).await?;
    let part = turn.part(SHOWN, rows, |group| group.id.0);
    let page = GroupsPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        groups: &part.items,
        beside: part.beside("/admin/groups", &[]),
        makes: actor.role >= Role::Publisher,
        name,
        faults: &faults,
        view,
    };
    Ok(view.page_with(faults.status(), &page))
}

pub(in crate::people) async fn create(
    State(app): State<App>,
    Form(view, sent): Form<Named>,
) -> Result<Response> {
    let actor = sender(&view)?;
    let mut tx = app.db.begin().await?;
    let request = CreateGroup { id: None, name: sent.name };
    match change::create(&mut tx, actor, &request).await {
        Ok((_, group)) => {
            tx.commit().await?;
            Ok(done(&app, &address(group.id), Done::GroupMade))
        }
        Err(error) => {
            drop(tx);
            let faults = faults(error, &view, &["name"])?;
            page(&app, &view, (actor, Turn::default()), (&request.name, faults)).await
        }
    }
}
