//! Who belongs to an app, and who may change that.

use securevox_core::{Error, Result, web::Span};
use securevox_protocol::{
    AccountId, Problem,
    apps::{AppRole, Member, SetMember},
    history::Action,
};
use sqlx::PgConnection;

use super::store;
use crate::{
    access::Belonging,
    history::{Act, record_change},
};

const NO_SUCH_MEMBER: Problem =
    Problem::new(404, "/problems/no-such-member", "The account does not belong to the app");
const LAST_OWNER: Problem =
    Problem::new(409, "/problems/last-owner", "It is the only owner of the app");

/// A part of those who belong to it; with `part`, of those with it in their handle.
pub(super) async fn list(
    conn: &mut PgConnection,
    belonging: &Belonging,
    part: Option<&str>,
    span: Span,
) -> Result<Vec<Member>> {
    belonging.require(AppRole::Developer)?;
    store::members(conn, (belonging.app, part), span).await
}

/// Adds an account, or changes its role.
pub(super) async fn set(
    conn: &mut PgConnection,
    belonging: &Belonging,
    request: &SetMember,
) -> Result<Member> {
    belonging.require(above(request.role))?;
    let handle = request.handle.trim().trim_start_matches('@').to_lowercase();
    let account = store::account_of(&mut *conn, &handle).await?;
    let account = account
        .ok_or_else(|| Error::invalid_field("#/handle", "there is no account with this handle"))?;
    let roles = store::lock_members(&mut *conn, belonging.app).await?;
    if let Some(now) = role_of(&roles, account) {
        belonging.require(above(now))?;
        keep_an_owner(&roles, account, Some(request.role))?;
    }
    store::set_member(&mut *conn, belonging.app, account, request.role).await?;
    let role = [("role", request.role.as_str().to_owned())];
    record(conn, belonging, (Action::MemberSet, account), &role).await?;
    Ok(store::member(conn, belonging.app, account).await?.ok_or(NO_SUCH_MEMBER)?)
}

/// Removes an account; itself, or one that the actor could have added.
pub(super) async fn remove(
    conn: &mut PgConnection,
    belonging: &Belonging,
    account: AccountId,
) -> Result<()> {
    if account != belonging.actor.account {
        belonging.require(AppRole::Manager)?;
    }
    let roles = store::lock_members(&mut *conn, belonging.app).await?;
    let now = role_of(&roles, account).ok_or(NO_SUCH_MEMBER)?;
    if account != belonging.actor.account {
        belonging.require(above(now))?;
    }
    keep_an_owner(&roles, account, None)?;
    store::remove_member(&mut *conn, belonging.app, account).await?;
    record(conn, belonging, (Action::MemberRemoved, account), &[]).await
}

/// Who gives and takes `role`: managers make developers and testers, owners all.
fn above(role: AppRole) -> AppRole {
    match role {
        AppRole::Tester | AppRole::Developer => AppRole::Manager,
        AppRole::Manager | AppRole::Owner => AppRole::Owner,
    }
}

fn role_of(roles: &[(AccountId, AppRole)], account: AccountId) -> Option<AppRole> {
    roles.iter().find(|(member, _)| *member == account).map(|(_, role)| *role)
}

/// 409 if `account` is the only owner and would be none after.
fn keep_an_owner(
    roles: &[(AccountId, AppRole)],
    account: AccountId,
    after: Option<AppRole>,
) -> Result<()> {
    let is_owner = role_of(roles, account) == Some(AppRole::Owner);
    let others = roles.iter().any(|(other, role)| *other != account && *role == AppRole::Owner);
    if is_owner && after != Some(AppRole::Owner) && !others {
        return Err(LAST_OWNER.with_detail("Make another owner first.").into());
    }
    Ok(())
}

async fn record(
    conn: &mut PgConnection,
    belonging: &Belonging,
    (action, account): (Action, AccountId),
    details: &[(&'static str, String)],
) -> Result<()> {
    let act = Act { account: Some(account), ..belonging.actor.act(action, belonging.app.0) };
    record_change(conn, &[belonging.app], act, details).await
}
