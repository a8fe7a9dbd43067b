//! SQL of feeds: the links that open them, and what they tell of.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{
    AccountId, AppId, BuildId, FeedId, TesterId,
    accounts::Role,
    apps::{Access, AppRole},
    builds::Platform,
    feeds::Feed,
    packages::PackageDetails,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    access::{Sight, Viewer},
    app::{Claim, Who},
};

/// Account, tester and epoch: the columns of an owner.
fn columns(owner: Who) -> (Option<Uuid>, Option<Uuid>, Option<i32>) {
    match owner {
        Who::Account(account) => (Some(account.0), None, None),
        Who::Tester(Claim { tester, epoch }) => (None, Some(tester.0), Some(epoch)),
        Who::Password(_) | Who::Public | Who::Holder(_) | Who::Share(_) => (None, None, None),
    }
}

/// Makes a link; `None` if the owner has as many as they may. Links of sessions that ended go.
pub(super) async fn insert_link(
    conn: &mut PgConnection,
    (id, hash, name): (FeedId, &[u8], &str),
    owner: Who,
    most: u32,
) -> Result<Option<Feed>> {
    let (account, tester, epoch) = columns(owner);
    // One at a time for each of them, so that nobody slips past the count.
    sqlx::query!("select id from accounts where id = $1 for no key update", account)
        .fetch_optional(&mut *conn)
        .await?;
    sqlx::query!("select id from testers where id = $1 for no key update", tester)
        .fetch_optional(&mut *conn)
        .await?;
    sqlx::query!(
        "delete from feed_links where tester_id = $1 and tester_epoch <> $2",
        tester,
        epoch,
    )
    .execute(&mut *conn)
    .await?;
    let feed = sqlx::query_as!(
        Feed,
        "insert into feed_links (id, token_hash, name, account_id, tester_id, tester_epoch)
         select $1, $2, $3, $4, $5, $6
         where (select count(*) from feed_links where account_id = $4 or tester_id = $5) < $7
         returning id, name, created_at, used_at",
        id.0,
        hash,
        name,
        account,
        tester,
        epoch,
        i64::from(most),
    )
    .fetch_optional(conn)
    .await?;
    Ok(feed)
}

/// The links of an owner that open something, newest first.
pub(super) async fn links(conn: &mut PgConnection, owner: Who) -> Result<Vec<Feed>> {
    let (account, tester, epoch) = columns(owner);
    let links = sqlx::query_as!(
        Feed,
        "select id, name, created_at, used_at from feed_links
         where account_id = $1 or (tester_id = $2 and tester_epoch = $3) order by id desc",
        account,
        tester,
        epoch,
    )
    .fetch_all(conn)
    .await?;
    Ok(links)
}

/// Deletes a link of the owner's; false if they have no such.
pub(super) async fn delete_link(conn: &mut PgConnection, id: FeedId, owner: Who) -> Result<bool> {
    let (account, tester, _) = columns(owner);
    let done = sqlx::query!(
        "delete from feed_links where id = $1 and (account_id = $2 or tester_id = $3)",
        id.0,
        account,
        tester,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The link with this hash, and for whom it was made.
pub(super) async fn open_link(
    conn: &mut PgConnection,
    hash: &[u8],
) -> Result<Option<(FeedId, Who)>> {
    let row = sqlx::query!(
        r#"select id, account_id as "account_id: AccountId", tester_id as "tester_id: TesterId",
                  tester_epoch
           from feed_links where token_hash = $1"#,
        hash,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.and_then(|row| {
        let who = match (row.account_id, row.tester_id, row.tester_epoch) {
            (Some(account), ..) => Who::Account(account),
            (None, Some(tester), Some(epoch)) => Who::Tester(Claim { tester, epoch }),
            _ => return None,
        };
        Some((row.id, who))
    }))
}

/// Remembers when a link was used last, to the hour.
pub(super) async fn note_use(
    conn: &mut PgConnection,
    link: FeedId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update feed_links set used_at = $2
         where id = $1 and (used_at is null or used_at < $2::timestamptz - interval '1 hour')",
        link.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Of what a feed tells of the newest few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    App,
    Channel,
}

/// Which builds a feed tells of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) app: Option<AppId>,
    pub(super) channel: Option<&'a str>,
    pub(super) build: Option<BuildId>,
    /// What kinds of packages; all of them if it is none.
    pub(super) kind: Option<&'static str>,
    pub(super) of_each: (Line, u32),
    pub(super) most: u32,
}

/// A build that is offered to a reader.
pub(super) struct Offer {
    pub(super) id: BuildId,
    pub(super) app_id: AppId,
    pub(super) app_name: String,
    pub(super) platform: Platform,
    pub(super) bundle_id: String,
    pub(super) description: Option<String>,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) min_os_version: Option<String>,
    pub(super) release_notes: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) size: i64,
    pub(super) sha256: Vec<u8>,
    pub(super) details: Option<Json<PackageDetails>>,
    pub(super) has_icon: bool,
    pub(super) created_at: DateTime<Utc>,
    access: Access,
    role: Option<AppRole>,
    given_to_account: bool,
    given_to_tester: bool,
}

