//! `/v1/invites`.

use securevox_api::Api;
use securevox_core::auth::Opaque;
use securevox_protocol::InviteId;
use securevox_testkit::{House, Person};
use serde_json::json;
use sqlx::PgPool;

use crate::people::open;

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_invitation_is_made_listed_and_withdrawn(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let ada = Person::named("ada", &house).await;
    let made = ada.post(&router, "/v1/invites", json!({})).await;
    assert_eq!(made.status, 201);
    insta::assert_json_snapshot!(made.body, {
        ".id" => "[id]", ".code" => "[code]", ".expires_at" => "[time]", ".created_at" => "[time]"
    }, @r#"
    {
      "code": "[code]",
      "created_at": "[time]",
      "expires_at": "[time]",
      "id": "[id]",
      "role": "user",
      "uses_left": 1
    }
    "#);
    let listed = ada.get(&router, "/v1/invites").await;
    assert_eq!(listed.text("/items/0/id"), made.text("/id"));
    assert!(listed.body["items"][0].get("code").is_none());
    let code: Opaque = made.text("/code").parse().unwrap();
    let kept = sqlx::query_scalar!("select code_hash from invites").fetch_all(&db).await.unwrap();
    assert_eq!(kept, [code.hash()]);

    let path = format!("/v1/invites/{}", made.text("/id"));
    assert_eq!(ada.delete(&router, &path).await.status, 204);
    assert_eq!(ada.delete(&router, &path).await.problem(), (404, "about:blank"));
    assert_eq!(ada.get(&router, "/v1/invites").await.body["items"], json!([]));
    let activity = ada.get(&router, "/v1/account/activity").await;
    assert_eq!(activity.text("/items/0/action"), "invite.withdrawn");
    assert_eq!(activity.text("/items/1/action"), "invite.created");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn only_administrators_invite_many_or_to_other_roles(db: PgPool) {
    let (house, router) = open(db).await;
    let people = [Person::named("ada", &house).await, Person::publisher("pat", &house).await];
    let root = Person::admin("root", &house).await;
    for body in [json!({ "uses": 2 }), json!({ "role": "publisher" }), json!({ "role": "admin" })] {
        for person in &people {
            let refused = person.post(&router, "/v1/invites", body.clone()).await;
            assert_eq!(refused.problem(), (403, "administrators-only"));
        }
        assert_eq!(root.post(&router, "/v1/invites", body).await.status, 201);
    }
    let plain = json!({ "uses": 1, "role": "user" });
    assert_eq!(people[0].post(&router, "/v1/invites", plain).await.status, 201);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_bad_value_is_named(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    for (uses, hours) in [(0, 0), (1001, 721), (u32::MAX, u32::MAX)] {
        let body = json!({ "uses": uses, "expires_in_hours": hours });
        let answer = root.post(&router, "/v1/invites", body).await;
        assert_eq!(answer.problem(), (422, "invalid-request"));
        assert_eq!(answer.pointers(), ["#/uses", "#/expires_in_hours"]);
    }
    for (body, pointer) in [
        (json!({ "uses": -1 }), "#/uses"),
        (json!({ "uses": 1.5 }), "#/uses"),
        (json!({ "uses": u64::MAX }), "#/uses"),
        (json!({ "role": "emperor" }), "#/role"),
        (json!({ "code": "mine" }), "#/code"),
    ] {
        assert_eq!(root.post(&router, "/v1/invites", body).await.pointers(), [pointer]);
    }
    let most = json!({ "uses": 1000, "expires_in_hours": 720, "role": null });
    assert_eq!(root.post(&router, "/v1/invites", most).await.status, 201);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn other_peoples_invitations_do_not_exist(db: PgPool) {
    let (house, router) = open(db).await;
    let (ada, root) = (Person::named("ada", &house).await, Person::admin("root", &house).await);
    let made = ada.post(&router, "/v1/invites", json!({})).await;
    for invite in [made.text("/id"), &InviteId::fresh().to_string(), "nonsense", made.text("/code")]
    {
        let answer = root.delete(&router, &format!("/v1/invites/{invite}")).await;
        assert_eq!(answer.problem(), (404, "about:blank"));
    }
    assert_eq!(root.get(&router, "/v1/invites").await.body["items"], json!([]));
    assert_eq!(ada.get(&router, "/v1/invites").await.text("/items/0/id"), made.text("/id"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_has_so_many_open_ones_however_fast_they_come(db: PgPool) {
    let house = House::on(db.clone()).await;
    let router = house.router::<Api>(&[("SECUREVOX_INVITES_PER_ACCOUNT", "1")]).await;
    let (ada, bob) = (Person::named("ada", &house).await, Person::named("bob", &house).await);
    let (one, other) = tokio::join!(
        ada.post(&router, "/v1/invites", json!({})),
        ada.post(&router, "/v1/invites", json!({})),
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let refused = if one.status == 409 { one } else { other };
    assert_eq!(refused.problem(), (409, "too-many-invites"));
    assert_eq!(bob.post(&router, "/v1/invites", json!({})).await.status, 201);

    // Those that ended do not count, and are not listed.
    sqlx::query!("update invites set expires_at = now()").execute(&db).await.unwrap();
    assert_eq!(ada.get(&router, "/v1/invites").await.body["items"], json!([]));
    assert_eq!(ada.post(&router, "/v1/invites", json!({})).await.status, 201);
}
