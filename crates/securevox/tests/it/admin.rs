//! The operator's commands: beside a running platform, alone with the data, and on a configured database.

use std::{thread, time::Duration};

use securevox_testkit::Form;
use serde_json::Value;
use sqlx::{ConnectOptions as _, PgPool};

use crate::{
    http::Request,
    platform::{Done, PASSWORD, Site, run, shared},
    processes::within,
};

const OTHER_PASSWORD: &str = "wrong horse battery staple";

#[track_caller]
fn refused(done: &Done, words: &[&str]) {
    assert!(!done.status.success(), "it works: {}", done.stdout);
    assert_eq!(done.stdout, "");
    for word in words {
        assert!(done.stderr.contains(word), "{word:?} is not in: {}", done.stderr);
    }
}

#[track_caller]
fn migrate(site: &Site) {
    let done = run(&mut site.securevox(&["migrate"]), "");
    assert!(done.status.success(), "{}", done.stderr);
}

#[test]
fn an_account_is_made_and_let_in_again() {
    let platform = shared();
    let site = &platform.site;
    let id = site.create_account("grace", "publisher");
    let session = site.login("grace", PASSWORD).expect(200);
    assert_eq!(session.text("/account_id"), id);

    let said = site.act(&["set-password", "--account", "grace"], OTHER_PASSWORD);
    assert_eq!(said, "The password of grace was set; 1 session(s) ended.");
    site.login("grace", PASSWORD).expect(401);
    site.login("grace", OTHER_PASSWORD).expect(200);
    let old = site.post("/v1/auth/refresh");
    old.json(&serde_json::json!({ "refresh_token": session.text("/refresh_token") })).expect(401);
}

#[test]
fn a_token_is_printed_alone() {
    let platform = shared();
    let site = &platform.site;
    site.create_account("linus", "publisher");
    let printed = site.create_token("linus");
    assert!(printed.starts_with("svx_"), "{printed:?}");
    assert!(printed.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{printed:?}");
    site.builds(&printed);

    let read = ["create-token", "--account", "linus", "--scope", "builds:read", "--name", "reader"];
    let reader = site.act(&read, "");
    let upload = Request::new("POST", site.ports.distribution, "/api/builds");
    upload.bearer(&reader).form(Form::default()).expect(403);
}

#[test]
fn what_is_wrong_is_told_in_words() {
    let platform = shared();
    let site = &platform.site;
    site.create_account("alan", "user");
    let create = |handle, role| ["create-account", "--handle", handle, "--role", role];

    refused(&site.admin(&create("king", "king"), PASSWORD), &["user, publisher, admin", "--role"]);
    refused(&site.admin(&create("A!", "user"), PASSWORD), &["--handle", "a-z"]);
    refused(&site.admin(&create("alan", "user"), PASSWORD), &["Somebody else has that handle"]);
    refused(&site.admin(&create("alonzo", "user"), "short"), &["password", "10 to 256"]);
    refused(&site.admin(&create("alonzo", "user"), ""), &["no password on standard input"]);
    let email = ["create-account", "--handle", "alonzo", "--email", "nowhere"];
    refused(&site.admin(&email, PASSWORD), &["--email", "ada@example.org"]);
    site.login("alonzo", PASSWORD).expect(401);

    let token = |account, scope| ["create-token", "--account", account, "--scope", scope];
    refused(&site.admin(&token("alan", "builds:paint"), ""), &["builds:read, builds:write"]);
    refused(&site.admin(&token("nobody", "builds:read"), ""), &["no account", "nobody"]);
    let password = |account| ["set-password", "--account", account];
    refused(&site.admin(&password("nobody"), PASSWORD), &["no account", "nobody"]);
    refused(&site.admin(&password("alan"), "short"), &["10 to 256"]);
    site.login("alan", PASSWORD).expect(200);
}

#[test]
fn a_new_key_signs_and_the_old_one_still_proves() {
    let platform = shared();
    let site = &platform.site;
    site.create_account("edsger", "user");
    let login = || site.login("edsger", PASSWORD).expect(200).text("/access_token");
    let old = login();
    let new_kid = site.act(&["rotate-keys"], "");
    let signed_anew = || {
        // Each login is a session, and the oldest of very many is ended.
        thread::sleep(Duration::from_secs(2));
        kid(&login()) == new_kid
    };
    assert!(within(Duration::from_secs(20), signed_anew), "still signed with the old key");
    assert_ne!(kid(&old), new_kid);
    site.get("/v1/account").bearer(&old).send(b"").expect(200);
    site.get("/v1/account").bearer(&login()).send(b"").expect(200);
}

/// The `kid` that a JWT's header names.
fn kid(token: &str) -> String {
    let header = token.split('.').next().expect("three parts");
    let header: Value = serde_json::from_slice(&base64url(header)).expect("it is JSON");
    header["kid"].as_str().expect("it names its key").to_owned()
}

fn base64url(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let value = |letter| LETTERS.iter().position(|&known| known == letter).expect("base64url");
    let bits = text.bytes().flat_map(|letter| {
        let value = value(letter);
        (0..6).rev().map(move |bit| value >> bit & 1)
    });
    let bits: Vec<usize> = bits.collect();
    let bytes = bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit));
    bytes.map(|byte| u8::try_from(byte).expect("eight bits")).collect()
}

