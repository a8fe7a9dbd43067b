//! Starts that cannot work: each ends soon, and says in words what to do.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{MetadataExt as _, PermissionsExt},
    process::Command,
};

use securevox_embedded::postgres::{Cluster, Options};

use crate::{
    platform::{SECUREVOX, Site, run, shared, skipped},
    processes::can_run,
};

/// What it says on its way out.
#[track_caller]
fn refused(command: &mut Command) -> String {
    let done = run(command, "");
    let said = done.stdout + &done.stderr;
    assert!(!done.status.success(), "it works: {said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[track_caller]
fn assert_says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
}

#[test]
fn a_second_platform_on_the_same_data() {
    let platform = shared();
    let second = Site::new();
    let data = platform.site.data();
    let mut command = second.securevox(&["up", "--data", data.to_str().expect("it is text")]);
    let said = refused(&mut command);
    assert_says(&said, &["already works on the data", "Stop it first", data.to_str().unwrap()]);
    assert!(platform.site.is_ready());
}

#[test]
fn a_port_in_use() {
    let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = holder.local_addr().unwrap().port().to_string();
    let site = Site::with(&[("NOTIFIER_INTERNAL_PORT", &port)]);
    let said = refused(&mut site.securevox(&["up"]));
    assert_says(&said, &[&port, "stop it, or set another port"]);
    assert!(!site.data().join("postgres").exists(), "nothing was started");
}

#[test]
fn data_of_another_postgres() {
    let site = Site::new();
    let postgres = site.data().join("postgres");
    drop(Cluster::open(&postgres, Options::THROWAWAY).unwrap());
    fs::write(postgres.join("data/PG_VERSION"), "99\n").unwrap();
    for arguments in [&["up"][..], &["migrate"], &["admin", "rotate-keys"]] {
        let said = refused(&mut site.securevox(arguments));
        assert_says(&said, &["written by Postgres 99", "postgresql-99", "pg_upgrade"]);
    }
}

#[test]
fn a_data_folder_that_cannot_be() {
    let site = Site::new();
    fs::write(site.data(), "a file").unwrap();
    for folder in [site.data(), site.data().join("securevox")] {
        let folder = folder.to_str().unwrap();
        let said = refused(&mut site.securevox(&["up", "--data", folder]));
        let words = format!("cannot make the data folder {folder}: choose another with --data DIR");
        assert_says(&said, &[&words]);
    }
}

#[test]
fn a_data_folder_that_is_closed() {
    let site = Site::new();
    fs::create_dir(site.data()).unwrap();
    // Root may write anywhere; its Postgres, which is not root, must pass.
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let (mode, words) = if is_root {
        (0o700, ["may not enter", "chmod o+x"])
    } else {
        (0o500, ["cannot be written", "choose another data folder"])
    };
    fs::set_permissions(site.data(), PermissionsExt::from_mode(mode)).unwrap();
    let said = refused(&mut site.securevox(&["up"]));
    assert_says(&said, &words);
    assert_says(&said, &[site.data().to_str().unwrap()]);
}

#[test]
fn broken_settings_are_named_all_at_once() {
    let broken = [("API_PORT", "many"), ("REGISTRATION", "maybe"), ("UPLOAD_MAX_BYTES", "-1")];
    let site = Site::with(&broken);
    for arguments in [&["up"][..], &["migrate"], &["admin", "rotate-keys"]] {
        let said = refused(&mut site.securevox(arguments));
        assert_says(&said, &["3 fault(s)"]);
        for (name, value) in broken {
            assert_says(&said, &[&format!("SECUREVOX_{name} is {value:?}: must be")]);
        }
    }
    assert!(!site.data().exists());
}

#[test]
fn something_that_is_no_database() {
    for url in [
        "carrier pigeon",
        "mysql://ada:hunter2hunter2@localhost/db",
        "postgres://ada:hunter2hunter2@host:port/db",
    ] {
        let site = Site::with(&[("DATABASE_URL", url)]);
        for arguments in [&["up"][..], &["migrate"], &["admin", "rotate-keys"]] {
            let said = refused(&mut site.securevox(arguments));
            assert_says(&said, &["the database URL is not postgres://user:password@host/database"]);
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn a_database_that_nobody_serves() {
    // Nothing listens there.
    let url = "postgres://ada:hunter2hunter2@127.0.0.1:1/db";
    let site = Site::with(&[("DATABASE_URL", url)]);
    for arguments in [&["up"][..], &["migrate"], &["admin", "rotate-keys"]] {
        let said = refused(&mut site.securevox(arguments));
        assert_says(&said, &["cannot connect to Postgres: is it running"]);
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_machine_without_postgres() {
    // Hidden from one process alone, which needs the right to mount.
    const HIDE: &str = "mkdir -p /usr/lib/postgresql && mount -t tmpfs none /usr/lib/postgresql";
    if !can_run("unshare", &["--mount", "sh", "-c", HIDE]) {
        return skipped("this user cannot hide the Postgres of this machine from a process");
    }
    let site = Site::new();
    let script = format!("{HIDE} && exec {SECUREVOX} up");
    let mut command = site.command("unshare", &["--mount", "sh", "-c", &script]);
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let said = refused(&mut command);
    assert_says(&said, &["No Postgres server was found", "apt-get install postgresql"]);
}
