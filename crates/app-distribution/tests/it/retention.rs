//! What retention takes, what it never takes, and what it says beforehand.

use serde_json::json;
use sqlx::PgPool;

use crate::make::{Scene, ada, clean_up, eventually, form, ipa, submit, versions};

async fn upload(scene: &Scene, version: &str, channel: &str) -> String {
    let answer = scene.upload(form(&ipa(version)).text("channel", channel)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.text("/id").to_owned()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_newest_of_each_channel_stays(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    upload(&scene, "1", "beta").await;
    let beta = upload(&scene, "2", "beta").await;
    upload(&scene, "3", "nightly").await;
    upload(&scene, "4", "nightly").await;
    upload(&scene, "5", "").await;
    // What nobody is offered is not the newest.
    let hidden = upload(&scene, "6", "").await;
    let hide = json!({"status": "inactive"});
    scene.ada.patch(&scene.router, &format!("/api/builds/{hidden}"), hide).await;
    sqlx::query!("update apps set keep_builds = 1").execute(&db).await.unwrap();
    eventually(async || {
        clean_up(&db).await;
        versions(&db).await == ["2", "4", "5"]
    })
    .await;
    // Neither age nor size takes them.
    sqlx::query!("update apps set keep_builds = null, quota_bytes = 1, keep_days = 1")
        .execute(&db)
        .await
        .unwrap();
    sqlx::query!("update builds set created_at = now() - interval '1 year'")
        .execute(&db)
        .await
        .unwrap();
    // In another channel it makes place for the one there.
    let path = format!("/api/builds/{beta}");
    scene.ada.patch(&scene.router, &path, json!({"channel": "nightly"})).await;
    eventually(async || {
        clean_up(&db).await;
        versions(&db).await == ["4", "5"]
    })
    .await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_somebody_may_be_downloading_stays(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    for version in ["1", "2", "3"] {
        upload(&scene, version, "").await;
    }
    let first = sqlx::query_scalar!("select id from builds where version = '1'");
    let first = first.fetch_one(&db).await.unwrap().0;
    // A link is made, and nobody has used it yet.
    let link = scene.ada.get(&scene.router, &format!("/api/builds/{first}/download")).await;
    assert_eq!(link.status, 302);
    let link = link.header("location").to_owned();
    sqlx::query!("update apps set keep_builds = 1").execute(&db).await.unwrap();
    eventually(async || {
        clean_up(&db).await;
        versions(&db).await == ["1", "3"]
    })
    .await;
    // Two hours later, at its last moment, the link is used: an hour more, for the transfer.
    let age = async |hours: i32| {
        sqlx::query!(
            "update builds set wanted_at = now() - make_interval(hours => $1) where id = $2",
            hours,
            first
        )
        .execute(&db)
        .await
        .unwrap();
    };
    for _ in ["the first time", "once more, for the rest"] {
        age(2).await;
        assert_eq!(scene.ada.get(&scene.router, &link).await.status, 200);
        let wanted = sqlx::query_scalar!(
            r#"select wanted_at > now() - interval '1 minute' as "lately!" from builds where id = $1"#,
            first
        );
        assert!(wanted.fetch_one(&db).await.unwrap());
    }
    // Once the link has ended and a transfer would have, it goes.
    age(4).await;
    sqlx::query!("update downloads set started_at = now() - interval '4 hours'")
        .execute(&db)
        .await
        .unwrap();
    eventually(async || {
        clean_up(&db).await;
        versions(&db).await == ["3"]
    })
    .await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_page_tells_what_rules_would_delete_before_they_hold(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let mut app = String::new();
    for version in ["1.1", "2.2", "3.3"] {
        app = scene.build(&ipa(version)).await.text("/app/id").to_owned();
    }
    let page = format!("/admin/apps/{app}/storage");
    let mut browser = ada(&scene);
    let shown = browser.get(&scene.router, &page).await;
    assert!(shown.html().contains("Nothing: every build is kept."));
    let rules = |keep: &'static str, then: &'static str| {
        [("keep_builds", keep), ("keep_days", ""), ("quota", ""), ("then", then)]
    };
    let preview = submit(&scene, &mut browser, (&page, &page), &rules("1", "preview")).await;
    assert_eq!(preview.status, 200);
    for words in ["What would go with these rules", "1.1 (7)", "2.2 (7)", "too many"] {
        assert!(preview.html().contains(words), "{words}");
    }
    assert!(!preview.html().contains("3.3 (7)"));
    let kept = sqlx::query_scalar!("select keep_builds from apps");
    assert_eq!(kept.fetch_one(&db).await.unwrap(), None);

    let saved = submit(&scene, &mut browser, (&page, &page), &rules("2", "save")).await;
    assert!(saved.html().contains("Saved"));
    let kept = sqlx::query_scalar!("select keep_builds from apps");
    assert_eq!(kept.fetch_one(&db).await.unwrap(), Some(2));
    for bad in ["0", "-1", "x", "99999999999"] {
        let refused = submit(&scene, &mut browser, (&page, &page), &rules(bad, "save")).await;
        assert_eq!(refused.status, 422, "{bad}");
        assert!(refused.html().contains("whole number above zero"), "{bad}");
    }
    // A quota that was set to the byte stays when something else is saved.
    let exact = json!({"quota_bytes": 1_234_567_890});
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), exact).await;
    let fields = [("keep_builds", ""), ("keep_days", "30"), ("quota", "1235"), ("then", "save")];
    submit(&scene, &mut browser, (&page, &page), &fields).await;
    let details = scene.ada.get(&scene.router, &format!("/api/apps/{app}")).await;
    assert_eq!(details.body["quota_bytes"], 1_234_567_890);
    assert_eq!(details.body["keep_days"], 30);
    assert!(details.body["keep_builds"].is_null());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_api_tells_what_goes_and_what_rules_would_delete(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let mut app = String::new();
    for version in ["1.1", "2.2", "3.3"] {
        app = scene.build(&ipa(version)).await.text("/app/id").to_owned();
    }
    let told = async |query: &str| {
        let path = format!("/api/apps/{app}/retention{query}");
        scene.ada.get(&scene.router, &path).await
    };
    let none = told("").await;
    let no_rules = json!({"keep_builds": null, "keep_days": null, "quota_bytes": null});
    assert_eq!((&none.body["rules"], &none.body["deletes"]), (&no_rules, &json!([])));
    assert_eq!(none.body["storage"]["builds"], 3);
    let sizes = sqlx::query_scalar!(r#"select sum(size)::bigint as "sum!" from builds"#);
    let size = sizes.fetch_one(&db).await.unwrap();
    assert_eq!(none.body["storage"]["used_bytes"], size);

    let tried = told("?keep_builds=2&quota_bytes=1").await;
    let deletes = tried.body["deletes"].as_array().unwrap();
    assert_eq!(deletes.len(), 2, "the newest stays");
    assert_eq!((&deletes[0]["version"], &deletes[1]["version"]), (&json!("1.1"), &json!("2.2")));
    assert_eq!(deletes[0]["reasons"], json!(["too-many", "too-large"]));
    assert_eq!(deletes[1]["reasons"], json!(["too-large"]));
    assert_eq!(tried.body["rules"]["keep_builds"], 2);
    // Those of the app; what is tried stands for all of them.
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), json!({"keep_builds": 2})).await;
    let theirs = told("").await;
    assert_eq!(theirs.text("/deletes/0/version"), "1.1");
    assert_eq!(theirs.body["rules"]["keep_builds"], 2);
    assert_eq!(told("?keep_days=30").await.body["deletes"], json!([]));
    for (query, pointer) in [
        ("?keep_builds=0", "?keep_builds"),
        ("?keep_days=-1", "?keep_days"),
        ("?quota_bytes=0", "?quota_bytes"),
    ] {
        let refused = told(query).await;
        assert_eq!((refused.status.as_u16(), refused.pointers()), (422, vec![pointer]));
    }
    assert_eq!(told("?keep_builds=x").await.status.as_u16() / 100, 4);
    let audited = sqlx::query_scalar!("select count(*) from audit where action = 'app.changed'");
    assert_eq!(audited.fetch_one(&db).await.unwrap(), Some(1), "to ask is no change");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn retention_takes_the_oldest_and_spares_what_is_needed(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let mut ids = Vec::new();
    for version in ["1", "2", "3", "4", "5"] {
        ids.push(scene.build(&ipa(version)).await.text("/id").to_owned());
    }
    let pin = json!({"pinned": true});
    scene.ada.patch(&scene.router, &format!("/api/builds/{}", ids[0]), pin).await;
    let fetched: uuid::Uuid = ids[1].parse().unwrap();
    sqlx::query!(
        "insert into downloads (id, build_id, link_hash) values ($1, $1, sha256('x'))",
        fetched
    )
    .execute(&db)
    .await
    .unwrap();
    // The pinned one counts, so the two newest are kept beside it.
    sqlx::query!("update apps set keep_builds = 3").execute(&db).await.unwrap();
    let kept = async || {
        sqlx::query!("update jobs set run_at = now() where kind = 'retain-builds'")
            .execute(&db)
            .await
            .unwrap();
        let rows = sqlx::query_scalar!(r#"select version as "version!" from builds order by id"#);
        rows.fetch_all(&db).await.unwrap()
    };
    eventually(async || kept().await == ["1", "2", "4", "5"]).await;
    eventually(async || scene.files() == (0, 4)).await;

    sqlx::query!("update downloads set started_at = now() - interval '1 day'")
        .execute(&db)
        .await
        .unwrap();
    eventually(async || kept().await == ["1", "4", "5"]).await;
    // The newest is never taken, however large it is.
    sqlx::query!("update apps set keep_builds = null, quota_bytes = 1").execute(&db).await.unwrap();
    eventually(async || kept().await == ["1", "5"]).await;
}