#[test]
fn alone_with_the_data_commands_bring_their_own_postgres() {
    let site = Site::new();
    migrate(&site);
    site.create_account("ada", "publisher");
    let token = site.create_token("ada");
    site.act(&["set-password", "--account", "ada"], OTHER_PASSWORD);
    let kid = site.act(&["rotate-keys"], "");
    assert!(site.is_deserted(), "a command left its Postgres behind");

    let _platform = site.up();
    let session = site.login("ada", OTHER_PASSWORD).expect(200);
    assert_eq!(self::kid(&session.text("/access_token")), kid);
    site.builds(&token);
}

#[sqlx::test(migrations = false)]
async fn on_a_configured_database(db: PgPool) {
    let url = db.connect_options().to_url_lossy().to_string();
    let site = Site::with(&[("DATABASE_URL", &url)]);
    let create = ["create-account", "--handle", "ada", "--role", "publisher"];
    refused(&site.admin(&create, PASSWORD), &["migration(s)", "run `securevox migrate`"]);

    for _ in 0..2 {
        migrate(&site);
    }
    site.act(&create, PASSWORD);
    let token = site.create_token("ada");
    site.act(&["set-password", "--account", "ada"], OTHER_PASSWORD);
    site.act(&["rotate-keys"], "");

    let platform = site.up();
    site.login("ada", OTHER_PASSWORD).expect(200);
    site.upload(&token).expect(201);
    assert!(!site.data().join("postgres").exists(), "there is one already");
    drop(platform);
}

/// A provider that nobody has to reach for any of this.
const PROVIDER: [(&str, &str); 2] =
    [("OIDC_ISSUER", "https://sso.example.org"), ("OIDC_CLIENT_ID", "us")];

#[test]
fn whoever_is_locked_out_is_let_in_by_a_link() {
    let site = Site::with(&[&PROVIDER[..], &[("SSO_ONLY", "true")]].concat());
    migrate(&site);
    // No password is asked for, and none is set.
    site.act(&["create-account", "--handle", "root", "--role", "admin"], "");
    refused(
        &site.admin(&["set-password", "--account", "root"], PASSWORD),
        &["SECUREVOX_SSO_ONLY", "sign-in-link"],
    );
    let link = site.act(&["sign-in-link", "--account", "root"], "");
    let begin = format!("http://localhost:{}/sign-in/", site.ports.api);
    assert!(link.starts_with(&begin) && link.lines().count() == 1, "{link}");
    let another = site.act(&["sign-in-link", "--account", "root"], "");
    assert_ne!(link, another);
    refused(&site.admin(&["sign-in-link", "--account", "nobody"], ""), &["no account"]);
}

#[test]
fn identities_are_linked_by_the_operator() {
    let site = Site::with(&PROVIDER);
    migrate(&site);
    for handle in ["ada", "eve"] {
        site.create_account(handle, "user");
    }
    let identity = |act, handle| [act, "--account", handle, "--subject", "s-1"];
    let said = site.act(&identity("link-identity", "ada"), "");
    assert_eq!(said, "s-1 at https://sso.example.org signs in to ada.");
    let taken = site.admin(&identity("link-identity", "eve"), "");
    refused(&taken, &["linked with another account"]);
    refused(&site.admin(&identity("unlink-identity", "eve"), ""), &["Not Found"]);
    site.act(&identity("unlink-identity", "ada"), "");
    site.act(&identity("link-identity", "eve"), "");
}
