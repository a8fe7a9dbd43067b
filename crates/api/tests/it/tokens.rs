//! `/v1/tokens`: API tokens for CI.

use axum::Router;
use securevox_api::Api;
use securevox_protocol::{AppId, TokenId};
use securevox_testkit::{Answer, Ask, House, Person};
use serde_json::json;
use sqlx::PgPool;

use crate::people::open;

/// What whoever presents the token gets where a session is needed: 403 if it is in force.
async fn presented(router: &Router, token: &str) -> u16 {
    let authorization = format!("Token {token}");
    let ask = Ask::new("GET", "/v1/account").header("authorization", &authorization);
    ask.of(router).await.status.as_u16()
}

async fn create(router: &Router, owner: &Person) -> Answer {
    let wanted = json!({ "name": "CI", "scopes": ["builds:write"] });
    owner.post(router, "/v1/tokens", wanted).await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_token_is_shown_once_and_kept_as_a_hash(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let pat = Person::publisher("pat", &house).await;
    let wanted = json!({ "name": "CI", "expires_in_days": 1,
        "scopes": ["builds:write", "builds:read", "builds:write"] });
    let made = pat.post(&router, "/v1/tokens", wanted).await;
    assert_eq!(made.status, 201);
    insta::assert_json_snapshot!(made.body, {
        ".id" => "[id]", ".token" => "[token]", ".expires_at" => "[time]", ".created_at" => "[time]"
    }, @r#"
    {
      "app_id": null,
      "created_at": "[time]",
      "expires_at": "[time]",
      "id": "[id]",
      "last_used_at": null,
      "name": "CI",
      "scopes": [
        "builds:read",
        "builds:write"
      ],
      "token": "[token]"
    }
    "#);
    let token = made.text("/token");
    assert!(token.starts_with("svx_"));
    let listed = pat.get(&router, "/v1/tokens").await;
    assert_eq!(listed.text("/items/0/id"), made.text("/id"));
    assert!(listed.body["items"][0].get("token").is_none());

    let row = sqlx::query_scalar!("select row_to_json(t)::text from api_tokens t");
    let row = row.fetch_one(&db).await.unwrap().unwrap();
    let secret = token.splitn(3, '_').nth(2).unwrap();
    assert!(!row.contains(&secret[..20]));
    assert!(!token.contains(made.text("/id")));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_token_is_no_session_and_notes_its_use(db: PgPool) {
    let (house, router) = open(db).await;
    let pat = Person::publisher("pat", &house).await;
    let made = create(&router, &pat).await;
    let token = made.text("/token");
    assert_eq!(presented(&router, token).await, 403);
    let listed = pat.get(&router, "/v1/tokens").await;
    assert!(listed.body["items"][0]["last_used_at"].is_string());

    let ci = Person { token: token.to_owned(), ..pat.clone() };
    let refused = ci.get(&router, "/v1/account").await;
    assert_eq!(refused.problem(), (403, "token-not-accepted"));
    // A token makes no further tokens.
    assert_eq!(create(&router, &ci).await.problem(), (403, "token-not-accepted"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_mistyped_expired_or_revoked_is_refused(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let pat = Person::publisher("pat", &house).await;
    let made = create(&router, &pat).await;
    let (token, other) = (made.text("/token"), create(&router, &pat).await);
    let (head, tail) = token.split_at(30);
    let swapped = format!("{}{}", &other.text("/token")[..23], &token[23..]);
    let flipped = format!("{head}{}", tail.replace(|c: char| c.is_ascii_digit(), "x"));
    for wrong in [&token[1..], &token[..token.len() - 1], &swapped, &flipped, "svx_", "svx__"] {
        assert_eq!(presented(&router, wrong).await, 401, "{wrong}");
    }

    sqlx::query!("update api_tokens set expires_at = now() where name = 'CI'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(presented(&router, token).await, 401);
    sqlx::query!("update api_tokens set expires_at = null").execute(&db).await.unwrap();
    assert_eq!(presented(&router, token).await, 403);

    let path = format!("/v1/tokens/{}", made.text("/id"));
    assert_eq!(pat.delete(&router, &path).await.status, 204);
    assert_eq!(presented(&router, token).await, 401);
    assert_eq!(pat.delete(&router, &path).await.problem(), (404, "about:blank"));
    let activity = pat.get(&router, "/v1/account/activity").await;
    assert_eq!(activity.text("/items/0/action"), "token.revoked");
    assert_eq!(activity.text("/items/1/action"), "token.created");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_tokens_of_a_locked_account_rest(db: PgPool) {
    let (house, router) = open(db).await;
    let (pat, root) = (Person::publisher("pat", &house).await, Person::admin("root", &house).await);
    let made = create(&router, &pat).await;
    let path = format!("/v1/admin/accounts/{}", pat.account);
    root.patch(&router, &path, json!({ "disabled": true })).await;
    assert_eq!(presented(&router, made.text("/token")).await, 401);
    root.patch(&router, &path, json!({ "disabled": false })).await;
    assert_eq!(presented(&router, made.text("/token")).await, 403);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_bad_value_is_named(db: PgPool) {
    let (house, router) = open(db).await;
    let pat = Person::publisher("pat", &house).await;
    for (name, days) in [("", 0), ("a\u{0}b", 3651), ("x\ny", u32::MAX)] {
        let body = json!({ "name": name, "scopes": [], "expires_in_days": days });
        let answer = pat.post(&router, "/v1/tokens", body).await;
        assert_eq!(answer.problem(), (422, "invalid-request"));
        assert_eq!(answer.pointers(), ["#/name", "#/scopes", "#/expires_in_days"]);
    }
    let body = json!({ "name": "CI", "scopes": ["builds:read", "builds:everything"] });
    assert_eq!(pat.post(&router, "/v1/tokens", body).await.pointers(), ["#/scopes/1"]);
    let body = json!({ "name": "CI", "scopes": ["builds:read"], "app_id": "nonsense" });
    assert_eq!(pat.post(&router, "/v1/tokens", body).await.pointers(), ["#/app_id"]);
    let body = json!({ "name": "CI", "scopes": ["builds:read"], "app_id": AppId::fresh() });
    assert_eq!(pat.post(&router, "/v1/tokens", body).await.pointers(), ["#/app_id"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn only_publishers_and_developers_of_apps_have_tokens(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let ada = Person::named("ada", &house).await;
    assert_eq!(create(&router, &ada).await.problem(), (403, "publishers-only"));
    // Developers of an app send builds of it from CI; its testers do not.
    for (role, status) in [("tester", 403), ("developer", 201)] {
        sqlx::query!(
            "with app as (
                 insert into apps (id, platform, bundle_id, name) values ($1, 'ios', $3, $3)
                 returning id
             )
             insert into app_members (app_id, account_id, role) select id, $2, $3 from app",
            AppId::fresh().0,
            ada.account.0,
            role,
        )
        .execute(&db)
        .await
        .unwrap();
        assert_eq!(create(&router, &ada).await.status, status, "{role}");
    }
    let root = Person::admin("root", &house).await;
    assert_eq!(create(&router, &root).await.status, 201);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_token_is_for_an_app_of_its_owner(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let (pat, root) = (Person::publisher("pat", &house).await, Person::admin("root", &house).await);
    let (own, foreign) = (AppId::fresh(), AppId::fresh());
    for (app, name) in [(own, "own"), (foreign, "foreign")] {
        sqlx::query!(
            "insert into apps (id, platform, bundle_id, name) values ($1, 'ios', $2, $2)",
            app.0,
            name
        )
        .execute(&db)
        .await
        .unwrap();
    }
    sqlx::query!(
        "insert into app_members (app_id, account_id, role) values ($1, $2, 'owner')",
        own.0,
        pat.account.0
    )
    .execute(&db)
    .await
    .unwrap();
    let wanted = |app: AppId| json!({ "name": "CI", "scopes": ["builds:read"], "app_id": app });
    let made = pat.post(&router, "/v1/tokens", wanted(own)).await;
    assert_eq!((made.status.as_u16(), made.text("/app_id")), (201, own.to_string().as_str()));
    let refused = pat.post(&router, "/v1/tokens", wanted(foreign)).await;
    assert_eq!((refused.problem().0, refused.pointers()), (422, vec!["#/app_id"]));
    assert_eq!(root.post(&router, "/v1/tokens", wanted(foreign)).await.status, 201);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn other_peoples_tokens_do_not_exist(db: PgPool) {
    let (house, router) = open(db).await;
    let (pat, root) = (Person::publisher("pat", &house).await, Person::admin("root", &house).await);
    let made = create(&router, &pat).await;
    for token in [made.text("/id"), &TokenId::fresh().to_string(), "nonsense", made.text("/token")]
    {
        let answer = root.delete(&router, &format!("/v1/tokens/{token}")).await;
        assert_eq!(answer.problem(), (404, "about:blank"));
    }
    assert_eq!(root.get(&router, "/v1/tokens").await.body["items"], json!([]));
    assert_eq!(presented(&router, made.text("/token")).await, 403);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_has_so_many_however_fast_they_come(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Api>(&[("SECUREVOX_TOKENS_PER_ACCOUNT", "1")]).await;
    let pat = Person::publisher("pat", &house).await;
    let (one, other) = tokio::join!(create(&router, &pat), create(&router, &pat));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let refused = if one.status == 409 { one } else { other };
    assert_eq!(refused.problem(), (409, "too-many-tokens"));
}
