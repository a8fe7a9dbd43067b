//! How long it takes to read a package, and what memory at most: each in a process of its own.

use std::{
    env,
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use clap::Args;
use securevox_app_distribution::inspect::inspect;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::load::Load;

const RUNS: usize = 9;

/// Files of `crates/app-distribution/tests/fixtures`.
const FIXTURES: [(&str, &str); 5] = [
    ("read APK, v1 to v3.1", "signed/v31-tgt-33-no-v3-attr.apk"),
    ("read APK, ten signers", "signed/v2-only-10-signers.apk"),
    ("read APK with a drawn icon", "drawn-icon.apk"),
    ("read signed AAB", "signed/bundle.aab"),
    ("read IPA", "detox-simulator-cut.ipa"),
];
/// What is filled up, and with how many MiB.
const LARGE: [(&str, &str, usize); 2] = [
    ("read APK of 25 MB, 2,000 files", "stf-service-cut.apk", 25),
    ("read IPA of 200 MB, 2,000 files", "detox-simulator-cut.ipa", 200),
];
const FILES: usize = 2_000;

/// Reads one package several times, and prints how long each took and the memory.
#[derive(Args)]
pub(crate) struct Inspect {
    package: PathBuf,
}

impl Inspect {
    #[expect(clippy::print_stdout, reason = "the parent reads it")]
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        for _ in 0..RUNS {
            let since = Instant::now();
            inspect(&File::open(&self.package)?)?;
            println!("{}", since.elapsed().as_nanos());
        }
        let status = fs::read_to_string("/proc/self/status")?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        println!("{}", peak.context("VmHWM is missing")?.trim());
        Ok(())
    }
}

pub(super) fn measure() -> anyhow::Result<Vec<Load>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app-distribution/tests/fixtures");
    let mut loads = Vec::new();
    for (name, file) in FIXTURES {
        loads.push(read(name, &fixtures.join(file))?);
    }
    for (name, file, mib) in LARGE {
        let path = env::temp_dir().join(format!("securevox-bench-{}-{file}", std::process::id()));
        let made = fill(&fixtures.join(file), &path, mib);
        let load = made.and_then(|()| read(name, &path));
        fs::remove_file(&path)?;
        loads.push(load?);
    }
    Ok(loads)
}

/// The package with more files in it, all of one size.
fn fill(package: &Path, path: &Path, mib: usize) -> anyhow::Result<()> {
    fs::copy(package, path)?;
    let file = File::options().read(true).write(true).open(path)?;
    let mut zip = ZipWriter::new_append(file)?;
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let content = vec![b'x'; (mib << 20) / FILES];
    for number in 0..FILES {
        zip.start_file(format!("assets/{number}"), stored)?;
        zip.write_all(&content)?;
    }
    BufWriter::new(zip.finish()?).flush()?;
    Ok(())
}

fn read(name: &'static str, package: &Path) -> anyhow::Result<Load> {
    let mut command = Command::new(env::current_exe()?);
    let output = command.arg("inspect").arg(package).output()?;
    ensure!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let (times, peak) = text.trim_end().rsplit_once('\n').context("nothing was told")?;
    let nanoseconds = times.lines().map(str::parse::<u64>).collect::<Result<Vec<_>, _>>()?;
    let latencies = nanoseconds.into_iter().map(Duration::from_nanos).collect();
    let kib: f64 = peak.split_whitespace().next().context("no memory")?.parse()?;
    let mut load = Load::new(name, 1, latencies);
    load.bytes = fs::metadata(package)?.len() * RUNS as u64;
    load.resident_mib = kib / 1024.0;
    Ok(load)
}
