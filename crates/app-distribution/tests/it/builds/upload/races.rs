//! Uploads that happen at once, or whose end nobody hears of.

use securevox_testkit::Person;
use sqlx::PgPool;

use crate::make::{Scene, form, ipa_of};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_same_file_twice_at_once_is_one_build(db: PgPool) {
    let scene = Scene::on(db).await;
    for round in 1..=5 {
        let package = ipa_of(&format!("com.example.app{round}"), "1.0", 100_000);
        let (a, b, c) = tokio::join!(
            scene.upload(form(&package)),
            scene.upload(form(&package).text("channel", "beta")),
            scene.upload(form(&package)),
        );
        let mut statuses = [&a, &b, &c].map(|answer| answer.status.as_u16());
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 201]);
        assert!(a.text("/id") == b.text("/id") && b.text("/id") == c.text("/id"));
        assert_eq!(scene.files(), (0, round));
        let list = scene.ada.get(&scene.router, "/api/builds").await;
        assert_eq!(list.body["items"].as_array().unwrap().len(), round);
        assert_eq!(list.text("/items/0/channel"), "beta");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_who_make_an_app_at_once_do_not_share_it(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let bob = Person::publisher("bob", &scene.house).await;
    for round in 1..=5 {
        let bundle = format!("com.example.app{round}");
        let [hers, his] = ["1.0", "1.1"].map(|version| form(&ipa_of(&bundle, version, 100_000)));
        let (hers, his) =
            tokio::join!(scene.upload(hers), bob.upload(&scene.router, "/api/builds", his));
        let (winner, loser) = if hers.status == 201 { (hers, his) } else { (his, hers) };
        assert_eq!(winner.status, 201, "{winner:?}");
        assert_eq!(loser.problem(), (403, "not-your-app"));
        assert_eq!(scene.files(), (0, round));
    }
    let owners = sqlx::query_scalar!(
        r#"select count(*) as "count!" from apps a
           where 1 = (select count(*) from app_members m where m.app_id = a.id and m.role = 'owner')"#
    );
    assert_eq!(owners.fetch_one(&db).await.unwrap(), 5);
}

/// The connection breaks while it commits, so the service cannot know whether the build exists.
#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_file_of_a_build_that_may_exist_stays(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let function = sqlx::query!(
        "create function break_off() returns trigger language plpgsql as
         $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$"
    );
    function.execute(&db).await.unwrap();
    let trigger = sqlx::query!(
        "create constraint trigger breaks after insert on builds
         deferrable initially deferred for each row execute function break_off()"
    );
    trigger.execute(&db).await.unwrap();

    let answer = scene.upload(form(&ipa_of("com.example.app", "1.0", 0))).await;
    assert_eq!(answer.problem(), (503, "database-unavailable"));
    assert_eq!(scene.files(), (0, 1));
}
