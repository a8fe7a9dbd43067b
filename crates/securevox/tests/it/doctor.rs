//! What the doctor finds, and what it says is to be done.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::PermissionsExt,
};

use securevox_testkit::{Bucket, OpenId, Redis, RedisCluster};
use serde_json::json;
use sqlx::{ConnectOptions as _, PgPool};

use crate::{
    platform::{Done, Site, run, shared},
    processes::can_run,
};

fn doctor(site: &Site) -> Done {
    run(&mut site.securevox(&["doctor"]), "")
}

/// The lines with that verdict on that subject, joined.
fn lines(done: &Done, verdict: &str, subject: &str) -> String {
    let begins = |line: &&str| {
        let mut words = line.split_whitespace();
        words.next() == Some(verdict) && words.next() == Some(subject)
    };
    done.stdout.lines().filter(begins).collect::<Vec<_>>().join("\n")
}

/// Whether one of its lines with that verdict on that subject has all the words.
#[track_caller]
fn assert_found(done: &Done, verdict: &str, subject: &str, words: &[&str]) {
    let found = lines(done, verdict, subject);
    for word in words {
        assert!(found.contains(word), "{word:?} is in no {verdict} of: {}", done.stdout);
    }
    assert!(!done.stdout.contains("hunter2"), "{}", done.stdout);
    assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    assert_eq!(
        done.status.code(),
        Some(i32::from(done.stdout.contains("FAIL"))),
        "{}",
        done.stdout
    );
}

#[track_caller]
fn assert_well(done: &Done) {
    assert!(done.status.success(), "{}{}", done.stdout, done.stderr);
    assert!(!done.stdout.contains("FAIL"), "{}", done.stdout);
    assert_eq!(done.stderr, "");
}

#[test]
fn a_running_platform_is_well() {
    let platform = shared();
    let site = &platform.site;
    let done = doctor(site);
    assert_well(&done);
    assert!(!done.stdout.contains("warn"), "{}", done.stdout);
    assert_found(&done, "ok", "postgres", &["answers", "clock agrees", "has the tables"]);
    assert_found(&done, "ok", "keys", &["opens the signing keys"]);
    assert_found(&done, "ok", "data", &[site.data().to_str().unwrap(), "can be written"]);
    assert_found(&done, "ok", "disk", &["free on the disk"]);
    assert_found(&done, "ok", "clock", &["UTC"]);
    let titles = ["SecureVOX API", "SecureVOX calls-signaling", "SecureVOX app distribution"];
    assert_found(&done, "ok", "urls", &titles);
    let ports = site.ports.internal.map(|port| port.to_string());
    let api = site.ports.api.to_string();
    let ports = ports.iter().chain([&api]).map(String::as_str);
    let words: Vec<_> = ports.chain(["SecureVOX runs on"]).collect();
    assert_found(&done, "ok", "ports", &words);
}

#[test]
fn a_fresh_machine_is_well_and_stays_untouched() {
    let site = Site::new();
    let done = doctor(&site);
    assert_well(&done);
    assert_found(&done, "ok", "data", &["made at the first start"]);
    assert_found(&done, "ok", "postgres", &["made at the first `securevox up`"]);
    assert_found(&done, "ok", "keys", &["made at the first start"]);
    assert_found(&done, "ok", "ports", &["free", &site.ports.api.to_string()]);
    assert_found(&done, "ok", "sso", &["not set"]);
    assert_found(&done, "warn", "urls", &["PUBLIC_URL_API", "does not answer", "refused"]);
    assert!(!site.data().exists(), "something was made");
}

#[test]
fn data_whose_platform_does_not_run() {
    let site = Site::new();
    assert!(run(&mut site.securevox(&["migrate"]), "").status.success());
    let key = site.data().join("secret.key");
    site.act(&["rotate-keys"], "");
    fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
    let done = doctor(&site);
    assert_well(&done);
    assert_found(&done, "warn", "postgres", &["does not run", "`securevox up`"]);
    assert_found(&done, "warn", "keys", &["chmod 600", key.to_str().unwrap(), "cannot be checked"]);
    assert!(site.is_deserted(), "a Postgres was started");

    fs::write(&key, "my cat\n").unwrap();
    fs::write(site.data().join("postgres/data/PG_VERSION"), "99\n").unwrap();
    let done = doctor(&site);
    assert_found(&done, "FAIL", "keys", &["is no secret key", "restore it from a backup"]);
    assert_found(&done, "FAIL", "postgres", &["written by Postgres 99", "postgresql-99"]);
    assert!(!done.stdout.contains("my cat"), "{}", done.stdout);
}

