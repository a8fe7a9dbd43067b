//! Testers who are added to a group by their addresses.

use std::collections::BTreeSet;

use chrono::Utc;
use securevox_core::{
    Error, Result,
    extract::Checks,
    mail::{self, Posted},
    web::Language,
};
use securevox_protocol::{
    history::Action,
    testers::{InvitedTester, Tester},
};
use sqlx::PgConnection;

use super::{
    change::{Charge, NO_SUCH_TESTER},
    store,
};
use crate::{
    app::App,
    people::{codes, letters, store as people},
};

/// Addresses that are taken at once.
const MOST: usize = 500;

/// The addresses in a text as people paste it: one a line, or separated by commas, semicolons or
/// spaces, with or without a name before `<…>`; of a table whatever is an address.
pub(super) fn pasted(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || ",;<>\"'\t".contains(c));
    parts.filter(|part| part.contains('@')).map(ToOwned::to_owned).collect()
}

/// The addresses, each once, in an order that is always the same, so that two who invite at once do
/// not wait for each other; 422 that names the first which is none.
pub(super) fn check(emails: &[String]) -> Result<BTreeSet<String>> {
    let mut checks = Checks::default();
    let words = format!("must hold 1 to {MOST} addresses");
    checks.require((1..=MOST).contains(&emails.len()), "#/emails", &words);
    checks.finish()?;
    let mut addresses = BTreeSet::new();
    for (index, email) in emails.iter().enumerate() {
        let pointer = format!("#/emails/{index}");
        let address = mail::address(email).ok_or_else(|| {
            let shown: String = email.chars().take(100).collect();
            let words = format!("“{shown}” is not an address like ada@example.org");
            Error::invalid_field(&pointer, words)
        })?;
        addresses.insert(address);
    }
    Ok(addresses)
}

/// Puts the addresses into the group, and mails them.
pub(super) async fn invite(
    conn: &mut PgConnection,
    app: &App,
    charge: &Charge,
    (addresses, language): (&BTreeSet<String>, Language),
) -> Result<Vec<InvitedTester>> {
    let mut invited = Vec::new();
    for address in addresses {
        app.limits.of_strangers.invited_by.check(charge.actor.account).await?;
        let id = people::upsert_tester(&mut *conn, address).await?;
        let is_new = people::add_to_group(&mut *conn, charge.id(), id).await?;
        let tester = store::tester(&mut *conn, charge.id(), id).await?.ok_or(NO_SUCH_TESTER)?;
        if is_new {
            charge.record(&mut *conn, Action::TesterAdded, id.0).await?;
        }
        // Also to somebody who is in the group: they may have lost the mail.
        invited.push(tell(&mut *conn, app, charge, (tester, is_new, language)).await?);
    }
    Ok(invited)
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

    #[test]
    fn addresses_are_found_in_what_people_paste() {
        let text = "Ada Lovelace <ada@example.org>; bob@example.org\n\"Eve\",eve@example.org,QA\n";
        assert_eq!(pasted(text), ["ada@example.org", "bob@example.org", "eve@example.org"]);
        assert!(pasted("nobody at all").is_empty());
        let twice = ["Ada@example.org".to_owned(), "ada@example.org".to_owned()];
        assert_eq!(check(&twice).unwrap(), BTreeSet::from(["ada@example.org".to_owned()]));
        assert!(check(&["x".to_owned()]).is_err());
        assert!(check(&[]).is_err());
    }
}
