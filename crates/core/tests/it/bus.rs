//! The bus in process, over one Redis, and over a cluster: the same promises.

use std::{future::Future, time::Duration};

use securevox_core::{
    bus::{Bus, Entered, Event, Heard, Limit, Members, Wait},
    config::{Reader, Redis as RedisConfig},
    tasks::Tasks,
};
use securevox_testkit::{Redis, RedisCluster};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Rang {
    bell: String,
}

impl Event for Rang {
    const TOPIC: &'static str = "rang";
}

fn rang(bell: &str) -> Rang {
    Rang { bell: bell.to_owned() }
}

fn config(variables: &[(&str, &str)]) -> RedisConfig {
    let lookup = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let mut reader = Reader::new(&lookup);
    let config = RedisConfig::read(&mut reader);
    reader.finish(config).expect("the settings are right")
}

async fn over(url: &str, cluster: bool, tasks: &Tasks) -> Bus {
    let cluster = cluster.to_string();
    let config = config(&[("SECUREVOX_REDIS_URL", url), ("SECUREVOX_REDIS_CLUSTER", &cluster)]);
    Bus::connect(&config, tasks).await.unwrap()
}

/// What is told at the start that these settings lead nowhere.
async fn refused(variables: &[(&str, &str)]) -> String {
    let refused = soon(Bus::connect(&config(variables), &Tasks::default())).await;
    let words = format!("{:#}", refused.expect_err("it leads nowhere"));
    assert!(!words.contains("hunter2"), "{words}");
    words
}

/// Asserts that something comes about within ten seconds.
async fn soon<T>(waiting: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("it never came about")
}

/// Those who come from both sides share the places of a group.
async fn groups_have_places(here: &Bus, there: &Bus) {
    let minute = Duration::from_mins(1);
    let are = |members: &[(&str, &str)]| -> Members {
        members.iter().map(|&(member, saying)| (member.to_owned(), saying.to_owned())).collect()
    };
    assert_eq!(here.members("group", minute).await, Some(Members::new()));
    let entered = here.enter("group", ("ada", "1"), 2, minute).await;
    assert_eq!(entered, Some(Entered::In(are(&[("ada", "1")]))));
    let both = are(&[("ada", "1"), ("bob", "2")]);
    let entered = there.enter("group", ("bob", "2"), 2, minute).await;
    assert_eq!(entered, Some(Entered::In(both.clone())));
    assert_eq!(there.enter("group", ("eve", "3"), 2, minute).await, Some(Entered::Full));
    assert_eq!(here.members("group", minute).await, Some(both));
    // Who is in it comes in again, though it is full.
    let again = are(&[("ada", "4"), ("bob", "2")]);
    assert_eq!(here.enter("group", ("ada", "4"), 2, minute).await, Some(Entered::In(again)));
    assert_eq!(there.leave("group", "ada").await, Some(are(&[("bob", "2")])));
    assert_eq!(here.leave("group", "bob").await, Some(Members::new()));
    assert_eq!(here.leave("group", "bob").await, Some(Members::new()));

    here.enter("group", ("ada", "1"), 2, minute).await;
    there.members("group", Duration::from_millis(1)).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(here.members("group", minute).await, Some(Members::new()));

    let mut entering = tokio::task::JoinSet::new();
    for number in 0..20 {
        let bus = if number % 2 == 0 { here.clone() } else { there.clone() };
        entering.spawn(async move {
            bus.enter("race", (&number.to_string(), ""), 3, Duration::from_mins(1)).await
        });
    }
    let outcomes = entering.join_all().await;
    let entered = outcomes.iter().filter(|one| matches!(one, Some(Entered::In(_)))).count();
    assert_eq!(entered, 3);
}

/// What `here` says is heard `there`, and both count together.
async fn keeps_its_promises(here: &Bus, there: &Bus) {
    let mut listener = there.subscribe::<Rang>();
    soon(async {
        // Over Redis nothing is heard until the subscription stands, which a gap tells.
        loop {
            here.publish(&rang("first")).await;
            match tokio::time::timeout(Duration::from_millis(200), listener.next()).await {
                Ok(Heard::Event(event)) => return assert_eq!(event, rang("first")),
                Ok(Heard::Gap) | Err(_) => {}
            }
        }
    })
    .await;

    let limit = Limit { count: 3, period: Duration::from_mins(1) };
    for bus in [here, there, here] {
        assert_eq!(bus.take("key", limit).await, Ok(()));
    }
    let Err(Wait(wait)) = there.take("key", limit).await else { panic!("a fourth got through") };
    assert!(wait <= Duration::from_secs(20), "{wait:?}");
    assert_eq!(there.take("another", limit).await, Ok(()));

    let minute = Duration::from_mins(1);
    here.set("presence", "yes", minute).await;
    assert_eq!(there.get("presence").await.as_deref(), Some("yes"));
    there.remove("presence").await;
    assert_eq!(here.get("presence").await, None);
    here.set("presence", "yes", Duration::from_millis(1)).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(here.get("presence").await, None);
    assert_eq!(here.add("count", 2, minute).await, Some(2));
    assert_eq!(there.add("count", -1, minute).await, Some(1));

    groups_have_places(here, there).await;

    let mut gaps = there.gaps();
    here.raise_gap().await;
    soon(gaps.next()).await;
    here.probe().await.unwrap();
}

