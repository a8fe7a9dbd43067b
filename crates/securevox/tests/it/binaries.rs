//! What every binary says of itself.

use std::path::PathBuf;

use crate::platform::{SECUREVOX, Site, run, skipped};

const SERVICES: [&str; 4] = [
    "securevox-api",
    "securevox-calls-signaling",
    "securevox-notifier",
    "securevox-app-distribution",
];

/// Those of the services are built by other packages: they lie beside ours if anybody asked for them.
fn services() -> Vec<PathBuf> {
    let beside = |name: &str| PathBuf::from(SECUREVOX).with_file_name(name);
    let (built, missing): (Vec<_>, Vec<_>) =
        SERVICES.into_iter().map(beside).partition(|binary| binary.exists());
    for binary in missing {
        skipped(&format!("{} was not built; `cargo xtask test` builds it", binary.display()));
    }
    built
}

#[test]
fn help_lists_the_variables_with_their_defaults() {
    let site = Site::new();
    let binaries = services().into_iter().chain([PathBuf::from(SECUREVOX)]);
    for binary in binaries {
        let done = run(&mut site.command(&binary, &["--help"]), "");
        let name = binary.display();
        assert!(done.status.success(), "{name}: {}", done.stderr);
        for line in ["SECUREVOX_DATA\n", "SECUREVOX_API_PORT [default: 8080]\n"] {
            assert!(done.stdout.contains(line), "{name}: {line:?} is not in: {}", done.stdout);
        }
    }
}

#[test]
fn each_knows_its_version() {
    let site = Site::new();
    let binaries = services().into_iter().chain([PathBuf::from(SECUREVOX)]);
    for binary in binaries {
        let done = run(&mut site.command(&binary, &["--version"]), "");
        let name = binary.file_name().unwrap().to_str().unwrap();
        assert_eq!(done.stdout, format!("{name} {}\n", env!("CARGO_PKG_VERSION")));
        assert!(done.status.success(), "{name}");
    }
}

#[test]
fn a_service_alone_needs_a_database() {
    let site = Site::new();
    for binary in services() {
        let done = run(&mut site.command(&binary, &[]), "");
        let name = binary.display();
        assert!(!done.status.success(), "{name}");
        assert!(
            done.stderr.contains("SECUREVOX_DATABASE_URL must be set"),
            "{name}: {}",
            done.stderr
        );
    }
}

#[test]
fn without_a_command_it_explains_itself() {
    let site = Site::new();
    let done = run(&mut site.securevox(&[]), "");
    assert!(!done.status.success());
    for word in ["up", "migrate", "admin", "--data"] {
        assert!(done.stderr.contains(word), "{word}: {}", done.stderr);
    }
}
