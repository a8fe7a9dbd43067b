use securevox_testkit::{Browser, Person};
use sqlx::PgPool;

use super::{OTHER, UDID, enrol, upload};
use crate::{
    make::{SERVICE, Scene, eventually},
    people::{group, join_app, tester},
};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn developers_export_what_is_new(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = upload(&scene, "1.0", &[OTHER]).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let friends = group(&scene, "Friends", app, true).await;
    for (email, udid) in [("bob@example.org", UDID), ("eve@example.org", OTHER)] {
        let mut safari = tester(&scene, &friends, email).await;
        enrol(&scene, &mut safari, id, udid).await;
    }
    // The same phone, by somebody else.
    let mut safari = Browser::of(&scene.ada, SERVICE, &scene.house);
    enrol(&scene, &mut safari, id, UDID).await;

    let list = format!("/api/apps/{app}/devices");
    let first = scene.ada.get(&scene.router, &format!("{list}?limit=2")).await;
    assert_eq!(
        (first.text("/items/0/owner"), first.text("/items/1/owner")),
        ("ada", "eve@example.org")
    );
    assert_eq!(first.body["items"][0]["listed"], false);
    assert_eq!(first.body["items"][1]["listed"], true);
    let after = format!("{list}?limit=2&after={}", first.text("/next"));
    let rest = scene.ada.get(&scene.router, &after).await;
    assert_eq!((rest.text("/items/0/udid"), rest.text("/items/0/product")), (UDID, "iPhone14,7"));
    assert!(rest.body["next"].is_null());

    let export = async |query: &str| {
        let path = format!("{list}/export{query}");
        let answer = scene.ada.get(&scene.router, &path).await;
        assert_eq!(answer.header("content-type"), "text/tab-separated-values; charset=utf-8");
        answer.html().to_owned()
    };
    let head = "Device ID\tDevice Name\tDevice Platform\n";
    let (new, known) =
        (format!("{UDID}\tada iPhone 14\tios\n"), format!("{OTHER}\teve iPhone 14\tios\n"));
    assert_eq!(export("").await, format!("{head}{new}{known}"));
    assert_eq!(export("?new=true").await, format!("{head}{new}"));
    upload(&scene, "1.1", &[OTHER, UDID]).await;
    assert_eq!(export("?new=true").await, head);

    let page = safari.get(&scene.router, &format!("/admin/apps/{app}/devices")).await;
    assert!(
        page.html().contains("eve@example.org") && page.html().contains("In the newest profile")
    );
    assert!(!page.html().contains("Export new devices"));
    let exported = safari.get(&scene.router, &format!("/admin/apps/{app}/devices/export")).await;
    assert_eq!(exported.html(), export("").await);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_sees_and_removes_devices(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = upload(&scene, "1.0", &[OTHER]).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let mut safari = Browser::of(&scene.ada, SERVICE, &scene.house);
    enrol(&scene, &mut safari, id, UDID).await;
    let list = format!("/api/apps/{app}/devices");
    let device = scene.ada.get(&scene.router, &list).await.text("/items/0/id").to_owned();
    let of_device = format!("{list}/{device}");

    let max = Person::named("max", &scene.house).await;
    assert_eq!(max.get(&scene.router, &list).await.status, 404);
    join_app(&db, app, &max, "tester").await;
    assert_eq!(max.get(&scene.router, &list).await.problem(), (403, "app-role-missing"));
    assert_eq!(max.get(&scene.router, &format!("{list}/export")).await.status, 403);
    assert_eq!(max.delete(&scene.router, &of_device).await.status, 403);
    sqlx::query!("update app_members set role = 'developer'").execute(&db).await.unwrap();
    assert_eq!(max.get(&scene.router, &list).await.status, 200);
    assert_eq!(max.delete(&scene.router, &of_device).await.status, 204);
    assert_eq!(max.delete(&scene.router, &of_device).await.problem(), (404, "no-such-device"));
    let log = sqlx::query!("select target from audit where action = 'enrolled_device.removed'");
    assert_eq!(log.fetch_one(&db).await.unwrap().target.as_deref(), Some(&*device));
    let left = sqlx::query!("select id from enrolled_devices").fetch_all(&db).await.unwrap();
    assert!(left.is_empty(), "no app is told of it");

    // By the page, too.
    safari.cookies.retain(|name, _| !name.ends_with("-device"));
    enrol(&scene, &mut safari, id, UDID).await;
    let device = scene.ada.get(&scene.router, &list).await.text("/items/0/id").to_owned();
    let tab = format!("/admin/apps/{app}/devices");
    let csrf = safari.get(&scene.router, &tab).await.hidden("csrf").to_owned();
    let delete = format!("{tab}/{device}/delete");
    let gone = safari.post(&scene.router, &delete, &[("csrf", &csrf)]).await;
    assert_eq!((gone.status.as_u16(), gone.header("location")), (303, &*tab));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_device_goes_with_its_owner_and_its_last_app(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = upload(&scene, "1.0", &[OTHER]).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let friends = group(&scene, "Friends", app, true).await;
    let mut safari = tester(&scene, &friends, "bob@example.org").await;
    enrol(&scene, &mut safari, id, UDID).await;
    let mut safari = Browser::of(&scene.ada, SERVICE, &scene.house);
    enrol(&scene, &mut safari, id, UDID).await;
    let count = async || {
        let rows = sqlx::query!("select id from enrolled_devices").fetch_all(&db).await;
        rows.unwrap().len()
    };
    sqlx::query!("delete from testers").execute(&db).await.unwrap();
    assert_eq!(count().await, 1);
    // What no app is told of is swept, like questions that nobody answered.
    super::ask(
        &scene,
        &mut Browser::of(&scene.ada, SERVICE, &scene.house),
        &format!("/builds/{id}/device"),
    )
    .await;
    sqlx::query!("update enrolments set expires_at = now()").execute(&db).await.unwrap();
    sqlx::query!("delete from enrolled_device_apps").execute(&db).await.unwrap();
    sqlx::query!("update jobs set run_at = now() where kind = 'forget-codes'")
        .execute(&db)
        .await
        .unwrap();
    eventually(async || count().await == 0).await;
    let open = sqlx::query!("select hash from enrolments").fetch_all(&db).await.unwrap();
    assert!(open.is_empty());
}
