//! `/v1/sessions`.

use securevox_protocol::SessionId;
use securevox_testkit::Person;
use serde_json::json;
use sqlx::PgPool;

use crate::people::{PASSWORD, login, open, refresh, register, register_phone};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_person_sees_their_sessions_and_no_others(db: PgPool) {
    let (house, router) = open(db).await;
    Person::named("eve", &house).await;
    let phone = register_phone(&router, "ada").await;
    let browser = login(&router, "ada", PASSWORD).await;
    let sessions = Person::of(&browser).get(&router, "/v1/sessions").await;
    assert_eq!(sessions.status, 200);
    let items = sessions.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["id"], browser.body["session_id"]);
    assert_eq!((&items[0]["current"], &items[0]["device_id"]), (&json!(true), &json!(null)));
    assert_eq!(items[1]["device_id"], phone.body["device_id"]);
    assert_eq!(items[1]["current"], false);
    assert_eq!(sessions.body["next"], json!(null));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_ended_session_is_out_at_once(db: PgPool) {
    let (_house, router) = open(db).await;
    let lost = register_phone(&router, "ada").await;
    let ada = Person::of(&login(&router, "ada", PASSWORD).await);
    let path = format!("/v1/sessions/{}", lost.text("/session_id"));
    assert_eq!(ada.delete(&router, &path).await.status, 204);

    let phone = Person::of(&lost);
    assert_eq!(phone.get(&router, "/v1/account").await.problem(), (401, "unauthenticated"));
    let refused = refresh(&router, lost.text("/refresh_token")).await;
    assert_eq!(refused.problem(), (401, "session-ended"));
    assert_eq!(ada.delete(&router, &path).await.status, 404);
    let left = ada.get(&router, "/v1/sessions").await;
    assert_eq!(left.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(ada.get(&router, "/v1/devices").await.body["items"], json!([]));
    let activity = ada.get(&router, "/v1/account/activity").await;
    assert_eq!(activity.text("/items/0/action"), "session.revoked");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_person_may_end_the_session_they_ask_with(db: PgPool) {
    let (_house, router) = open(db).await;
    let ada = Person::of(&register(&router, "ada").await);
    assert_eq!(ada.delete(&router, &format!("/v1/sessions/{}", ada.session)).await.status, 204);
    assert_eq!(ada.get(&router, "/v1/sessions").await.status, 401);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn other_peoples_sessions_do_not_exist(db: PgPool) {
    let (house, router) = open(db).await;
    let (ada, eve) = (Person::named("ada", &house).await, Person::named("eve", &house).await);
    let of_ada = eve.delete(&router, &format!("/v1/sessions/{}", ada.session)).await;
    let of_nobody = eve.delete(&router, &format!("/v1/sessions/{}", SessionId::fresh())).await;
    assert_eq!(of_ada.problem(), (404, "about:blank"));
    assert_eq!(of_nobody.problem(), (404, "about:blank"));
    for path in ["/v1/sessions/nonsense", "/v1/sessions/%00", "/v1/sessions/%ff"] {
        assert_eq!(eve.delete(&router, path).await.status, 404, "{path}");
    }
    assert_eq!(ada.get(&router, "/v1/sessions").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn pages_follow_each_other(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let ada = Person::named("ada", &house).await;
    for _ in 0..4 {
        sqlx::query!(
            "insert into sessions (id, account_id, expires_at)
             values ($1, $2, now() + interval '1 day')",
            SessionId::fresh().0,
            ada.account.0
        )
        .execute(&db)
        .await
        .unwrap();
    }
    let mut seen = Vec::new();
    let mut path = "/v1/sessions?limit=2".to_owned();
    loop {
        let page = ada.get(&router, &path).await;
        let items = page.body["items"].as_array().unwrap();
        seen.push(items.len());
        if page.body["next"].is_null() {
            assert_eq!(items.last().unwrap()["current"], true);
            break;
        }
        path = format!("/v1/sessions?limit=2&after={}", page.text("/next"));
    }
    assert_eq!(seen, [2, 2, 1]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn bad_parameters_are_named(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    let lists = ["sessions", "devices", "invites", "tokens", "account/activity", "admin/accounts"];
    for list in lists {
        for (query, pointer) in [
            ("limit=0", "?limit"),
            ("limit=101", "?limit"),
            ("limit=-1", "?limit"),
            ("limit=many", "?limit"),
            ("limit=", "?limit"),
            ("after=nonsense", "?after"),
            ("after=%00", "?after"),
            ("limit=1&limit=2", "?"),
        ] {
            let answer = root.get(&router, &format!("/v1/{list}?{query}")).await;
            assert_eq!(answer.problem(), (422, "invalid-request"), "{list} {query}");
            assert_eq!(answer.pointers(), [pointer], "{list} {query}");
        }
        let most = root.get(&router, &format!("/v1/{list}?limit=100")).await;
        assert_eq!(most.status, 200, "{list}");
    }
}
