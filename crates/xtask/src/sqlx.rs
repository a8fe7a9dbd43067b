//! `sqlx`: checks every query against a database made by the migrations, and keeps the answers in `.sqlx`.

use std::{
    collections::BTreeMap,
    error::Error,
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::SystemTime,
};

use securevox_embedded::postgres::{Running, Scratch};

use crate::{Outcome, cargo, install};

const DATABASE: &str = "securevox";

pub(crate) fn run(arguments: &[OsString]) -> Outcome {
    let only_compare = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("`sqlx` knows `--check` alone".into()),
    };
    install::postgres()?;
    let root = cargo::root();
    let scratch = Scratch::start()?;
    scratch.running().ensure_database(DATABASE)?;
    migrate(scratch.running(), &root.join("migrations"))?;

    // Beside the old answers, so that a query that fails loses none of them.
    let fresh = scratch.folder().join("answers");
    fs::create_dir(&fresh)?;
    touch_crates(&root.join("crates"))?;
    let mut check = cargo::command();
    check.args(["check", "--workspace", "--all-targets"]).env("SQLX_OFFLINE", "false");
    check.env("SQLX_OFFLINE_DIR", &fresh).env("DATABASE_URL", scratch.running().url(DATABASE));
    let status = check.status()?;
    if !status.success() {
        return Ok(cargo::code(status));
    }
    let committed = root.join(".sqlx");
    if only_compare { compare(&committed, &fresh) } else { replace(&committed, &fresh) }
}

fn migrate(running: &Running, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut files: Vec<PathBuf> = entries(folder)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    for file in files {
        let alone = fs::read_to_string(&file)?.starts_with("-- no-transaction");
        let mut psql = running.client("psql");
        psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", DATABASE]);
        psql.args((!alone).then_some("--single-transaction")).arg("--file").arg(&file);
        if !psql.status()?.success() {
            return Err(format!("{} does not apply", file.display()).into());
        }
    }
    Ok(())
}

/// The macros ask the database when their crate is compiled, so each that has some must be.
fn touch_crates(crates: &Path) -> io::Result<()> {
    let now = SystemTime::now();
    for folder in entries(crates)? {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        if !manifest.lines().any(|line| line.starts_with("sqlx")) {
            continue;
        }
        let mut roots = vec![
            folder.join("src/lib.rs"),
            folder.join("src/main.rs"),
            folder.join("tests/it/main.rs"),
        ];
        roots.extend(entries(&folder.join("tests")).unwrap_or_default());
        for root in roots.iter().filter(|root| root.is_file()) {
            File::options().write(true).open(root)?.set_modified(now)?;
        }
    }
    Ok(())
}

fn compare(committed: &Path, fresh: &Path) -> Outcome {
    let (old, new) = (contents(committed)?, contents(fresh)?);
    let stale = old.iter().filter(|(name, content)| new.get(*name) != Some(*content));
    let missing = new.keys().filter(|name| !old.contains_key(*name));
    let differing: Vec<&String> = stale.map(|(name, _)| name).chain(missing).collect();
    if differing.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for name in &differing {
        eprintln!(".sqlx/{name}: differs from what the queries need");
    }
    Err(format!("{} files in .sqlx are not up to date: run `cargo xtask sqlx`", differing.len())
        .into())
}

fn replace(committed: &Path, fresh: &Path) -> Outcome {
    let new = contents(fresh)?;
    fs::create_dir_all(committed)?;
    for (name, content) in &new {
        fs::write(committed.join(name), content)?;
    }
    for name in contents(committed)?.keys().filter(|name| !new.contains_key(*name)) {
        fs::remove_file(committed.join(name))?;
    }
    println!("xtask: .sqlx holds {} queries", new.len());
    Ok(ExitCode::SUCCESS)
}

fn contents(folder: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    if !folder.exists() {
        return Ok(BTreeMap::new());
    }
    let read = |file: PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        fs::read(&file).map(|content| (name, content))
    };
    entries(folder)?.into_iter().filter(|file| file.is_file()).map(read).collect()
}

/// In the order of their names.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
