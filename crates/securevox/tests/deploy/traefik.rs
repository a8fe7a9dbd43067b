//! Traefik with the files of `traefik/`; only ports and folders are the test's.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::processes::{Folder, MACHINES, Process, free_port};

/// Where its entry points listen.
#[derive(Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) plain: u16,
    pub(crate) secure: u16,
    pub(crate) internal: u16,
}

impl Ports {
    pub(crate) fn free() -> Self {
        Self { plain: free_port(), secure: free_port(), internal: free_port() }
    }
}

/// Starts it in `folder`, with the environment `variables`. What stands in `traefik.yml` is changed
/// by `changes`; its log is the file `log`, and what it routes is the folder `dynamic`.
pub(crate) fn start(
    folder: &Folder,
    ports: Ports,
    changes: &[(&str, String)],
    variables: Vec<(String, String)>,
) -> Process {
    write_files(folder, ports, changes);
    let configure = |command: &mut std::process::Command| {
        command.arg(format!("--configFile={}", folder.path("traefik.yml").display()));
        command.envs(variables);
    };
    Process::spawn(&program(), configure, &folder.path("log"))
}

fn write_files(folder: &Folder, ports: Ports, changes: &[(&str, String)]) {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../traefik");
    let mut text = fs::read_to_string(real.join("traefik.yml")).unwrap();
    let Ports { plain, secure, internal } = ports;
    let ports = [(":80", plain), (":443", secure), (":9180", internal)].map(|(theirs, ours)| {
        (format!("address: \"{theirs}\""), format!("address: \"{}:{ours}\"", MACHINES[0]))
    });
    let folders = [("/etc/traefik/dynamic", "dynamic"), ("/var/lib/traefik", "")]
        .map(|(theirs, ours)| (theirs.to_owned(), folder.path(ours).display().to_string()));
    let changes = changes.iter().map(|(theirs, ours)| ((*theirs).to_owned(), ours.clone()));
    for (theirs, ours) in ports.into_iter().chain(folders).chain(changes) {
        assert!(text.contains(&theirs), "traefik.yml has no {theirs}");
        text = text.replace(&theirs, &ours);
    }
    fs::write(folder.path("traefik.yml"), text).unwrap();
    let dynamic = folder.path("dynamic");
    fs::create_dir_all(&dynamic).unwrap();
    for file in fs::read_dir(real.join("dynamic")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), dynamic.join(file.file_name())).unwrap();
    }
}

fn program() -> PathBuf {
    crate::processes::in_path("traefik").expect("`cargo xtask verify-deploy` installs Traefik")
}
