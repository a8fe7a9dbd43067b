//! Two copies of each service, as on two machines, with the binaries that were built.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{ConnectOptions as _, PgPool};

use crate::processes::{Folder, MACHINES, Process, eventually, free_port, program, run};

/// A test's machine is slow, and sixteen of them may start at once.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Which service; also its place in [`Copies`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Api,
    Calls,
    Notifier,
    Distribution,
}

impl Which {
    pub(crate) const ALL: [Self; 4] = [Self::Api, Self::Calls, Self::Notifier, Self::Distribution];

    fn binary(self) -> PathBuf {
        let name = match self {
            Self::Api => "securevox-api",
            Self::Calls => "securevox-calls-signaling",
            Self::Notifier => "securevox-notifier",
            Self::Distribution => "securevox-app-distribution",
        };
        Path::new(env!("CARGO_BIN_EXE_securevox")).with_file_name(name)
    }

    /// In the names of its variables.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Calls => "CALLS",
            Self::Notifier => "NOTIFIER",
            Self::Distribution => "DISTRIBUTION",
        }
    }
}

/// Where one service listens, on both machines.
#[derive(Clone, Copy)]
struct Ports {
    public: u16,
    internal: u16,
}

/// All eight. Dropping them kills them.
pub(crate) struct Copies {
    // Before the folder they work in.
    processes: Vec<[Process; 2]>,
    ports: [Ports; 4],
    variables: Vec<(String, String)>,
    folder: Folder,
}

impl Copies {
    /// Migrates the database and starts two of each, which are ready when this returns.
    pub(crate) async fn start(db: &PgPool, redis: &[(&str, &str)]) -> Self {
        let folder = Folder::new("copies");
        let ports = [(); 4].map(|()| Ports { public: free_port(), internal: free_port() });
        let database = db.connect_options().to_url_lossy().to_string();
        let mut variables = settings(&folder, &database);
        variables.extend(redis.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())));
        for (which, ports) in Which::ALL.iter().zip(&ports) {
            let name = which.variable();
            variables.push((format!("{name}_PORT"), ports.public.to_string()));
            variables.push((format!("{name}_INTERNAL_PORT"), ports.internal.to_string()));
        }
        let mut copies = Self { processes: Vec::new(), ports, variables, folder };
        copies.operator(&["migrate"]);
        for which in Which::ALL {
            copies.processes.push([0, 1].map(|copy| copies.spawn(which, copy)));
        }
        for which in Which::ALL {
            copies.ready(which, 0).await;
            copies.ready(which, 1).await;
        }
        copies
    }

    /// A command of the operator; what it prints.
    pub(crate) fn operator(&self, arguments: &[&str]) -> String {
        let password = self.folder.path("password");
        fs::write(&password, crate::PASSWORD).unwrap();
        let mut command = program(env!("CARGO_BIN_EXE_securevox"));
        for (name, value) in &self.variables {
            command.env(format!("SECUREVOX_{name}"), value);
        }
        command.args(arguments).stdin(fs::File::open(password).unwrap());
        String::from_utf8(run(&mut command).stdout).unwrap().trim().to_owned()
    }

    /// `http://…` of one copy, past the edge.
    pub(crate) fn public(&self, which: Which, copy: usize) -> String {
        format!("http://{}:{}", MACHINES[copy], self.ports[which as usize].public)
    }

    pub(crate) fn internal(&self, which: Which, copy: usize) -> String {
        format!("http://{}:{}", MACHINES[copy], self.internal_port(which))
    }

    pub(crate) fn internal_port(&self, which: Which) -> u16 {
        self.ports[which as usize].internal
    }

    pub(crate) fn process(&mut self, which: Which, copy: usize) -> &mut Process {
        &mut self.processes[which as usize][copy]
    }

    /// Which copy has a file open in the folder `name`.
    pub(crate) fn who_has_open(&self, which: Which, name: &str) -> Option<usize> {
        self.processes[which as usize].iter().position(|process| process.has_open(name))
    }

    /// Starts a copy that ended.
    pub(crate) async fn start_again(&mut self, which: Which, copy: usize) {
        *self.process(which, copy) = self.spawn(which, copy);
        self.ready(which, copy).await;
    }

    fn spawn(&self, which: Which, copy: usize) -> Process {
        let log = self.folder.path(&format!("{}-{copy}.log", which.variable()));
        let configure = |command: &mut std::process::Command| {
            for (name, value) in &self.variables {
                command.env(format!("SECUREVOX_{name}"), value);
            }
            command.env("SECUREVOX_BIND", MACHINES[copy].to_string());
        };
        Process::spawn(&which.binary(), configure, &log)
    }

    async fn ready(&self, which: Which, copy: usize) {
        let client = reqwest::Client::builder().build().unwrap();
        let url = format!("{}/readyz", self.internal(which, copy));
        let words = format!("{which:?} {copy} is not ready");
        let ready = async || {
            let answer = client.get(&url).send().await.ok()?;
            answer.status().is_success().then_some(())
        };
        eventually(START_LIMIT, &words, ready).await;
    }
}

fn settings(folder: &Folder, database: &str) -> Vec<(String, String)> {
    let own = crate::edge::DOMAIN;
    let data = folder.path("data").display().to_string();
    let [api, calls, distribution] =
        ["api", "calls", "app"].map(|host| format!("https://{host}.{own}"));
    let pairs = [
        ("DATABASE_URL", database),
        ("DATABASE_MAX_CONNECTIONS", "8"),
        // Copies without a bucket share the folder.
        ("DATA", &data),
        ("SECRET_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="),
        ("PUBLIC_URL_API", &api),
        ("PUBLIC_URL_CALLS", &calls),
        ("PUBLIC_URL_DISTRIBUTION", &distribution),
        ("TRUSTED_PROXIES", "127.0.0.1"),
        ("LOGINS_PER_ACCOUNT", "1000"),
        ("LOGINS_PER_ADDRESS", "40"),
        ("REFRESHES_PER_ADDRESS", "100000"),
        ("REQUESTS_PER_ADDRESS", "100000"),
        ("REQUESTS_PER_ACCOUNT", "100000"),
        // Longer than the edge needs to see that a copy is not ready.
        ("DRAIN_DELAY", "5s"),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}