impl Offer {
    fn sight(&self) -> Sight {
        Sight {
            access: self.access,
            password_hash: None,
            shown: true,
            over: false,
            role: self.role,
            given_to_account: self.given_to_account,
            given_to_tester: self.given_to_tester,
        }
    }

    pub(super) fn details(&self) -> Option<&PackageDetails> {
        self.details.as_ref().map(|details| &details.0)
    }
}

/// What is offered to `viewer`, newest first, each with by what they see it.
pub(super) async fn offers(
    conn: &mut PgConnection,
    viewer: &Viewer,
    wanted: Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<(Offer, Who)>> {
    let (account, tester) = viewer.ids();
    let rows = sqlx::query_as!(
        Offer,
        r#"select o.id as "id!: BuildId", o.app_id as "app_id!: AppId", o.app_name as "app_name!",
                  o.platform as "platform!: Platform", o.bundle_id as "bundle_id!", o.description,
                  o.version, o.build_number, o.min_os_version, o.release_notes, o.channel,
                  o.size as "size!", o.sha256 as "sha256!",
                  o.details as "details: Json<PackageDetails>", o.has_icon as "has_icon!",
                  o.created_at as "created_at!", o.access as "access!: Access",
                  o.role as "role?: AppRole", o.given_to_account as "given_to_account!",
                  o.given_to_tester as "given_to_tester!"
           from (
               select b.*, a.name as app_name, a.platform, a.bundle_id, a.description, a.access,
                      m.role, g.given_to_account, g.given_to_tester,
                      row_number() over (
                          partition by b.app_id, case when $11 then b.channel end
                          order by b.id desc
                      ) as place
               from builds b join apps a on a.id = b.app_id
               left join app_members m on m.app_id = a.id and m.account_id = $2
               cross join lateral (
                   select exists (select 1 from builds_of($2, null) of_account
                                  where of_account.build_id = b.id) as given_to_account,
                          exists (select 1 from builds_of(null, $3) of_tester
                                  where of_tester.build_id = b.id) as given_to_tester
               ) g
               where is_offered(b, $4)
                 and ($1 or m.role is not null or a.access = 'public'
                      or g.given_to_account or g.given_to_tester)
                 and ($5::uuid is null or b.app_id = $5) and ($6::text is null or b.channel = $6)
                 and ($7::uuid is null or b.id = $7)
                 and ($8::text is null or b.details ->> 'kind' = $8)
           ) o
           where o.place <= $9 order by o.id desc limit $10"#,
        viewer.account.is_some_and(|actor| actor.role == Role::Admin),
        account.map(|account| account.0),
        tester.map(|tester| tester.0),
        now,
        wanted.app.map(|app| app.0),
        wanted.channel,
        wanted.build.map(|build| build.0),
        wanted.kind,
        i64::from(wanted.of_each.1),
        i64::from(wanted.most),
        wanted.of_each.0 == Line::Channel,
    )
    .fetch_all(conn)
    .await?;
    let seen = rows.into_iter().filter_map(|offer| {
        let who = viewer.is_offered(&offer.sight())?;
        Some((offer, who))
    });
    Ok(seen.collect())
}