#[test]
fn all_faults_of_the_settings() {
    let broken = [("API_PORT", "many"), ("REGISTRATION", "maybe"), ("CORS_ORIGINS", "*")];
    let site = Site::with(&broken);
    let done = doctor(&site);
    for (name, value) in broken {
        let words = format!("SECUREVOX_{name} is {value:?}: ");
        assert_found(&done, "FAIL", "settings", &[&words]);
    }
    assert_found(&done, "warn", "settings", &["when they are right"]);
    assert!(done.stderr.contains("3 FAIL, 1 warn, 0 ok"), "{}", done.stderr);
    assert!(!site.data().exists());
}

#[test]
fn a_setting_that_means_nothing() {
    let site = Site::with(&[("DATABSE_URL", "postgres://hunter2"), ("REGISTRATION_FILE", "mode")]);
    let folder = site.data().parent().unwrap().to_owned();
    fs::write(folder.join("mode"), "closed\n").unwrap();
    let done = run(site.securevox(&["doctor"]).current_dir(folder), "");
    assert_well(&done);
    assert_found(&done, "warn", "settings", &["SECUREVOX_DATABSE_URL means nothing"]);
    assert!(!lines(&done, "warn", "settings").contains("REGISTRATION"), "{}", done.stdout);
}

#[test]
fn a_data_folder_that_cannot_be() {
    let site = Site::new();
    fs::write(site.data(), "a file").unwrap();
    assert_found(&doctor(&site), "FAIL", "data", &["is no folder", "--data DIR"]);
    let inside = site.data().join("securevox");
    let mut command = site.securevox(&["doctor", "--data", inside.to_str().unwrap()]);
    let words = [inside.to_str().unwrap(), "cannot be made", "--data DIR"];
    assert_found(&run(&mut command, ""), "FAIL", "data", &words);
}

#[test]
fn a_disk_that_is_nearly_full() {
    // A small disk that one process alone sees, which needs the right to mount.
    let site = Site::new();
    let data = site.data().display().to_string();
    let mount = format!("mkdir -p '{data}' && mount -t tmpfs -o size=64m none '{data}'");
    if !can_run("unshare", &["--mount", "sh", "-c", &mount]) {
        return crate::platform::skipped("this user cannot mount a disk for a process");
    }
    let script = format!("{mount} && exec {} doctor", crate::platform::SECUREVOX);
    let done = run(&mut site.command("unshare", &["--mount", "sh", "-c", &script]), "");
    assert_found(&done, "FAIL", "disk", &["64 MiB free", "make room"]);
}

#[test]
fn a_database_that_nobody_serves() {
    let answers = [
        ("postgres://ada:hunter2@127.0.0.1:1/db", "cannot connect to Postgres: is it running"),
        ("carrier pigeon hunter2", "is not postgres://user:password@host/database"),
    ];
    for (url, words) in answers {
        let site = Site::with(&[("DATABASE_URL", url), ("MIGRATE_DATABASE_URL", url)]);
        assert_found(&doctor(&site), "FAIL", "postgres", &[words]);
    }
}

#[test]
fn a_database_that_does_not_answer() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = silent.local_addr().unwrap().port();
    let url = format!("postgres://ada:hunter2@127.0.0.1:{port}/db");
    let site = Site::with(&[("DATABASE_URL", &url)]);
    assert_found(&doctor(&site), "FAIL", "postgres", &["does not answer within 5 s", "firewall"]);
}

#[sqlx::test(migrations = false)]
async fn a_database_without_tables_and_one_with_other_keys(db: PgPool) {
    let url = db.connect_options().to_url_lossy().to_string();
    let site = Site::with(&[("DATABASE_URL", &url)]);
    assert_found(&doctor(&site), "FAIL", "postgres", &["migration(s)", "run `securevox migrate`"]);
    assert!(!site.data().exists());

    assert!(run(&mut site.securevox(&["migrate"]), "").status.success());
    assert_found(&doctor(&site), "ok", "keys", &["nothing sealed yet"]);
    site.act(&["rotate-keys"], "");
    assert_found(&doctor(&site), "ok", "keys", &["opens the signing keys"]);

    fs::remove_file(site.data().join("secret.key")).unwrap();
    let words = ["that is not here", "set SECUREVOX_SECRET_KEY", "secret.key from a backup"];
    assert_found(&doctor(&site), "FAIL", "keys", &words);
    let other = Site::with(&[("DATABASE_URL", &url), ("SECRET_KEY", &"0a".repeat(32))]);
    let words = ["sealed with another secret key", "securevox admin rotate-keys"];
    assert_found(&doctor(&other), "FAIL", "keys", &words);
}

