//! What is left when somebody kills the server, or us.

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use securevox_embedded::postgres::{Cluster, Options, Scratch};

use crate::place::{Place, ask, lives, send, servers_in, within};

const FOLDER: &str = "SECUREVOX_TEST_FOLDER";

/// Not a test: the parent that others kill. It prints a line when its server is ready.
#[test]
#[ignore = "run by the tests below, in a process of its own"]
fn parent() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let _running = Cluster::open(Path::new(&folder), Options::default()).unwrap().start().unwrap();
    println!("\nready");
    thread::sleep(Duration::from_mins(1));
}

/// Not a test either.
#[test]
#[ignore = "run by the tests below, in a process of its own"]
fn scratch_parent() {
    let scratch = Scratch::start().unwrap();
    println!("\n{}", scratch.folder().display());
    println!("ready");
    thread::sleep(Duration::from_mins(1));
}

/// Starts one of them and returns its last line before `ready`.
fn run(name: &str, folder: &Path) -> (Child, String) {
    let mut command = Command::new(env::current_exe().expect("Linux knows it"));
    command.args(["--ignored", "--exact", "--nocapture", name]).env(FOLDER, folder);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("we run already");
    let words = BufReader::new(child.stdout.take().expect("it is piped"));
    let lines = words.lines().map(|line| line.expect("tests print text"));
    let lines: Vec<String> = lines.take_while(|line| line != "ready").collect();
    (child, lines.last().cloned().unwrap_or_default())
}

#[test]
fn a_killed_parent_leaves_no_server() {
    let place = Place::new();
    let (mut parent, _) = run("killed::parent", &place.postgres());
    let data = place.postgres().join("data").canonicalize().unwrap();
    assert!(!servers_in(&data).is_empty());
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(within(Duration::from_secs(5), || servers_in(&data).is_empty()));
}

#[test]
fn the_next_parent_starts_at_once() {
    let place = Place::new();
    let (mut parent, _) = run("killed::parent", &place.postgres());
    parent.kill().unwrap();
    parent.wait().unwrap();
    let running = place.open().unwrap().start().unwrap();
    assert_eq!(ask(&running, "postgres", "select 1"), "1");
}

#[test]
fn a_killed_server_is_noticed_and_started_again() {
    let place = Place::new();
    let cluster = place.open().unwrap();
    let running = cluster.start().unwrap();
    let watcher = running.clone();
    let watch = thread::spawn(move || (watcher.wait_dead(), Instant::now()));
    let killed = Instant::now();
    send("KILL", running.pid());
    let (death, noticed) = watch.join().unwrap();
    assert!(!death.status.unwrap().success());
    assert!(noticed - killed < Duration::from_secs(2), "{:?}", noticed - killed);

    let again = cluster.start().unwrap();
    assert_eq!(again.url("x"), running.url("x"));
    assert_eq!(ask(&again, "postgres", "select 1"), "1");
    drop(running);
    assert!(lives(again.pid()), "a handle on the dead one does not stop its successor");
}

#[test]
fn scratch_data_goes_away_with_a_killed_parent() {
    let place = Place::new();
    let (mut parent, folder) = run("killed::scratch_parent", &place.0);
    let folder = Path::new(&folder);
    assert!(folder.join("data").is_dir());
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(within(Duration::from_secs(5), || !folder.exists()));
}
