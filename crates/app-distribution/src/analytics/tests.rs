//! What is told is what happened: random downloads, counted once more one by one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use securevox_core::auth::digest;
use securevox_protocol::{
    AccountId, AppId, BuildId, TesterId,
    analytics::{Analytics, Share},
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{range::Range, report::report};
use crate::{
    agent::Agent,
    app::Who,
    usage::{Fetched, note_download},
};

const AGENTS: [&str; 5] = [
    "com.apple.appstored/1.0 iOS/18.1 model/iPhone17,1",
    "com.apple.appstored/1.0 iOS/17.4 model/iPad13,4",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile",
    "AndroidDownloadManager/14 (Linux; U; Android 14; Pixel 7)",
    "curl/8.5.0",
];

/// The same numbers in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// One download, as it was made.
struct Made {
    build: usize,
    at: DateTime<Utc>,
    person: Option<Uuid>,
    agent: &'static str,
}

async fn app_with_builds(conn: &mut PgConnection, number: usize) -> (AppId, Vec<BuildId>) {
    let app = AppId::fresh();
    sqlx::query!(
        "insert into apps (id, platform, bundle_id, name) values ($1, 'ios', $2, 'App')",
        app.0,
        app.to_string(),
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    let mut builds = Vec::new();
    for at in 0..number {
        let build = BuildId::fresh();
        // Two builds of each version.
        sqlx::query!(
            "insert into builds (id, app_id, uploaded_by, version, build_number, size, sha256, file_name)
             values ($1, $2, $1, $3, $4, 1, sha256($5), 'a.ipa')",
            build.0,
            app.0,
            format!("1.{}", at / 2),
            at.to_string(),
            build.0.as_bytes(),
        )
        .execute(&mut *conn)
        .await
        .unwrap();
        builds.push(build);
    }
    (app, builds)
}

/// Those who are known, and those who are not.
async fn people(conn: &mut PgConnection) -> Vec<(Who, Option<Uuid>)> {
    let mut people = vec![(Who::Public, None), (Who::Holder(AccountId::fresh()), None)];
    for number in 0..6 {
        let account = AccountId::fresh();
        people.push((Who::Account(account), Some(account.0)));
        let tester = TesterId::fresh();
        sqlx::query!(
            "insert into testers (id, email) values ($1, $2)",
            tester.0,
            format!("t{number}@example.org"),
        )
        .execute(&mut *conn)
        .await
        .unwrap();
        let told = [&b"t"[..], tester.0.as_bytes(), &[0; 4]].concat();
        people.push((Who::from_bytes(&told).unwrap(), Some(tester.0)));
    }
    people
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_report_is_what_one_counts_by_hand(db: PgPool) {
    let mut conn = db.acquire().await.unwrap();
    let (app, builds) = app_with_builds(&mut conn, 5).await;
    let (other, others) = app_with_builds(&mut conn, 1).await;
    let people = people(&mut conn).await;
    let mut dice = Dice(7);
    // Over the ends of months and a leap day, and close to midnight.
    let start: DateTime<Utc> = "2028-02-10T00:00:00Z".parse().unwrap();
    let mut made = Vec::new();
    for number in 0..600_u32 {
        let (who, person) = people[dice.below(people.len())];
        let seconds = match dice.below(3) {
            0 => 0,
            1 => 86_399,
            _ => i64::try_from(dice.below(86_400)).unwrap(),
        };
        let at = start + TimeDelta::days(i64::try_from(dice.below(60)).unwrap());
        let at = at + TimeDelta::seconds(seconds);
        let (build, agent) = (dice.below(builds.len()), AGENTS[dice.below(AGENTS.len())]);
        let link_hash = digest(&number.to_be_bytes());
        let fetched = Fetched { app, build: builds[build], link_hash, who, agent: Some(agent) };
        assert!(note_download(&mut conn, &fetched, at).await.unwrap());
        // The same link again, later, by another program: nothing.
        assert!(!note_download(&mut conn, &fetched, Utc::now()).await.unwrap());
        made.push(Made { build, at, person, agent });
    }
    let (who, _) = people[2];
    let elsewhere = Fetched { app: other, build: others[0], link_hash: [1; 32], who, agent: None };
    note_download(&mut conn, &elsewhere, start).await.unwrap();
    sqlx::query!("delete from builds where id = $1", builds[1].0)
        .execute(&mut *conn)
        .await
        .unwrap();

    for round in 0..60 {
        let from = start.date_naive() + Days::new(dice.below(60) as u64);
        let to = from + Days::new(dice.below(45) as u64);
        let only = (round % 3 == 0).then(|| dice.below(builds.len()));
        let range = Range { from, to };
        let told = report(&mut conn, (app, only.map(|at| builds[at])), range).await.unwrap();
        compare(&told, &made, (from, to), only);
        for build in &told.builds {
            assert_eq!(build.deleted, build.build_id == builds[1]);
        }
    }
    let foreign = report(&mut conn, (app, Some(others[0])), Range::last(400)).await.unwrap();
    assert_eq!((foreign.totals.downloads, foreign.totals.unique_testers), (0, 0));
}

fn compare(
    told: &Analytics,
    made: &[Made],
    (from, to): (NaiveDate, NaiveDate),
    only: Option<usize>,
) {
    let within = |made: &&Made| {
        let day = made.at.date_naive();
        from <= day && day <= to && only.is_none_or(|build| made.build == build)
    };
    let made: Vec<&Made> = made.iter().filter(within).collect();
    let count = |name: &dyn Fn(&Made) -> String| {
        let mut counts: BTreeMap<String, i64> = BTreeMap::new();
        for made in &made {
            *counts.entry(name(made)).or_default() += 1;
        }
        counts
    };
    let of = |shares: &[Share]| -> BTreeMap<String, i64> {
        shares.iter().map(|share| (share.name.clone(), share.downloads)).collect()
    };
    assert_eq!(told.totals.downloads, i64::try_from(made.len()).unwrap());
    let persons: BTreeSet<Uuid> = made.iter().filter_map(|made| made.person).collect();
    assert_eq!(told.totals.unique_testers, i64::try_from(persons.len()).unwrap(), "{from} {to}");
    assert_eq!(of(&told.versions), count(&|made| format!("1.{}", made.build / 2)));
    assert_eq!(of(&told.systems), count(&|made| Agent::read(made.agent).coarse().system));
    assert_eq!(
        of(&told.devices),
        count(&|made| Agent::read(made.agent).coarse().family.to_owned())
    );
    let days: BTreeMap<String, i64> = told
        .days
        .iter()
        .filter(|day| day.downloads > 0)
        .map(|day| (day.day.to_string(), day.downloads))
        .collect();
    assert_eq!(days, count(&|made| made.at.date_naive().to_string()));
    assert_eq!(told.days.len(), usize::try_from((to - from).num_days()).unwrap() + 1);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn many_downloads_at_once_are_all_counted(db: PgPool) {
    let mut conn = db.acquire().await.unwrap();
    let (app, builds) = app_with_builds(&mut conn, 1).await;
    let who = Who::Account(AccountId::fresh());
    drop(conn);
    let mut running = Vec::new();
    for number in 0..40_u32 {
        let (db, build) = (db.clone(), builds[0]);
        // Each link twice.
        let link_hash = digest(&(number / 2).to_be_bytes());
        running.push(async move {
            let mut conn = db.acquire().await.unwrap();
            let fetched = Fetched { app, build, link_hash, who, agent: None };
            note_download(&mut conn, &fetched, Utc::now()).await.unwrap()
        });
    }
    let tasks: Vec<_> = {
        #[expect(clippy::disallowed_methods, reason = "nothing shuts a test down")]
        running.into_iter().map(tokio::spawn).collect()
    };
    let mut first = 0;
    for task in tasks {
        first += u32::from(task.await.unwrap());
    }
    let mut conn = db.acquire().await.unwrap();
    let told = report(&mut conn, (app, None), Range::last(2)).await.unwrap();
    assert_eq!((first, told.totals.downloads, told.totals.unique_testers), (20, 20, 1));
}
