//! Nothing in the logs that is nobody's business.

use std::{fs, time::Duration};

use serde_json::json;

use crate::platform::{PASSWORD, Site};

const WRONG_PASSWORD: &str = "tr0ub4dor and three";
const NEW_PASSWORD: &str = "a garden of forking paths";
const EMAIL: &str = "ada.of.the.logs@example.org";
const CLIENT: &str = "203.0.113.77";

/// Whatever the journey gave away.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn keep(&mut self, secret: impl Into<String>) -> String {
        let secret = secret.into();
        assert!(secret.len() >= 7, "{secret:?} could be anywhere");
        self.0.push(secret.clone());
        secret
    }
}

#[test]
fn the_usual_logs_hold_no_secrets() {
    journey("info", "json");
}

#[test]
fn the_logs_of_a_developer_hold_no_secrets() {
    journey("debug", "text");
}

fn journey(level: &str, format: &str) {
    let settings = [("LOG", level), ("LOG_FORMAT", format), ("REGISTRATION", "open")];
    let site = Site::with(&[&settings[..], &[("TRUSTED_PROXIES", "127.0.0.1")]].concat());
    let mut platform = site.up();
    let mut secrets = Secrets::default();
    let said = people(&site, &mut secrets) + &builds(&site, &mut secrets);
    platform.terminate();
    let end = platform.end(Duration::from_secs(20));
    assert!(end.is_some_and(|end| end.success()), "{}", site.log());

    let log = site.log();
    let postgres = fs::read_to_string(site.data().join("postgres/postgres.log"));
    let postgres = postgres.expect("Postgres keeps a log");
    assert!(log.contains("uploaded"), "nothing was logged: {log}");
    assert_eq!(log.contains("answered"), level == "debug", "{level} is not what was logged: {log}");
    for secret in secrets.0.iter().map(String::as_str).chain([CLIENT, "127.0.0.1"]) {
        for text in [&log, &postgres, &said] {
            let line = text.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "{secret:?} is in {line:?}");
        }
    }
}

/// Registration, logins with the right and the wrong password, sessions. What the commands said.
fn people(site: &Site, secrets: &mut Secrets) -> String {
    let (right, wrong) = (secrets.keep(PASSWORD), secrets.keep(WRONG_PASSWORD));
    let ada = json!({ "handle": "ada", "password": right, "email": secrets.keep(EMAIL) });
    let register = || site.post("/v1/auth/register").header("X-Forwarded-For", CLIENT);
    let session = register().json(&ada).expect(201);
    register().json(&ada).expect(409);
    let broken = site.post("/v1/auth/register").header("Content-Type", "application/json");
    broken.send(format!(r#"{{"password": "{PASSWORD}", "email": "{EMAIL}" oops"#).as_bytes());

    let login = |password: &str| {
        let request = site.post("/v1/auth/login").header("X-Forwarded-For", CLIENT);
        request.json(&json!({ "handle": "ada", "password": password }))
    };
    login(&wrong).expect(401);
    let other = login(&right).expect(200);
    for tokens in [&session, &other] {
        let access = secrets.keep(tokens.text("/access_token"));
        site.get("/v1/account").bearer(&access).send(b"").expect(200);
        let refresh = json!({ "refresh_token": secrets.keep(tokens.text("/refresh_token")) });
        let fresh = site.post("/v1/auth/refresh").json(&refresh).expect(200);
        secrets.keep(fresh.text("/access_token"));
        let next = json!({ "refresh_token": secrets.keep(fresh.text("/refresh_token")) });
        site.post("/v1/auth/refresh").json(&next).expect(200);
        // Stolen, and presented once more.
        site.post("/v1/auth/refresh").json(&refresh).expect(401);
    }
    let new = secrets.keep(NEW_PASSWORD);
    site.admin(&["set-password", "--account", "ada"], &new).stdout
}

/// An API token, an upload, a download by its signed link. What the commands said.
fn builds(site: &Site, secrets: &mut Secrets) -> String {
    let create = ["create-account", "--handle", "grace", "--role", "publisher", "--email"];
    let email = secrets.keep("grace.of.the.logs@example.org");
    let made = site.admin(&[&create[..], &[&email]].concat(), PASSWORD);
    let again = site.admin(&[&create[..], &[&email]].concat(), PASSWORD);
    assert!(made.status.success() && !again.status.success());
    let token = secrets.keep(site.create_token("grace"));
    let build = site.upload(&token).expect(201);
    site.download(&token, &build.text("/id"));
    site.upload(&format!("{token}x")).expect(401);
    [made.stdout, made.stderr, again.stdout, again.stderr].concat()
}