#[tokio::test]
async fn one_process_needs_no_redis() {
    let bus = Bus::in_process();
    keeps_its_promises(&bus, &bus).await;
}

#[tokio::test]
async fn two_processes_share_one_redis() {
    let Some(redis) = Redis::start() else { return };
    let tasks = Tasks::default();
    let here = over(&redis.url(), false, &tasks).await;
    let there = over(&redis.url(), false, &tasks).await;
    keeps_its_promises(&here, &there).await;
    assert!(tasks.stop(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn two_processes_share_a_cluster() {
    let Some(cluster) = RedisCluster::start() else { return };
    let tasks = Tasks::default();
    let here = over(&cluster.url(), true, &tasks).await;
    let there = over(&cluster.url(), true, &tasks).await;
    keeps_its_promises(&here, &there).await;
}

#[tokio::test]
async fn redis_may_go_and_come_back() {
    let Some(mut redis) = Redis::start() else { return };
    let tasks = Tasks::default();
    let bus = over(&redis.url(), false, &tasks).await;
    let mut listener = bus.subscribe::<Rang>();
    assert_eq!(soon(listener.next()).await, Heard::Gap);

    redis.kill();
    // What is said meanwhile is at least heard here, and limits are counted here.
    bus.publish(&rang("alone")).await;
    assert_eq!(soon(listener.next()).await, Heard::Event(rang("alone")));
    let limit = Limit { count: 1, period: Duration::from_mins(1) };
    assert_eq!(bus.take("key", limit).await, Ok(()));
    assert!(bus.take("key", limit).await.is_err());
    assert_eq!(bus.get("presence").await, None);
    assert!(bus.probe().await.is_err());

    redis.start_again();
    // A gap says that something may have been missed, and then it goes on.
    assert_eq!(soon(listener.next()).await, Heard::Gap);
    soon(async { while bus.probe().await.is_err() {} }).await;
    bus.publish(&rang("again")).await;
    soon(async {
        while listener.next().await != Heard::Event(rang("again")) {
            bus.publish(&rang("again")).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_redis_that_is_not_there_is_told_without_its_address() {
    let url = "redis://user:secret@127.0.0.1:1";
    let words = refused(&[("SECUREVOX_REDIS_URL", url)]).await;
    assert!(words.contains("SECUREVOX_REDIS_URL") && !words.contains("secret"), "{words}");
}

#[tokio::test]
async fn a_slow_listener_hears_a_gap() {
    let bus = Bus::in_process();
    let mut listener = bus.subscribe::<Rang>();
    for _ in 0..3_000 {
        bus.publish(&rang("often")).await;
    }
    assert_eq!(listener.next().await, Heard::Gap);
    assert_eq!(listener.next().await, Heard::Event(rang("often")));
}

#[tokio::test]
async fn over_tls_with_an_authority_of_its_own() {
    let Some(mut redis) = Redis::secured() else { return };
    let _chosen = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (url, authority) = (redis.url(), redis.authority());
    let right = [("SECUREVOX_REDIS_URL", &url[..]), ("SECUREVOX_REDIS_CA", &authority[..])];
    let tasks = Tasks::default();
    let here = Bus::connect(&config(&right), &tasks).await.unwrap();
    let there = Bus::connect(&config(&right), &tasks).await.unwrap();
    keeps_its_promises(&here, &there).await;

    let mut listener = there.subscribe::<Rang>();
    redis.kill();
    assert!(here.probe().await.is_err());
    redis.start_again();
    soon(async {
        loop {
            here.publish(&rang("again")).await;
            let heard = tokio::time::timeout(Duration::from_millis(200), listener.next()).await;
            if heard == Ok(Heard::Event(rang("again"))) {
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_tls_is_told_in_words() {
    let Some(redis) = Redis::secured() else { return };
    let Some(plain) = Redis::start() else { return };
    let _chosen = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (url, authority, stranger) = (redis.url(), redis.authority(), redis.stranger());
    let (wrong, unsecured) = (url.replace("hunter2", "hunter22"), url.replace("rediss", "redis"));
    let secured = plain.url().replace("redis:", "rediss:");
    let key = authority.replace(".pem", ".key");
    for (url, ca, words) in [
        (&url, Some(&stranger), "was not signed by the authority in SECUREVOX_REDIS_CA"),
        (&url, None, "name the file with its certificate in SECUREVOX_REDIS_CA"),
        (&url, Some(&key), "holds no certificate"),
        (&wrong, Some(&authority), "refuses the user or the password"),
        (&unsecured, None, "write rediss:// in SECUREVOX_REDIS_URL"),
        (&secured, None, "write redis:// in SECUREVOX_REDIS_URL"),
    ] {
        let mut settings = vec![("SECUREVOX_REDIS_URL", &url[..])];
        settings.extend(ca.map(|ca| ("SECUREVOX_REDIS_CA", &ca[..])));
        let told = refused(&settings).await;
        assert!(told.contains(words), "{words:?} is not in {told:?}");
    }
}
