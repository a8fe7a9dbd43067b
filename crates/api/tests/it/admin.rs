//! `/v1/admin/accounts`.

use securevox_protocol::AccountId;
use securevox_testkit::Person;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::people::{PASSWORD, login, open, refresh, register};

fn path(person: &Person) -> String {
    format!("/v1/admin/accounts/{}", person.account)
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn administrators_see_all_accounts(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    let ada = Person::named("ada", &house).await;
    let first = root.get(&router, "/v1/admin/accounts?limit=1").await;
    assert_eq!(first.text("/items/0/handle"), "ada");
    let next = format!("/v1/admin/accounts?limit=1&after={}", first.text("/next"));
    let second = root.get(&router, &next).await;
    assert_eq!(second.text("/items/0/handle"), "root");
    assert_eq!(second.body["next"], Value::Null);
    let shown = root.get(&router, &path(&ada)).await;
    assert_eq!(shown.body, first.body["items"][0]);
    assert!(shown.body.get("password_hash").is_none());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn nobody_else_learns_who_exists(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    let nobody = format!("/v1/admin/accounts/{}", AccountId::fresh());
    for person in [Person::named("ada", &house).await, Person::publisher("pat", &house).await] {
        for path in ["/v1/admin/accounts", &path(&root), &nobody] {
            let answer = person.get(&router, path).await;
            assert_eq!(answer.problem(), (403, "role-missing"), "{path}");
        }
        let promoted = person.patch(&router, &path(&person), json!({ "role": "admin" })).await;
        assert_eq!(promoted.problem(), (403, "role-missing"));
    }
    for path in [&nobody, "/v1/admin/accounts/nonsense", "/v1/admin/accounts/%00"] {
        assert_eq!(root.get(&router, path).await.problem(), (404, "about:blank"));
        let answer = root.patch(&router, path, json!({ "role": "user" })).await;
        assert_eq!(answer.problem(), (404, "about:blank"));
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_role_counts_at_once(db: PgPool) {
    let (house, router) = open(db).await;
    let (root, ada) = (Person::admin("root", &house).await, Person::named("ada", &house).await);
    let answer = root.patch(&router, &path(&ada), json!({ "role": "admin" })).await;
    assert_eq!((answer.status.as_u16(), answer.text("/role")), (200, "admin"));
    // The same access token, and more power; and the other way round.
    let demoted = ada.patch(&router, &path(&root), json!({ "role": "user" })).await;
    assert_eq!(demoted.status, 200);
    assert_eq!(root.get(&router, "/v1/admin/accounts").await.problem(), (403, "role-missing"));
    assert_eq!(root.get(&router, "/v1/account").await.status, 200);
    let activity = ada.get(&router, "/v1/account/activity").await;
    assert_eq!(activity.text("/items/0/action"), "account.role_changed");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn bad_values_are_refused(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    let pointers = async |body: Value| {
        let answer = root.patch(&router, &path(&root), body).await;
        assert_eq!(answer.problem(), (422, "invalid-request"));
        answer.pointers().join(" ")
    };
    assert_eq!(pointers(json!({ "role": "emperor" })).await, "#/role");
    assert_eq!(pointers(json!({ "disabled": "yes" })).await, "#/disabled");
    assert_eq!(pointers(json!({ "handle": "king" })).await, "#/handle");
    let nothing = root.patch(&router, &path(&root), json!({})).await;
    assert_eq!((nothing.status.as_u16(), nothing.text("/role")), (200, "admin"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_lock_ends_all_sessions(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    let tokens = register(&router, "ada").await;
    let ada = Person::of(&tokens);
    let locked = root.patch(&router, &path(&ada), json!({ "disabled": true })).await;
    assert!(locked.body["disabled_at"].is_string());
    let again = root.patch(&router, &path(&ada), json!({ "disabled": true })).await;
    assert_eq!(again.body, locked.body);

    assert_eq!(ada.get(&router, "/v1/account").await.problem(), (401, "unauthenticated"));
    assert_eq!(refresh(&router, tokens.text("/refresh_token")).await.status, 401);
    assert_eq!(login(&router, "ada", PASSWORD).await.problem(), (403, "account-locked"));

    let unlocked = root.patch(&router, &path(&ada), json!({ "disabled": false })).await;
    assert_eq!(unlocked.body["disabled_at"], Value::Null);
    // What ended stays ended.
    assert_eq!(ada.get(&router, "/v1/account").await.status, 401);
    let back = Person::of(&login(&router, "ada", PASSWORD).await);
    let activity = back.get(&router, "/v1/account/activity").await;
    let actions: Vec<&Value> =
        (1..4).map(|index| &activity.body["items"][index]["action"]).collect();
    assert_eq!(actions, ["account.unlocked", "session.revoked", "account.locked"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_locked_administrator_is_none(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let (root, eve) = (Person::admin("root", &house).await, Person::admin("eve", &house).await);
    // As if another copy had locked the account: its access tokens are not yet refused here.
    sqlx::query!("update accounts set disabled_at = now() where id = $1", eve.account.0)
        .execute(&db)
        .await
        .unwrap();
    let refused = eve.patch(&router, &path(&root), json!({ "disabled": true })).await;
    assert_eq!(refused.problem(), (401, "unauthenticated"));
    let last = root.patch(&router, &path(&root), json!({ "disabled": true })).await;
    assert_eq!(last.problem(), (409, "last-administrator"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_last_administrator_stays(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    for change in [json!({ "role": "publisher" }), json!({ "disabled": true })] {
        let refused = root.patch(&router, &path(&root), change).await;
        assert_eq!(refused.problem(), (409, "last-administrator"));
    }
    assert_eq!(root.get(&router, "/v1/admin/accounts").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn of_two_who_demote_each_other_one_stays(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let (ada, bob) = (Person::admin("ada", &house).await, Person::admin("bob", &house).await);
    let (of_ada, of_bob) = (path(&ada), path(&bob));
    let (first, second) = tokio::join!(
        ada.patch(&router, &of_bob, json!({ "role": "user" })),
        bob.patch(&router, &of_ada, json!({ "disabled": true })),
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert!([[200, 409], [200, 403], [200, 401]].contains(&statuses), "{statuses:?}");
    let left = sqlx::query_scalar!(
        "select count(*) from accounts where role = 'admin' and disabled_at is null"
    );
    assert_eq!(left.fetch_one(&db).await.unwrap(), Some(1));
}
