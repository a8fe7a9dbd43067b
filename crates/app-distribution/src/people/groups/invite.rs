//! Testers who are added to a group by their addresses.

use std::collections::BTreeMap;

use chrono::Utc;
use securevox_core::{
    Error, Result,
    extract::Checks,
    mail::{self, Posted},
    web::Language,
};
use securevox_protocol::{
    TesterId,
    history::Action,
    testers::{InvitedTester, Tester},
};
use sqlx::PgConnection;

use super::{
    change::{Charge, NO_SUCH_TESTER},
    names, store,
};
use crate::{
    app::App,
    people::{codes, letters, store as people},
};

/// Addresses that are taken at once.
const MOST: usize = 500;

/// Characters of a name.
const LONGEST: usize = 100;

/// Whom to invite, each once and in an order that is always the same, so that two who invite at
/// once do not wait for each other: the address, and what the group calls them.
pub(super) type Invitees = BTreeMap<String, Option<String>>;

/// The addresses with their names; 422 that names the first which is none.
pub(super) fn check(emails: &[String]) -> Result<Invitees> {
    let mut checks = Checks::default();
    let words = format!("must hold 1 to {MOST} addresses");
    checks.require((1..=MOST).contains(&emails.len()), "#/emails", &words);
    checks.finish()?;
    let mut invitees = Invitees::new();
    for (index, said) in emails.iter().enumerate() {
        let pointer = format!("#/emails/{index}");
        let (name, email) = names::apart(said);
        let email = mail::address(email).ok_or_else(|| {
            let shown: String = said.chars().take(100).collect();
            let words = format!("“{shown}” is not an address like ada@example.org");
            Error::invalid_field(&pointer, words)
        })?;
        if name.as_ref().is_some_and(|name| name.chars().count() > LONGEST) {
            let words = format!("must have a name of {LONGEST} characters at most");
            return Err(Error::invalid_field(&pointer, words));
        }
        let known = invitees.entry(email).or_default();
        *known = known.take().or(name);
    }
    Ok(invitees)
}

/// Puts them into the group, and mails them.
pub(super) async fn invite(
    conn: &mut PgConnection,
    app: &App,
    charge: &Charge,
    (invitees, language): (&Invitees, Language),
) -> Result<Vec<InvitedTester>> {
    let mut invited = Vec::new();
    for (email, name) in invitees {
        app.limits.of_strangers.invited_by.check(charge.actor.account).await?;
        let id = people::upsert_tester(&mut *conn, email).await?;
        let is_new = people::add_to_group(&mut *conn, charge.id(), id).await?;
        if let Some(name) = name {
            store::call(&mut *conn, (charge.id(), id), name).await?;
        }
        let tester = store::tester(&mut *conn, charge.id(), id).await?.ok_or(NO_SUCH_TESTER)?;
        let action = if is_new { Action::TesterAdded } else { Action::TesterInvitedAgain };
        charge.record(&mut *conn, action, id.0).await?;
        // Also to somebody who is in the group: they may have lost the mail.
        invited.push(tell(&mut *conn, app, charge, (tester, is_new, language)).await?);
    }
    Ok(invited)
}

/// Invites somebody once more who is in the group.
pub(in crate::people) async fn again(
    conn: &mut PgConnection,
    app: &App,
    charge: &Charge,
    (tester, language): (TesterId, Language),
) -> Result<InvitedTester> {
    app.limits.of_strangers.invited_by.check(charge.actor.account).await?;
    let tester = store::tester(&mut *conn, charge.id(), tester).await?.ok_or(NO_SUCH_TESTER)?;
    charge.record(&mut *conn, Action::TesterInvitedAgain, tester.id.0).await?;
    tell(conn, app, charge, (tester, false, language)).await
}

/// Mails an invitation; without mail its link is for the actor, unless it would open to them what
/// others give to this tester. An administrator is given one for anybody.
async fn tell(
    conn: &mut PgConnection,
    app: &App,
    charge: &Charge,
    (tester, is_new, language): (Tester, bool, Language),
) -> Result<InvitedTester> {
    let is_on = app.mailer.is_on();
    if !is_on && !store::is_all_theirs(&mut *conn, charge.actor, tester.id).await? {
        if is_new {
            // No mail has proven who is signed in with this address: it may be who invited it first.
            store::end_sessions(conn, tester.id).await?;
        }
        return Ok(InvitedTester { tester, mailed: false, link: None });
    }
    let expires = Utc::now() + app.people.invitation_lifetime.delta();
    if is_on || is_new {
        // No mail has proven them: whoever was handed their link first may be signed in as them,
        // and would see what this group gets.
        people::end_unproven(&mut *conn, tester.id).await?;
    }
    let code = codes::issue(&mut *conn, (&tester.email, is_on), None, expires).await?;
    let link = app.addresses.sign_in(&code);
    let letter = letters::invitation(&tester.email, &charge.group.name, &link, language);
    let posted = app.mailer.post(conn, letter).await?;
    let link = (posted == Posted::Off).then_some(link);
    Ok(InvitedTester { tester, mailed: posted == Posted::Queued, link })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(emails: &[&str]) -> Result<Invitees> {
        check(&emails.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn addresses_are_taken_once_with_their_names() {
        let twice = ["Ada@example.org", "Ada Lovelace <ada@example.org>", "Ada <ada@example.org>"];
        let ada = ("ada@example.org".to_owned(), Some("Ada Lovelace".to_owned()));
        assert_eq!(checked(&twice).unwrap(), Invitees::from([ada]));
        let long = format!("{} <x@example.org>", "x".repeat(101));
        for bad in ["x", "Ada", "Ada <ada>", "<>", "Ada <ada@example.org", &long] {
            assert!(checked(&[bad]).is_err(), "{bad}");
        }
        assert!(check(&[]).is_err());
    }
}