#[test]
fn ports_that_others_use() {
    let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let site =
        Site::with(&[("API_PORT", &port), ("CALLS_PORT", "7000"), ("NOTIFIER_PORT", "7000")]);
    let done = doctor(&site);
    let words = [&port[..], "another server uses", "SECUREVOX_API_PORT to another port"];
    assert_found(&done, "FAIL", "ports", &words);
    let words = ["SECUREVOX_CALLS_PORT and SECUREVOX_NOTIFIER_PORT are both 7000"];
    assert_found(&done, "FAIL", "ports", &words);

    let elsewhere = Site::with(&[("BIND", "192.0.2.1")]);
    assert_found(&doctor(&elsewhere), "FAIL", "ports", &["no address of this machine", "0.0.0.0"]);
}

#[test]
fn public_addresses_that_lead_elsewhere() {
    let platform = shared();
    let distribution = format!("http://127.0.0.1:{}", platform.site.ports.distribution);
    let internal = format!("http://127.0.0.1:{}", platform.site.ports.internal[0]);
    let site = Site::with(&[
        ("PUBLIC_URL_API", &distribution),
        ("PUBLIC_URL_CALLS", &internal),
        ("PUBLIC_URL_DISTRIBUTION", "http://app.securevox.invalid"),
    ]);
    let done = doctor(&site);
    assert_well(&done);
    assert_found(&done, "warn", "urls", &["leads to \"SecureVOX app distribution\" and not to"]);
    assert_found(&done, "warn", "urls", &["SECUREVOX_PUBLIC_URL_CALLS", "leads to another server"]);
    assert_found(&done, "warn", "urls", &["app.securevox.invalid is not known", "DNS record"]);
    assert_found(&done, "warn", "urls", &["put a proxy with TLS in front"]);
}

#[test]
fn what_is_not_set_is_not_needed() {
    let done = doctor(&Site::new());
    assert_found(&done, "ok", "redis", &["`securevox up` needs none"]);
    assert_found(&done, "ok", "s3", &["files go to the data folder"]);
}

#[test]
fn a_redis_as_it_is() {
    let (Some(plain), Some(secured)) = (Redis::start(), Redis::secured()) else { return };
    let told = |settings: &[(&str, &str)]| doctor(&Site::with(settings));
    let done = told(&[("REDIS_URL", &plain.url())]);
    assert_well(&done);
    assert_found(&done, "ok", "redis", &["Redis 7.", "answers within"]);

    let done = told(&[("REDIS_URL", &plain.url()), ("REDIS_CLUSTER", "true")]);
    assert_found(&done, "FAIL", "redis", &["no cluster", "SECUREVOX_REDIS_CLUSTER=false"]);
    let done = told(&[("REDIS_URL", "redis://:hunter2@127.0.0.1:1")]);
    assert_found(&done, "FAIL", "redis", &["nothing listens there"]);
    let done = told(&[("REDIS_URL", "carrier pigeon hunter2")]);
    assert_found(&done, "FAIL", "redis", &["SECUREVOX_REDIS_URL cannot be read"]);

    let (url, ca) = (secured.url(), secured.authority());
    let done = told(&[("REDIS_URL", &url), ("REDIS_CA", &ca)]);
    assert_well(&done);
    assert_found(&done, "ok", "redis", &["answers within"]);
    let done = told(&[("REDIS_URL", &url), ("REDIS_CA", &secured.stranger())]);
    assert_found(&done, "FAIL", "redis", &["not signed by the authority in SECUREVOX_REDIS_CA"]);
    let done = told(&[("REDIS_URL", &url), ("REDIS_CA", "/nowhere.pem")]);
    assert_found(&done, "FAIL", "redis", &["cannot read SECUREVOX_REDIS_CA"]);
    let wrong = url.replace("hunter2", "hunter22");
    let done = told(&[("REDIS_URL", &wrong), ("REDIS_CA", &ca)]);
    assert_found(&done, "FAIL", "redis", &["refuses the user or the password"]);
}

