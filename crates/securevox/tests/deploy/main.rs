//! The platform behind the real Traefik with the files of `traefik/`: two copies of each service on
//! one Postgres and one Redis, and their clients outside. `cargo xtask verify-deploy` runs it.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod acme;
mod addresses;
mod browser;
mod certificates;
mod copies;
mod edge;
mod hosts;
mod packages;
mod processes;
mod signalling;
mod sticky;
mod stops;
mod stream;
mod tls;
mod traefik;

use securevox_testkit::{Redis, RedisCluster};
use sqlx::PgPool;

use crate::{copies::Copies, edge::Edge};

/// Copies of everything, the edge in front of them, and somebody who signed in.
struct Scene {
    copies: Copies,
    edge: Edge,
    ada: Person,
}

/// An account with a session.
struct Person {
    handle: &'static str,
    token: String,
    session: String,
}

const PASSWORD: &str = "correct horse battery staple";

#[sqlx::test(migrations = false)]
#[ignore = "needs Traefik: cargo xtask verify-deploy"]
async fn behind_the_proxy_over_one_redis(db: PgPool) {
    let redis = Redis::start().expect("redis-server is in the PATH");
    let mut scene = Scene::on(&db, &[("REDIS_URL", &redis.url())]).await;
    tls::everything_is_encrypted_and_well(&scene.edge);
    hosts::each_host_is_its_service(&scene).await;
    hosts::only_operators_reach_their_hosts(&scene.edge).await;
    hosts::answers_wear_what_they_should(&scene).await;
    let upload = packages::Slow::begin(&scene);
    addresses::limits_count_the_clients_own_address(&scene).await;
    addresses::a_flood_is_told_to_wait(&scene.edge).await;
    scene.journeys_of_sessions().await;
    // Whoever has the upload stops before it has all of it.
    let holder = upload.holder(&scene.copies).await;
    stops::nobody_notices_a_stop(&mut scene, holder).await;
    let link = packages::it_came_whole(&scene, upload).await;
    stops::nobody_who_may_repeat_notices_a_death(&mut scene).await;
    scene.edge.told_nothing(&[
        &scene.ada.token,
        &link,
        PASSWORD,
        addresses::ELSEWHERE_TEXT,
        "a-secret",
    ]);
}

#[sqlx::test(migrations = false)]
#[ignore = "needs Traefik: cargo xtask verify-deploy"]
async fn behind_the_proxy_over_a_redis_cluster(db: PgPool) {
    let redis = RedisCluster::start().expect("redis-server is in the PATH");
    let variables = [("REDIS_URL", &*redis.url()), ("REDIS_CLUSTER", "true")];
    let mut scene = Scene::on(&db, &variables).await;
    hosts::each_host_is_its_service(&scene).await;
    addresses::limits_count_the_clients_own_address(&scene).await;
    scene.journeys_of_sessions().await;
    stops::nobody_notices_a_stop(&mut scene, 1).await;
    stops::nobody_who_may_repeat_notices_a_death(&mut scene).await;
}

#[tokio::test]
#[ignore = "needs Traefik: cargo xtask verify-deploy"]
async fn certificates_come_by_themselves() {
    acme::every_host_gets_a_certificate().await;
}

impl Scene {
    async fn on(db: &PgPool, redis: &[(&str, &str)]) -> Self {
        let copies = Copies::start(db, redis).await;
        let edge = Edge::start(&copies).await;
        copies.operator(&["admin", "create-account", "--handle", "ada", "--role", "publisher"]);
        let ada = Person::signs_in(&edge, "ada").await;
        Self { copies, edge, ada }
    }

    /// What needs a session, through whichever copy.
    async fn journeys_of_sessions(&self) {
        stream::news_cross_from_copy_to_copy(self).await;
        stream::a_revoked_session_ends_everywhere(self).await;
        browser::one_login_is_for_two_hosts(self).await;
        sticky::signalling_stays_with_one_copy(&self.edge).await;
        signalling::devices_signal_each_other(self).await;
    }
}

impl Person {
    /// Through the edge.
    async fn signs_in(edge: &Edge, handle: &'static str) -> Self {
        let answer = edge.login(edge.client(), &edge.at("api.", "/v1/auth/login"), handle).await;
        assert_eq!(answer.0, 200, "{}", answer.1);
        let text = |name: &str| answer.1[name].as_str().unwrap().to_owned();
        Self { handle, token: text("access_token"), session: text("session_id") }
    }
}
