//! SQL of the roster. Who is in it says `app_people` in the database, once for all that ask.

use chrono::{DateTime, Utc};
use securevox_core::{Result, web::Span};
use securevox_protocol::{
    AccountId, AppId, BuildId, DownloadId, GroupId, TesterId,
    accounts::Role,
    apps::AppRole,
    roster::{AppTester, FetchedBuild, OfferedBuild, RosterFilter, RosterGroup},
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{access::Belonging, agent::Agent};

/// A person, as the database has them.
pub(super) struct Row {
    pub(super) id: Uuid,
    account_id: Option<AccountId>,
    handle: Option<String>,
    role: Option<AppRole>,
    tester_id: Option<TesterId>,
    email: Option<String>,
    name: Option<String>,
    groups: Json<Vec<RosterGroup>>,
    invited_at: DateTime<Utc>,
    signed_in: bool,
    offered_id: Option<BuildId>,
    offered_version: Option<String>,
    offered_number: Option<String>,
    fetched_id: Option<BuildId>,
    fetched_version: Option<String>,
    fetched_number: Option<String>,
    download_id: Option<DownloadId>,
    agent: Option<String>,
    fetched_at: Option<DateTime<Utc>>,
    is_newest: Option<bool>,
}

impl Row {
    /// The person as they are told.
    pub(super) fn told(self) -> AppTester {
        let offered = self.offered_id.map(|id| OfferedBuild {
            id,
            version: self.offered_version,
            build_number: self.offered_number,
        });
        let fetched = match (self.fetched_id, self.download_id, self.fetched_at) {
            (Some(id), Some(download_id), Some(at)) => Some(FetchedBuild {
                id,
                version: self.fetched_version,
                build_number: self.fetched_number,
                download_id,
                device: Agent::read(self.agent.as_deref().unwrap_or_default()).exact(),
                at,
            }),
            _ => None,
        };
        AppTester {
            id: self.id,
            account_id: self.account_id,
            handle: self.handle,
            role: self.role,
            tester_id: self.tester_id,
            email: self.email,
            name: self.name,
            groups: self.groups.0,
            invited_at: self.invited_at,
            signed_in: self.signed_in,
            offered,
            fetched,
            is_newest: self.is_newest,
        }
    }
}

/// Those who can install the app, who came last first: with `part`, those with it in their address,
/// handle or name.
pub(super) async fn list(
    conn: &mut PgConnection,
    belonging: &Belonging,
    (part, only): (Option<&str>, Option<RosterFilter>),
    (span, now): (Span, DateTime<Utc>),
) -> Result<Vec<Row>> {
    // What is told of people is looked up for those on the page alone.
    let rows = sqlx::query_as!(
        Row,
        r#"with mine as materialized (
               select ga.group_id, $3 or exists (
                   select 1 from tester_group_keepers k
                   where k.group_id = ga.group_id and k.account_id = $4) as may
               from tester_group_apps ga where ga.app_id = $1
           )
           select p.id as "id!", p.account_id as "account_id: AccountId", p.handle as "handle?",
                  p.role as "role: AppRole", p.tester_id as "tester_id: TesterId",
                  p.email as "email?", p.name,
                  coalesce((
                      select jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name,
                                                          'may_change', mine.may)
                                       order by lower(g.name), g.id)
                      from mine join tester_group_members tm on tm.group_id = mine.group_id
                      join tester_groups g on g.id = mine.group_id
                      where tm.tester_id = p.tester_id), '[]') as "groups!: Json<Vec<RosterGroup>>",
                  p.invited_at as "invited_at!", p.signed_in as "signed_in!", p.is_newest,
                  p.offered_id as "offered_id: BuildId", o.version as "offered_version?",
                  o.build_number as "offered_number?", f.id as "fetched_id?: BuildId",
                  f.version as "fetched_version?", f.build_number as "fetched_number?",
                  p.download_id as "download_id: DownloadId", d.agent as "agent?",
                  d.started_at as "fetched_at?"
           from (
               select p.*, a.handle, t.email
               from app_people($1, $2) p
               left join accounts a on a.id = p.account_id
               left join testers t on t.id = p.tester_id
               where ($5::text is null or position(lower($5) in t.email) > 0
                      or position(lower($5) in a.handle) > 0
                      or position(lower($5) in lower(p.name)) > 0)
                 and case $6::text when 'invited' then not p.signed_in
                                   when 'behind' then not p.is_newest
                                   when 'newest' then p.is_newest
                                   else true end
                 and ($7::uuid is null or p.id < $7) and ($8::uuid is null or p.id > $8)
               order by case when $8::uuid is null then p.id end desc, p.id limit $9
           ) p
           left join builds o on o.id = p.offered_id
           left join downloads d on d.id = p.download_id
           left join builds f on f.id = d.build_id
           order by case when $8::uuid is null then p.id end desc, p.id"#,
        belonging.app.0,
        now,
        belonging.actor.role == Role::Admin,
        belonging.actor.account.0,
        part,
        only.map(RosterFilter::as_str),
        span.after,
        span.before,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// How many can install an app, and how many of them there are of each filter.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) all: i64,
    pub(super) invited: i64,
    pub(super) behind: i64,
    pub(super) newest: i64,
}

impl Counts {
    pub(super) fn of(&self, filter: RosterFilter) -> i64 {
        match filter {
            RosterFilter::Invited => self.invited,
            RosterFilter::Behind => self.behind,
            RosterFilter::Newest => self.newest,
        }
    }
}

pub(super) async fn counts(
    conn: &mut PgConnection,
    app: AppId,
    now: DateTime<Utc>,
) -> Result<Counts> {
    let counts = sqlx::query_as!(
        Counts,
        r#"select count(*) as "all!", count(*) filter (where not signed_in) as "invited!",
                  count(*) filter (where not is_newest) as "behind!",
                  count(*) filter (where is_newest) as "newest!"
           from app_people($1, $2)"#,
        app.0,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(counts)
}

/// The groups by which a tester has the app.
pub(super) async fn groups_of(
    conn: &mut PgConnection,
    (app, tester): (AppId, TesterId),
) -> Result<Vec<GroupId>> {
    let groups = sqlx::query_scalar!(
        r#"select ga.group_id as "group_id: GroupId" from tester_group_members tm
           join tester_group_apps ga on ga.group_id = tm.group_id
           where tm.tester_id = $2 and ga.app_id = $1
           order by ga.group_id"#,
        app.0,
        tester.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(groups)
}

/// Keeps in mind when the tester with this address first came in.
pub(in crate::people) async fn note_sign_in(
    conn: &mut PgConnection,
    email: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update testers set signed_in_at = $2 where email = $1 and signed_in_at is null",
        email,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
