//! What people are told when it cannot work.

use std::{fs, os::unix::fs::PermissionsExt, process::Command, time::Duration};

use securevox_embedded::postgres::Fault;

use crate::place::{Place, ask};

fn told(result: Result<impl Sized, Fault>) -> Fault {
    match result {
        Ok(_) => panic!("it works"),
        Err(fault) => fault,
    }
}

#[test]
fn a_second_one_on_the_same_data_is_refused() {
    let place = Place::new();
    let cluster = place.open().unwrap();
    let ourselves = Some(std::process::id());
    assert!(matches!(told(place.open()), Fault::InUse { process, .. } if process == ourselves));
    let running = cluster.start().unwrap();
    assert!(
        matches!(told(cluster.start()), Fault::InUse { process, .. } if process == Some(running.pid()))
    );
}

#[test]
fn data_of_another_major_is_told() {
    let place = Place::new();
    drop(place.open().unwrap());
    fs::write(place.postgres().join("data/PG_VERSION"), "12\n").unwrap();
    let fault = told(place.open());
    assert!(matches!(fault, Fault::OtherMajor { needed: 12, .. }), "{fault}");
}

#[test]
fn files_of_others_are_left_alone() {
    let place = Place::new();
    fs::create_dir_all(place.postgres().join("data")).unwrap();
    fs::write(place.postgres().join("data/letter"), "dear ada").unwrap();
    assert!(matches!(told(place.open()), Fault::NotOurData { .. }));
    assert!(place.postgres().join("data/letter").exists());
}

#[test]
fn an_interrupted_beginning_is_begun_anew() {
    let place = Place::new();
    fs::create_dir_all(place.postgres().join("data.unfinished/base")).unwrap();
    let running = place.open().unwrap().start().unwrap();
    assert_eq!(ask(&running, "postgres", "select 1"), "1");
    assert!(!place.postgres().join("data.unfinished").exists());
}

#[test]
fn a_closed_parent_is_named() {
    let place = Place::new();
    let closed = if is_root() { 0o700 } else { 0o500 };
    fs::set_permissions(&place.0, PermissionsExt::from_mode(closed)).unwrap();
    let fault = told(place.open());
    if is_root() {
        assert!(
            matches!(&fault, Fault::RootOnlyParent { parent, .. } if *parent == place.0),
            "{fault}"
        );
    } else {
        assert!(matches!(fault, Fault::Unwritable { .. }), "{fault}");
    }
}

#[test]
fn the_servers_last_words_are_told() {
    let place = Place::new();
    let cluster = place.open().unwrap();
    fs::write(place.postgres().join("data/postgresql.conf"), "nonsense = 1\n").unwrap();
    let fault = told(cluster.start());
    assert!(fault.to_string().contains("nonsense"), "{fault}");
}

#[test]
fn stale_pid_files_do_not_block() {
    let place = Place::new();
    let cluster = place.open().unwrap();
    let stale = |pid: u32| {
        let data = place.postgres().join("data");
        let content =
            format!("{pid}\n{}\n1700000000\n5432\n/nowhere\n\n  0 0\nready\n", data.display());
        fs::write(data.join("postmaster.pid"), content).unwrap();
    };
    // Numbers are not given so high.
    stale(4_194_305);
    cluster.start().unwrap().stop(Duration::from_secs(5));
    // Another program of the same user, as after the restart of a container.
    let mut other = Command::new("sleep").arg("30").spawn().unwrap();
    stale(other.id());
    cluster.start().unwrap().stop(Duration::from_secs(5));
    other.kill().unwrap();
    other.wait().unwrap();
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("`id` exists everywhere");
    output.stdout == b"0\n"
}