#[test]
fn a_redis_that_fills_up_and_a_cluster() {
    let full = ["--maxmemory", "64mb", "--maxmemory-policy", "noeviction"];
    let Some(full) = Redis::told(&full) else { return };
    let done = doctor(&Site::with(&[("REDIS_URL", &full.url())]));
    assert_well(&done);
    assert_found(&done, "warn", "redis", &["refuses everything", "maxmemory-policy"]);

    let Some(cluster) = RedisCluster::start() else { return };
    let url = cluster.url();
    let done = doctor(&Site::with(&[("REDIS_URL", &url), ("REDIS_CLUSTER", "true")]));
    assert_well(&done);
    assert_found(&done, "ok", "redis", &["server 1: Redis", "server 3: Redis"]);
    let done = doctor(&Site::with(&[("REDIS_URL", &url)]));
    assert_found(&done, "FAIL", "redis", &["belongs to a cluster", "SECUREVOX_REDIS_CLUSTER=true"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_as_it_is() {
    let Some(bucket) = Bucket::open().await else { return };
    let told = |changes: &[(&str, &str)]| {
        let variables = bucket.variables().map(|(name, value)| {
            let name = name.trim_start_matches("SECUREVOX_");
            let change = changes.iter().find(|(changed, _)| *changed == name);
            (name, change.map_or(value, |(_, value)| value))
        });
        doctor(&Site::with(&variables))
    };
    let done = told(&[]);
    assert_well(&done);
    assert_found(&done, "ok", "s3", &["stored in the bucket testkit, read and removed"]);
    assert_found(&done, "ok", "s3", &["signed links work without a key"]);
    assert!(lines(&done, "warn", "s3").is_empty(), "{}", done.stdout);
    assert_eq!(bucket.objects().await, Vec::<String>::new());

    let done = told(&[("S3_BUCKET", "elsewhere")]);
    assert_found(&done, "FAIL", "s3", &["has no bucket elsewhere", "SECUREVOX_S3_BUCKET"]);
    let done = told(&[("S3_ACCESS_KEY", "hunter2")]);
    assert_found(&done, "FAIL", "s3", &["SECUREVOX_S3_ACCESS_KEY"]);
    let done = told(&[("S3_SECRET_KEY", "hunter2")]);
    assert_found(&done, "FAIL", "s3", &["SECUREVOX_S3_SECRET_KEY does not belong"]);
    let done = told(&[("S3_ENDPOINT", "http://127.0.0.1:1")]);
    assert_found(&done, "FAIL", "s3", &["127.0.0.1 cannot be reached", "SECUREVOX_S3_ENDPOINT"]);
}

#[test]
fn a_bucket_that_is_open_to_all_and_lives_at_another_time() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let answer = "HTTP/1.1 200 OK\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\n\
                  Content-Length: 0\r\nConnection: close\r\n\r\n";
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("it is open");
            let _head = stream.read(&mut [0; 4096]);
            let _answered = stream.write_all(answer.as_bytes());
        }
    });
    let keys = [("S3_ACCESS_KEY", "hunter2"), ("S3_SECRET_KEY", "hunter2")];
    let place = [("S3_ENDPOINT", &endpoint[..]), ("S3_REGION", "x"), ("S3_BUCKET", "open")];
    let done = doctor(&Site::with(&[&keys[..], &place[..]].concat()));
    assert_found(&done, "warn", "s3", &["anybody may list the bucket open", "make it private"]);
    assert_found(&done, "warn", "s3", &["its clock and this machine's differ", "timedatectl"]);
}

#[test]
fn a_provider_that_does_not_answer() {
    let settings = [
        ("OIDC_ISSUER", "http://127.0.0.1:9"),
        ("OIDC_CLIENT_ID", "us"),
        ("OIDC_CLIENT_SECRET", "hunter2"),
    ];
    let done = doctor(&Site::with(&settings));
    let words = ["http://127.0.0.1:9", "is not answered", "SECUREVOX_OIDC_ISSUER", "sign-in-link"];
    assert_found(&done, "FAIL", "sso", &words);
    let done = doctor(&Site::with(&[("SSO_ONLY", "true")]));
    assert_found(&done, "FAIL", "settings", &["SECUREVOX_SSO_ONLY would let nobody in"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_provider_that_answers() {
    let api = "http://localhost:8080".parse().unwrap();
    let Some(provider) = OpenId::start(json!({}), &api, json!({})).await else { return };
    let settings = |issuer: String| {
        let site = Site::with(&[("OIDC_ISSUER", &issuer), ("OIDC_CLIENT_ID", OpenId::CLIENT_ID)]);
        doctor(&site)
    };
    let done = settings(provider.issuer.clone());
    assert_found(&done, "ok", "sso", &[&provider.issuer, "answers as itself, with"]);
    // The same, but for a letter.
    let done = settings(format!("{}/", provider.issuer));
    let itself = format!("calls itself {:?}", provider.issuer);
    assert_found(&done, "FAIL", "sso", &[&itself, "SECUREVOX_OIDC_ISSUER"]);
}
