//! Starting, serving, stopping, starting again.

use std::{fs, os::unix::fs::PermissionsExt, thread, time::Duration};

use securevox_embedded::postgres::{Cluster, Options, Scratch};

use crate::place::{Place, ask, lives, within};

#[test]
fn data_outlives_a_restart_at_the_same_address() {
    let place = Place::new();
    let cluster = place.open().unwrap();
    let running = cluster.start().unwrap();
    running.ensure_database("securevox").unwrap();
    running.ensure_database("securevox").unwrap();
    ask(&running, "securevox", "create table kept (id int); insert into kept values (7)");
    let url = running.url("securevox");
    assert!(running.stop(Duration::from_secs(10)).status.unwrap().success());
    assert!(running.try_wait().is_some());

    let running = cluster.start().unwrap();
    assert_eq!(running.url("securevox"), url);
    assert_eq!(ask(&running, "securevox", "select id from kept"), "7");
}

#[test]
fn it_starts_from_a_thread_that_ends() {
    let place = Place::new();
    let cluster = place.open().unwrap();
    let running = thread::spawn(move || cluster.start().unwrap()).join().unwrap();
    thread::sleep(Duration::from_millis(300));
    assert_eq!(ask(&running, "postgres", "select 1"), "1");
}

#[test]
fn dropping_it_stops_the_server() {
    let place = Place::new();
    let running = place.open().unwrap().start().unwrap();
    let pid = running.pid();
    drop(running);
    assert!(!lives(pid));
    assert!(Cluster::url_of_running(&place.postgres(), "x").is_none());
}

#[test]
fn a_running_server_is_found_by_others() {
    let place = Place::new();
    assert!(Cluster::url_of_running(&place.postgres(), "x").is_none());
    let running = place.open().unwrap().start().unwrap();
    assert_eq!(Cluster::url_of_running(&place.postgres(), "x"), Some(running.url("x")));
}

#[test]
fn nobody_else_may_enter() {
    let place = Place::new();
    let _running = place.open().unwrap().start().unwrap();
    for name in ["", "data", "socket"] {
        let mode = fs::metadata(place.postgres().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}

#[test]
fn a_long_path_gets_a_short_socket() {
    let place = Place::new();
    let folder = place.0.join("long-".repeat(25)).join("with, a \"comma\"");
    let running = Cluster::open(&folder, Options::THROWAWAY).unwrap().start().unwrap();
    assert_eq!(ask(&running, "postgres", "select 1"), "1");
    assert_eq!(Cluster::url_of_running(&folder, "x"), Some(running.url("x")));
    assert!(!running.url("x").contains("long-"));
}

#[test]
fn an_odd_path_is_no_trouble() {
    let place = Place::new();
    let folder = place.0.join("ü, \"x\" y");
    let running = Cluster::open(&folder, Options::THROWAWAY).unwrap().start().unwrap();
    assert_eq!(ask(&running, "postgres", "select 1"), "1");
}

#[test]
fn durable_data_is_synchronised() {
    let place = Place::new();
    let running = Cluster::open(&place.postgres(), Options::default()).unwrap().start().unwrap();
    assert_eq!(ask(&running, "postgres", "show fsync"), "on");
    assert_eq!(ask(&running, "postgres", "show listen_addresses"), "");
}

#[test]
fn scratch_data_is_removed() {
    let scratch = Scratch::start().unwrap();
    let (folder, pid) = (scratch.folder().to_owned(), scratch.running().pid());
    assert_eq!(ask(scratch.running(), "postgres", "show fsync"), "off");
    drop(scratch);
    assert!(!folder.exists());
    assert!(within(Duration::from_secs(1), || !lives(pid)));
}
