//! What is left when the platform is killed, told to stop, or loses its Postgres.

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    thread,
    time::{Duration, Instant},
};

use crate::{
    http::{Answer, Request},
    platform::{PASSWORD, Site, form, package},
    processes::{signal, within},
};

const SOON: Duration = Duration::from_secs(10);
/// Between two tries to start Postgres lie up to 16 s, and a request waits 5 s for a connection.
const AFTER_A_PAUSE: Duration = Duration::from_secs(40);

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let site = Site::new();
    let platform = site.up();
    site.create_account("ada", "publisher");
    let token = site.create_token("ada");
    let build = site.upload(&token).expect(201);
    let before = site.builds(&token).json();
    platform.kill();

    // At once: what is left of the killed one is in the way.
    let again = Instant::now();
    let platform = site.up();
    assert!(again.elapsed() < SOON, "ready only after {:?}", again.elapsed());
    site.login("ada", PASSWORD).expect(200);
    assert_eq!(site.builds(&token).json(), before);
    let downloaded = site.download(&token, &build.text("/id"));
    assert_eq!(sha256(&downloaded), build.text("/sha256"));
    assert_eq!(downloaded, package());

    platform.kill();
    assert!(site.is_deserted_soon(), "a process still works on the data");
}

#[test]
fn told_to_stop_it_finishes_what_runs() {
    let site = Site::new();
    let mut platform = site.up();
    site.create_account("ada", "publisher");
    let token = site.create_token("ada");

    let (media_type, body) = form().finish();
    let (first, rest) = body.split_at(body.len() / 2);
    let upload = Request::new("POST", site.ports.distribution, "/api/builds/");
    let upload = upload.bearer(&token).header("Content-Type", &media_type);
    let mut upload = upload.begin(body.len()).expect("it listens");
    upload.write_all(first).expect("it reads");
    wait_for_spooling(&site);

    platform.terminate();
    let [.., distribution] = site.ports.internal;
    let not_ready = || {
        let asked = Request::get(distribution, "/readyz").try_send(b"");
        asked.is_ok_and(|answer| answer.status == 503)
    };
    assert!(within(SOON, not_ready), "still ready: {}", site.log());
    let refused = || Request::get(site.ports.distribution, "/").try_send(b"").is_err();
    assert!(within(SOON, refused), "still accepting");

    upload.write_all(rest).expect("it still reads");
    let answer = Answer::read(upload).expect("it answers before it stops");
    assert_eq!(answer.expect(201).text("/sha256"), sha256(&package()));
    let end = platform.end(SOON).unwrap_or_else(|| panic!("it does not end: {}", site.log()));
    assert!(end.success(), "{end}: {}", site.log());
    assert!(site.is_deserted(), "a process still works on the data");
}

#[test]
fn without_postgres_requests_are_told_503_until_it_is_back() {
    let site = Site::new();
    let mut platform = site.up();
    site.create_account("ada", "user");
    let access = site.login("ada", PASSWORD).expect(200).text("/access_token");
    let statuses = || requests(&site, &access);

    // It dies, and comes back at the first try.
    kill_postgres(&site);
    let mut seen = BTreeSet::new();
    assert!(within(SOON, || all_well(statuses(), &mut seen)), "{seen:?}: {}", site.log());
    assert!(within(SOON, || site.is_ready()), "{:?}", site.readiness());

    // It dies, and cannot be started for a while.
    let settings = site.data().join("postgres/data/postgresql.auto.conf");
    let sound = fs::read(&settings).expect("Postgres wrote it");
    fs::write(&settings, "nonsense = 1\n").expect("it can be changed");
    kill_postgres(&site);
    assert!(within(SOON, || site.readiness() == [503; 4]), "{:?}", site.readiness());
    assert_eq!(statuses(), [503; 2]);
    fs::write(&settings, sound).expect("it can be changed");
    let mut seen = BTreeSet::new();
    assert!(within(AFTER_A_PAUSE, || all_well(statuses(), &mut seen)), "{seen:?}: {}", site.log());
    assert!(within(SOON, || site.is_ready()), "{:?}", site.readiness());

    // And it is the one that came back that is stopped in the end.
    platform.terminate();
    let end = platform.end(SOON).unwrap_or_else(|| panic!("it does not end: {}", site.log()));
    assert!(end.success(), "{end}: {}", site.log());
    assert!(site.is_deserted(), "Postgres is still there");
}

/// One that asks for a password, and one that asks the database a single question.
fn requests(site: &Site, access: &str) -> [u16; 2] {
    thread::scope(|scope| {
        let login = scope.spawn(|| site.login("ada", PASSWORD).status);
        let account = site.get("/v1/account").bearer(access).send(b"").status;
        [login.join().expect("it answers"), account]
    })
}

/// Whether all are answered; meanwhile they are told that the database is away, and nothing else.
fn all_well(statuses: [u16; 2], seen: &mut BTreeSet<u16>) -> bool {
    seen.extend(statuses);
    assert!(seen.iter().all(|status| [200, 503].contains(status)), "{seen:?}");
    statuses == [200; 2]
}

fn kill_postgres(site: &Site) {
    let file = site.data().join("postgres/data/postmaster.pid");
    let file = fs::read_to_string(file).expect("Postgres runs");
    let pid = file.lines().next().and_then(|line| line.parse().ok());
    signal("KILL", pid.expect("the first line is its number"));
}

/// Until an upload has come so far that its file is being taken.
fn wait_for_spooling(site: &Site) {
    let spool = site.data().join("spool");
    let spooled = || fs::read_dir(&spool).is_ok_and(|mut files| files.next().is_some());
    assert!(within(SOON, spooled), "nothing was spooled");
}

fn sha256(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
