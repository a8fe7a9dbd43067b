//! Redis or Valkey: reached, let in, new enough, of the kind that is set, and with room.

use securevox_core::bus::{self, Examined, Kind};

use super::Report;
use crate::settings::Settings;

const SUBJECT: &str = "redis";
/// The first with access control lists, which managed services use.
const OLDEST_MAJOR: u32 = 6;

pub(super) async fn check(settings: &Settings, report: &mut Report) {
    let config = &settings.common.redis;
    if config.url.is_none() {
        return report
            .ok(SUBJECT, "not set: `securevox up` needs none, single services and copies do");
    }
    let nodes = match bus::examine(config).await {
        Ok(nodes) => nodes,
        Err(error) => return report.fail(SUBJECT, format!("{error:#}")),
    };
    let several = nodes.len() > 1;
    for (index, node) in nodes.into_iter().enumerate() {
        let which = if several { format!("server {}: ", index + 1) } else { String::new() };
        match node {
            Ok(node) => look(&node, config.cluster, &which, report),
            Err(words) => report.fail(SUBJECT, format!("{which}{words}")),
        }
    }
}

fn look(node: &Examined, cluster_is_set: bool, which: &str, report: &mut Report) {
    let name = &node.name;
    if node.speaks.0 < OLDEST_MAJOR {
        let words =
            format!("{which}it is {name}: upgrade it to {OLDEST_MAJOR} or newer, or to Valkey");
        return report.fail(SUBJECT, words);
    }
    let before = report.failed;
    let words = match (node.kind, cluster_is_set) {
        (Kind::Single | Kind::Replica, true) => {
            Some("it is no cluster: set SECUREVOX_REDIS_CLUSTER=false")
        }
        (Kind::Cluster { .. }, false) => {
            Some("it belongs to a cluster: set SECUREVOX_REDIS_CLUSTER=true")
        }
        (Kind::Cluster { is_whole: false }, true) => Some(
            "its cluster does not serve all keys: `redis-cli --cluster check` tells what is missing",
        ),
        (Kind::Replica, false) => Some("it is a replica, which only reads: name the primary"),
        (Kind::Single, false) | (Kind::Cluster { is_whole: true }, true) => None,
    };
    if let Some(words) = words {
        report.fail(SUBJECT, format!("{which}{words}"));
    }
    if !node.runs_scripts {
        report.fail(
            SUBJECT,
            format!("{which}it does not let us run scripts, which count limits: give the user `+@all ~securevox:* &securevox:*`"),
        );
    }
    memory(node, which, report);
    if report.failed == before {
        let ms = node.round_trip.as_secs_f64() * 1_000.0;
        report.ok(SUBJECT, format!("{which}{name} answers within {ms:.1} ms"));
    }
}

/// What we keep there may be lost; refusing to take it in is worse.
fn memory(node: &Examined, which: &str, report: &mut Report) {
    if node.when_full.as_deref() == Some("noeviction") {
        report.warn(
            SUBJECT,
            format!("{which}when its memory is full it refuses everything: set `maxmemory-policy` to volatile-ttl"),
        );
    }
    if node.evicted > 0 {
        let evicted = node.evicted;
        report.warn(
            SUBJECT,
            format!("{which}its memory was full and {evicted} keys were dropped, so that limits were forgotten early: give it more memory"),
        );
    }
}
