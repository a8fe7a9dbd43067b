//! A publisher gathers colleagues and testers around an app.

use std::path::PathBuf;

use securevox_client::{Client, Paging, RosterSearch, Upload};
use securevox_protocol::{
    GroupId,
    accounts::Role,
    apps::{Access, AppRole, SetMember, UpdateApp},
    roster::RosterFilter,
    shares::CreateShareLink,
    testers::{AttachApp, CreateGroup, CreateJoinLink, GiveBuild, InviteTesters, NameGroup},
};
use securevox_testkit::Person;
use sqlx::PgPool;

use crate::installation::Installation;

fn named(name: &str) -> NameGroup {
    NameGroup { name: name.to_owned() }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_app_has_members_and_groups_of_testers(db: PgPool) {
    let installation = Installation::on(db).await;
    let pat = installation.invited("pat", Role::Publisher).await;
    let person = Person::named("dev", &installation.house).await;
    let dev = Client::with_api_token(installation.servers.clone(), person.token).unwrap();
    let fixtures = "../app-distribution/tests/fixtures/uiautomator2-server-test.apk";
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(fixtures);
    let request = CreateGroup { id: Some(GroupId::fresh()), name: "Friends".to_owned() };
    let group = pat.create_group(&request).await.unwrap();
    assert_eq!(
        pat.create_group(&request).await.unwrap(),
        group,
        "a lost answer is asked for again"
    );
    let upload = Upload { groups: Some("friends".to_owned()), ..Upload::of(package) };
    let build = pat.upload_build(&upload).await.unwrap();
    let app = build.app.id;

    let set = SetMember { handle: "dev".to_owned(), role: AppRole::Developer };
    let member = pat.set_member(app, &set).await.unwrap();
    assert_eq!(dev.show_app(app).await.unwrap().role, AppRole::Developer);
    assert_eq!(dev.list_members(app, &Paging::default()).await.unwrap().items.len(), 2);
    let refused = dev.delete_app(app).await.unwrap_err();
    assert!(refused.to_string().contains("role"), "{refused}");
    let public = UpdateApp { access: Some(Access::Public), ..UpdateApp::default() };
    assert_eq!(pat.update_app(app, &public).await.unwrap().access, Access::Public);

    let attached = pat.show_group(group.id).await.unwrap();
    assert_eq!(attached.apps[0].id, app);
    assert!(!attached.apps[0].every_build, "it was given one build");
    let channel = Some("beta".to_owned());
    let attach = AttachApp { every_build: true, channel: channel.clone() };
    assert_eq!(pat.attach_app(group.id, app, &attach).await.unwrap().apps[0].channel, channel);
    let attach = AttachApp { every_build: true, channel: None };
    assert!(pat.attach_app(group.id, app, &attach).await.unwrap().apps[0].every_build);
    let give = GiveBuild { groups: vec![group.id.to_string()] };
    dev.give_build(build.id, &give).await.unwrap();
    let having = dev.list_build_groups(build.id).await.unwrap().items;
    assert!(having.len() == 1 && having[0].given && having[0].every_build);
    dev.take_build(build.id, group.id).await.unwrap();
    assert!(dev.take_build(build.id, group.id).await.is_err(), "it gets every build");
    let wanted = CreateShareLink { expires_in_hours: 24, note: None, installs: Some(3) };
    let shared = dev.create_share_link(build.id, &wanted).await.unwrap();
    assert!(shared.url.contains("/s/"), "{}", shared.url);
    assert_eq!(
        pat.list_share_links(build.id).await.unwrap().items,
        std::slice::from_ref(&shared.link)
    );
    pat.withdraw_share_link(build.id, shared.link.id).await.unwrap();
    let emails = vec!["ada@example.org".to_owned(), "bob@example.org".to_owned()];
    let invited = pat.invite_testers(group.id, &InviteTesters { emails }).await.unwrap().items;
    assert!(invited.iter().all(|invited| invited.link.is_some()), "mail is off");
    let bobs = RosterSearch {
        q: Some("bob".to_owned()),
        only: Some(RosterFilter::Invited),
        ..RosterSearch::default()
    };
    let roster = dev.list_roster(app, &bobs).await.unwrap().items;
    assert_eq!(roster[0].tester_id, Some(invited[1].tester.id));
    assert!(roster.len() == 1 && !roster[0].signed_in && roster[0].is_newest == Some(false));
    assert!(dev.export_roster(app, &bobs).await.unwrap().contains("\"bob@example.org\""));
    assert!(dev.export_downloads(app, None).await.unwrap().starts_with("id,started_at,"));
    assert!(pat.invite_again(app, invited[1].tester.id).await.unwrap().link.is_some());
    pat.remove_from_app(app, invited[0].tester.id).await.unwrap();
    pat.forget_tester(invited[1].tester.id).await.unwrap();
    assert!(pat.list_testers(group.id, &Paging::default()).await.unwrap().items.is_empty());

    let link = pat.create_join_link(group.id, &CreateJoinLink::default()).await.unwrap();
    assert!(link.url.contains("/join/"), "{}", link.url);
    assert_eq!(pat.list_join_links(group.id).await.unwrap().items[0], link.link);
    pat.withdraw_join_link(group.id, link.link.id).await.unwrap();
    assert_eq!(pat.rename_group(group.id, &named("Family")).await.unwrap().name, "Family");
    assert_eq!(pat.list_groups(&Paging::default()).await.unwrap().items.len(), 1);
    pat.detach_app(group.id, app).await.unwrap();
    pat.delete_group(group.id).await.unwrap();
    pat.remove_member(app, member.account_id).await.unwrap();
    pat.delete_app(app).await.unwrap();
    assert!(pat.list_apps(&Paging::default()).await.unwrap().items.is_empty());
}
