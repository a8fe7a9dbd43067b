//! `POST /v1/auth/register`.

use axum::Router;
use securevox_api::Api;
use securevox_testkit::{House, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::people::{OPEN, PASSWORD, open, post, register, register_phone, try_register};

fn candidate(handle: &str, invite: &str) -> Value {
    json!({ "handle": handle, "password": PASSWORD, "invite": invite })
}

async fn invite(router: &Router, host: &Person, body: Value) -> String {
    host.post(router, "/v1/invites", body).await.text("/code").to_owned()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn anybody_registers_where_it_is_open(db: PgPool) {
    let (_house, router) = open(db).await;
    let body = json!({ "handle": " Ada.L ", "password": PASSWORD, "email": "ada@example.org" });
    let answer = try_register(&router, &body).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.text("/token_type"), "Bearer");
    assert_eq!(answer.body["expires_in"], 600);
    assert_eq!(answer.body["device_id"], Value::Null);

    let ada = Person::of(&answer);
    let account = ada.get(&router, "/v1/account").await;
    insta::assert_json_snapshot!(account.body, { ".id" => "[id]", ".created_at" => "[time]" }, @r#"
    {
      "created_at": "[time]",
      "disabled_at": null,
      "email": "ada@example.org",
      "handle": "ada.l",
      "id": "[id]",
      "role": "user"
    }
    "#);
    assert_eq!(account.text("/id"), answer.text("/account_id"));
    let activity = ada.get(&router, "/v1/account/activity").await;
    assert_eq!(activity.text("/items/0/action"), "session.started");
    assert_eq!(activity.text("/items/1/action"), "account.created");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_phone_registers_with_its_person(db: PgPool) {
    let (_house, router) = open(db).await;
    let answer = register_phone(&router, "ada").await;
    let devices = Person::of(&answer).get(&router, "/v1/devices").await;
    assert_eq!(devices.text("/items/0/id"), answer.text("/device_id"));
    assert_eq!(devices.text("/items/0/platform"), "ios");
    assert_eq!(devices.body["items"][0]["current"], true);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_bad_value_is_named(db: PgPool) {
    let (_house, router) = open(db).await;
    let device = json!({ "name": "a\u{0}b", "platform": "web" });
    let body = json!({ "handle": "a\u{0}da", "password": "short", "email": "no\u{0}where", "device": device });
    let answer = try_register(&router, &body).await;
    assert_eq!(answer.problem(), (422, "invalid-request"));
    assert_eq!(answer.pointers(), ["#/handle", "#/password", "#/email", "#/device/name"]);

    let body = json!({ "handle": "ada", "password": PASSWORD, "device": { "name": "x", "platform": "toaster" } });
    assert_eq!(try_register(&router, &body).await.pointers(), ["#/device/platform"]);
    let body = json!({ "handle": 7, "password": PASSWORD });
    assert_eq!(try_register(&router, &body).await.pointers(), ["#/handle"]);
    let body = json!({ "handle": "ada", "password": "x".repeat(257) });
    assert_eq!(try_register(&router, &body).await.pointers(), ["#/password"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_handle_is_given_to_one_of_two_who_want_it_at_once(db: PgPool) {
    let (_house, router) = open(db.clone()).await;
    let body = json!({ "handle": "ada", "password": PASSWORD });
    let (one, other) = tokio::join!(try_register(&router, &body), try_register(&router, &body));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let late = try_register(&router, &json!({ "handle": "ADA", "password": PASSWORD })).await;
    assert_eq!(late.problem(), (409, "handle-taken"));
    let sessions = sqlx::query_scalar!("select count(*) from sessions").fetch_one(&db).await;
    assert_eq!(sessions.unwrap(), Some(1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_uninvited_stay_outside(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Api>(&[]).await;
    let alone = json!({ "handle": "ada", "password": PASSWORD });
    assert_eq!(try_register(&router, &alone).await.problem(), (403, "invite-needed"));
    for code in ["", "nonsense", "a\u{0}", &"A".repeat(43)] {
        let answer = try_register(&router, &candidate("ada", code)).await;
        assert_eq!(answer.problem(), (403, "invite-not-valid"), "{code}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_invitation_gives_its_role_once(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Api>(&[]).await;
    let root = Person::admin("root", &house).await;
    let code = invite(&router, &root, json!({ "role": "publisher" })).await;

    let taken = try_register(&router, &candidate("root", &code)).await;
    assert_eq!(taken.problem(), (409, "handle-taken"));
    // What failed has cost nothing.
    let answer = try_register(&router, &candidate("ada", &code)).await;
    assert_eq!(answer.status, 201);
    let account = Person::of(&answer).get(&router, "/v1/account").await;
    assert_eq!(account.text("/role"), "publisher");
    let again = try_register(&router, &candidate("bob", &code)).await;
    assert_eq!(again.problem(), (403, "invite-not-valid"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_last_use_is_taken_by_one_of_two(db: PgPool) {
    let house = House::on(db.clone()).await;
    let router = house.router::<Api>(&[]).await;
    let host = Person::named("host", &house).await;
    let code = invite(&router, &host, json!({})).await;
    let (ada, bob) = (candidate("ada", &code), candidate("bob", &code));
    let (ada, bob) = tokio::join!(try_register(&router, &ada), try_register(&router, &bob));
    let mut statuses = [ada.status.as_u16(), bob.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 403]);
    let accounts = sqlx::query_scalar!("select count(*) from accounts").fetch_one(&db).await;
    assert_eq!(accounts.unwrap(), Some(2));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn invitations_end(db: PgPool) {
    let house = House::on(db.clone()).await;
    let router = house.router::<Api>(&[]).await;
    let (host, root) = (Person::named("host", &house).await, Person::admin("root", &house).await);
    let refused = async |code: &str| {
        let answer = try_register(&router, &candidate("ada", code)).await;
        assert_eq!(answer.problem(), (403, "invite-not-valid"));
    };

    let withdrawn = host.post(&router, "/v1/invites", json!({})).await;
    host.delete(&router, &format!("/v1/invites/{}", withdrawn.text("/id"))).await;
    refused(withdrawn.text("/code")).await;

    let expired = invite(&router, &host, json!({})).await;
    sqlx::query!("update invites set expires_at = now()").execute(&db).await.unwrap();
    refused(&expired).await;

    let of_locked = invite(&router, &host, json!({})).await;
    let path = format!("/v1/admin/accounts/{}", host.account);
    root.patch(&router, &path, json!({ "disabled": true })).await;
    refused(&of_locked).await;

    // Whoever is no administrator any more makes nobody one.
    let of_former = invite(&router, &root, json!({ "role": "admin" })).await;
    sqlx::query!("update accounts set role = 'user' where handle = 'root'")
        .execute(&db)
        .await
        .unwrap();
    refused(&of_former).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn where_it_is_closed_nobody_registers(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Api>(&[("SECUREVOX_REGISTRATION", "closed")]).await;
    let root = Person::admin("root", &house).await;
    let code = invite(&router, &root, json!({})).await;
    let answer = try_register(&router, &candidate("ada", &code)).await;
    assert_eq!(answer.problem(), (403, "registration-closed"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_open_house_honours_invitations_and_refuses_mistyped_ones(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    let code = invite(&router, &root, json!({ "role": "publisher" })).await;
    for wrong in [&code[1..], "nonsense", &"A".repeat(43)] {
        let answer = try_register(&router, &candidate("ada", wrong)).await;
        assert_eq!(answer.problem(), (403, "invite-not-valid"), "{wrong}");
    }
    let ada = Person::of(&try_register(&router, &candidate("ada", &code)).await);
    assert_eq!(ada.get(&router, "/v1/account").await.text("/role"), "publisher");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_address_registers_so_often_unless_invited(db: PgPool) {
    let house = House::on(db).await;
    let few = [OPEN[0], ("SECUREVOX_REGISTRATIONS_PER_ADDRESS", "1")];
    let router = house.router::<Api>(&few).await;
    let ada = Person::of(&register(&router, "ada").await);
    let bob = json!({ "handle": "bob", "password": PASSWORD });
    let limited = post(&router, "/v1/auth/register", &bob).await;
    assert_eq!(limited.problem(), (429, "too-many-requests"));
    let wait: u64 = limited.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&wait), "{wait}");
    assert_eq!(limited.body["retry_after"], wait);

    let code = invite(&router, &ada, json!({})).await;
    let invited = try_register(&router, &candidate("bob", &code)).await;
    assert_eq!(invited.status, 201);
}
