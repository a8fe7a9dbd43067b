//! From an invitation to a package on a tester's disk.

use std::{fs, path::PathBuf};

use chrono::DateTime;
use securevox_client::{BuildFilter, Client, Paging, Upload};
use securevox_protocol::{
    BuildId,
    accounts::Role,
    apps::CreateApp,
    builds::{Build, BuildStatus, Platform, UpdateBuild},
    devices::DevicePlatform,
    feeds::CreateFeed,
    retention::RetentionRules,
    tokens::{CreateToken, Scope},
};
use sqlx::PgPool;

use crate::installation::{Installation, device, login};

fn package() -> PathBuf {
    let fixtures = "../app-distribution/tests/fixtures/uiautomator2-server-test.apk";
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(fixtures)
}

fn ci_token(scope: Scope) -> CreateToken {
    CreateToken { name: "CI".to_owned(), scopes: vec![scope], app_id: None, expires_in_days: None }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_publisher_comes_in_and_publishes(db: PgPool) {
    let installation = Installation::on(db).await;
    let phone = installation.invited("pat", Role::Publisher).await;
    let laptop = installation.client();
    let on_laptop = login("pat", Some(device("Laptop", DevicePlatform::Desktop)));
    laptop.login(&on_laptop).await.unwrap();
    let devices = phone.list_devices(&Paging::default()).await.unwrap().items;
    assert_eq!(devices.iter().map(|device| &*device.name).collect::<Vec<_>>(), ["Laptop", "Phone"]);

    let made = laptop.create_token(&ci_token(Scope::BuildsWrite)).await.unwrap();
    let ci = Client::with_api_token(installation.servers.clone(), made.token).unwrap();
    let notes = Some("- more *speed*\n- fewer bugs".to_owned());
    let upload = Upload {
        release_notes: notes.clone(),
        branch: Some("main".to_owned()),
        is_beta: Some(true),
        notify: Some(false),
        ..Upload::of(package())
    };
    let build = ci.upload_build(&upload).await.unwrap();
    let bytes = fs::read(package()).unwrap();
    assert_eq!(usize::try_from(build.size).unwrap(), bytes.len());
    assert_eq!((build.platform, build.release_notes.clone()), (Platform::Android, notes));
    assert_eq!((build.branch.as_deref(), build.is_beta), (Some("main"), true));
    assert_eq!(build.file_name, "uiautomator2-server-test.apk");
    assert_eq!(ci.upload_build(&upload).await.unwrap().id, build.id);

    let listed = phone.list_builds(&BuildFilter::default()).await.unwrap();
    assert_eq!((&listed.items[..], listed.next), (std::slice::from_ref(&build), None));
    let ios = BuildFilter { platform: Some(Platform::Ios), ..BuildFilter::default() };
    assert_eq!(phone.list_builds(&ios).await.unwrap().items, []);
    let of_app = BuildFilter { app: Some(build.app.id), ..BuildFilter::default() };
    assert_eq!(phone.list_builds(&of_app).await.unwrap().items.len(), 1);
    let shown = phone.show_build(build.id).await.unwrap();
    assert_eq!(shown.groups.as_deref(), Some(&[][..]));
    assert_eq!(Build { groups: None, ..shown }, build);

    let mut downloaded = Vec::new();
    let size = phone.download_build(build.id, &mut downloaded).await.unwrap();
    assert_eq!(usize::try_from(size).unwrap(), bytes.len());
    assert!(downloaded == bytes);

    let rules = RetentionRules { keep_builds: Some(1), ..RetentionRules::default() };
    let told = phone.show_retention(build.app.id, Some(rules)).await.unwrap();
    assert_eq!((told.rules, told.storage.builds, told.deletes), (rules, 1, Vec::new()));
    let request = CreateFeed { name: "Phone".to_owned() };
    let feed = phone.create_feed(&request).await.unwrap();
    assert_eq!(feed.addresses.news[0].app, build.app);
    assert_eq!(phone.list_feeds().await.unwrap().items, std::slice::from_ref(&feed.feed));
    phone.delete_feed(feed.feed.id).await.unwrap();
    assert_eq!(phone.list_feeds().await.unwrap().items, []);
    assert_eq!(phone.list_build_groups(build.id).await.unwrap().items, []);

    laptop.delete_token(made.info.id).await.unwrap();
    let refused = ci.show_build(build.id).await.unwrap_err();
    assert_eq!(refused.kind(), Some("unauthenticated"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_is_uploaded_now_and_offered_later(db: PgPool) {
    let installation = Installation::on(db).await;
    let pat = installation.invited("pat", Role::Publisher).await;
    let bundle_id = "io.appium.uiautomator2.server.test".to_owned();
    let (platform, name) = (Platform::Android, "Planned".to_owned());
    let app = pat.create_app(&CreateApp { platform, bundle_id, name }).await.unwrap();
    let upload = Upload {
        status: Some(BuildStatus::Inactive),
        mandatory: Some(true),
        expires_at: Some(DateTime::from_timestamp(4_102_444_800, 0).unwrap()),
        commit: Some("0a1b2c3d".to_owned()),
        ..Upload::of(package())
    };
    let build = pat.upload_build(&upload).await.unwrap();
    assert_eq!((build.app.id, build.status), (app.id, BuildStatus::Inactive));
    assert_eq!((build.mandatory, build.expires_at), (true, upload.expires_at));
    let of_commit = BuildFilter { commit: Some("0a1b".to_owned()), ..BuildFilter::default() };
    assert_eq!(pat.list_builds(&of_commit).await.unwrap().items[0].id, build.id);
    let offer = UpdateBuild { status: Some(BuildStatus::Active), ..UpdateBuild::default() };
    let offered = pat.update_build(build.id, &offer).await.unwrap();
    assert_eq!(offered.status, BuildStatus::Active);
    let refused = pat.notify_testers(build.id).await.unwrap_err();
    assert_eq!(refused.kind(), Some("mail-is-off"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_is_its_publishers_alone(db: PgPool) {
    let installation = Installation::on(db).await;
    let pat = installation.invited("pat", Role::Publisher).await;
    let build = pat.upload_build(&Upload::of(package())).await.unwrap();
    let made = pat.create_token(&ci_token(Scope::BuildsRead)).await.unwrap();
    let reader = Client::with_api_token(installation.servers.clone(), made.token).unwrap();
    assert_eq!(reader.show_build(build.id).await.unwrap().sha256, build.sha256);
    let refused = reader.upload_build(&Upload::of(package())).await.unwrap_err();
    assert_eq!(refused.kind(), Some("scope-missing"));

    let nobody = installation.client();
    let refused = nobody.list_builds(&BuildFilter::default()).await.unwrap_err();
    assert_eq!(refused.kind(), Some("unauthenticated"));
    let refused = nobody.download_build(build.id, &mut Vec::new()).await.unwrap_err();
    assert_eq!(refused.kind(), Some("unauthenticated"));
    let unknown = pat.show_build(BuildId::fresh()).await.unwrap_err();
    assert_eq!(unknown.kind(), Some("no-such-build"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_file_that_is_not_there_is_told_before_anything_is_sent(db: PgPool) {
    let installation = Installation::on(db).await;
    let pat = installation.invited("pat", Role::Publisher).await;
    let missing = package().with_file_name("nothing.apk");
    let error = pat.upload_build(&Upload::of(missing)).await.unwrap_err();
    assert!(matches!(error, securevox_client::Error::Io(_)), "{error}");
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let refused = pat.upload_build(&Upload::of(manifest)).await.unwrap_err();
    assert_eq!(refused.kind(), Some("not-a-package"));
}
