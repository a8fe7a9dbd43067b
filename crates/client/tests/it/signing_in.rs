//! Sessions, as a client lives through them.

use std::{path::Path, slice};

use chrono::{TimeDelta, Utc};
use securevox_client::{Client, Error, Paging, Servers, Upload};
use securevox_protocol::{
    accounts::{AdministerAccount, ChangePassword, Role, UpdateAccount},
    auth::Tokens,
    devices::{DevicePlatform, UpdateDevice},
    invites::CreateInvite,
};
use sqlx::PgPool;
use tokio::task::JoinSet;

use crate::installation::{Installation, PASSWORD, device, login};

/// The client after so long a rest that its access token has expired.
fn rested(installation: &Installation, client: &Client) -> Tokens {
    let tokens = client.tokens().expect("it has signed in");
    let before = Utc::now() - TimeDelta::hours(1);
    let Tokens { account_id, device_id, session_id, .. } = tokens;
    let issuer = &installation.house.base.tokens;
    let access_token = issuer.issue(account_id, device_id, session_id, before);
    let tokens = Tokens { access_token: access_token.expect("a key is there"), ..tokens };
    client.resume(tokens.clone());
    tokens
}

async fn exchanged(db: &PgPool) -> i64 {
    let count =
        sqlx::query_scalar!("select count(*) from refresh_tokens where used_at is not null");
    count.fetch_one(db).await.expect("the database answers").unwrap_or_default()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_session_is_renewed_once_for_all_who_need_it(db: PgPool) {
    let installation = Installation::on(db.clone()).await;
    let phone = installation.invited("ada", Role::User).await;
    let mut watch = phone.watch();
    let old = rested(&installation, &phone);
    watch.mark_unchanged();

    let mut asking = JoinSet::new();
    for _ in 0..8 {
        let phone = phone.clone();
        asking.spawn(async move { phone.show_account().await.map(|account| account.handle) });
    }
    for handle in asking.join_all().await {
        assert_eq!(handle.unwrap(), "ada");
    }
    assert!(phone.list_sessions(&Paging::default()).await.unwrap().items[0].current);
    assert_eq!(exchanged(&db).await, 1);

    // Whoever keeps the tokens was told, and can go on with them.
    assert!(watch.has_changed().unwrap());
    let kept = watch.borrow_and_update().clone().unwrap();
    assert_ne!(kept.refresh_token, old.refresh_token);
    let later = installation.client();
    later.resume(kept);
    assert_eq!(later.show_account().await.unwrap().handle, "ada");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_session_is_renewed_before_an_upload(db: PgPool) {
    let installation = Installation::on(db.clone()).await;
    let phone = installation.invited("pat", Role::Publisher).await;
    rested(&installation, &phone);
    let fixture = "../app-distribution/tests/fixtures/uiautomator2-server-test.apk";
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture);
    let build = phone.upload_build(&Upload::of(&package)).await.unwrap();
    phone.upload_build(&Upload::of(&package)).await.unwrap();
    assert_eq!(exchanged(&db).await, 1);

    rested(&installation, &phone);
    let mut asking = JoinSet::new();
    let other = phone.clone();
    asking.spawn(async move { phone.download_build(build.id, &mut Vec::new()).await });
    asking.spawn(async move { other.upload_build(&Upload::of(&package)).await.map(|_| 0) });
    for answer in asking.join_all().await {
        answer.unwrap();
    }
    assert_eq!(exchanged(&db).await, 2);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_removed_device_is_refused_and_knows_it(db: PgPool) {
    let installation = Installation::on(db).await;
    let phone = installation.invited("ada", Role::User).await;
    let laptop = installation.client();
    let on_laptop = login("ada", Some(device("Laptop", DevicePlatform::Desktop)));
    let id = laptop.login(&on_laptop).await.unwrap().device_id.unwrap();
    let name = UpdateDevice { name: "Old laptop".to_owned() };
    assert_eq!(phone.update_device(id, &name).await.unwrap().name, "Old laptop");
    assert_eq!(laptop.show_device(id).await.unwrap().name, "Old laptop");

    phone.delete_device(id).await.unwrap();
    let refused = laptop.show_account().await.unwrap_err();
    assert_eq!(refused.kind(), Some("session-ended"));
    assert!(laptop.tokens().is_none());
    let refused = laptop.show_account().await.unwrap_err();
    assert_eq!(refused.kind(), Some("unauthenticated"));
    let activity = phone.list_activity(&Paging { limit: Some(1), after: None }).await.unwrap();
    assert_eq!(activity.items[0].action, "device.revoked");
    let gone = phone.show_device(id).await.unwrap_err();
    assert_eq!(gone.problem().map(|problem| problem.status), Some(404));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_person_looks_after_their_account(db: PgPool) {
    let installation = Installation::on(db).await;
    let phone = installation.invited("ada", Role::User).await;
    let browser = installation.client();
    let session = browser.login(&login("ada", None)).await.unwrap().session_id;
    let email = Some("ada@example.org".to_owned());
    let update = UpdateAccount { email: email.clone() };
    assert_eq!(phone.update_account(&update).await.unwrap().email, email);
    let bad = UpdateAccount { email: Some("nowhere".to_owned()) };
    let refused = phone.update_account(&bad).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().errors[0].pointer, "#/email");

    let (made, paging) =
        (phone.create_invite(&CreateInvite::default()).await.unwrap(), Paging::default());
    assert_eq!(phone.list_invites(&paging).await.unwrap().items, slice::from_ref(&made.invite));
    phone.delete_invite(made.invite.id).await.unwrap();

    phone.delete_session(session).await.unwrap();
    assert_eq!(browser.show_account().await.unwrap_err().kind(), Some("session-ended"));
    let new_password = "another long password".to_owned();
    let current_password = PASSWORD.to_owned();
    phone.change_password(&ChangePassword { current_password, new_password }).await.unwrap();
    let refused = browser.login(&login("ada", None)).await.map(drop).unwrap_err();
    assert_eq!(refused.kind(), Some("wrong-credentials"));

    phone.logout().await.unwrap();
    assert!(phone.tokens().is_none());
    phone.logout().await.unwrap();
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_administrator_locks_an_account(db: PgPool) {
    let installation = Installation::on(db).await;
    let root = installation.administrator().await;
    let accounts = root.list_accounts(&Paging::default()).await.unwrap().items;
    assert_eq!(accounts[0].handle, "root");
    let shown = root.find_account(accounts[0].id).await.unwrap();
    assert_eq!(shown, accounts[0]);
    let demoted = AdministerAccount { role: Some(Role::User), disabled: None };
    let refused = root.administer_account(shown.id, &demoted).await.unwrap_err();
    assert_eq!(refused.kind(), Some("last-administrator"));
}

#[tokio::test]
async fn a_server_that_is_away_is_told() {
    let nowhere: securevox_client::Url = "http://127.0.0.1:9".parse().unwrap();
    let client = Client::new(Servers { api: nowhere.clone(), distribution: nowhere }).unwrap();
    let error = client.login(&login("ada", None)).await.map(drop).unwrap_err();
    assert!(matches!(error, Error::Transport(_)));
    assert!(error.problem().is_none());
}
