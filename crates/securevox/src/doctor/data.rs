//! The data folder: whether it can be written, and how much fits in.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use rustix::fs::{Access, access, statvfs};

use super::Report;
use crate::settings::Settings;

const SUBJECT: &str = "data";
const MIB: u64 = 1 << 20;
/// Postgres stops when it cannot write.
const TOO_LITTLE: u64 = 256 * MIB;
/// A few uploads away from that.
const LITTLE: u64 = 2048 * MIB;

pub(super) fn check(settings: &Settings, report: &mut Report) {
    let folder = match settings.common.data_folder() {
        Ok(folder) => folder,
        Err(error) => return report.fail(SUBJECT, format!("{error:#}")),
    };
    // What is not there yet is made at the first start, on the disk of what is.
    let Some(there) = folder.ancestors().find(|folder| folder.exists()) else {
        return report.fail(SUBJECT, format!("nothing of {} is there", folder.display()));
    };
    if there == folder {
        written(&folder, report);
    } else {
        to_be_made(&folder, there, report);
    }
    space(there, report);
}

fn written(folder: &Path, report: &mut Report) {
    let name = folder.display();
    if !folder.is_dir() {
        let words = format!("{name} is no folder: choose another with --data DIR");
        return report.fail(SUBJECT, words);
    }
    if let Err(error) = try_to_write(folder) {
        let words = format!(
            "{name} cannot be written ({error}): `chown` it to the user that runs SecureVOX, or choose another with --data DIR"
        );
        return report.fail(SUBJECT, words);
    }
    // Those that services write; Postgres looks after its own.
    for inner in ["storage", "spool"].map(|inner| folder.join(inner)) {
        if inner.exists() && access(&inner, Access::WRITE_OK | Access::EXEC_OK).is_err() {
            let words = format!(
                "{} belongs to another user: `chown -R` it to the user that runs SecureVOX",
                inner.display()
            );
            return report.fail(SUBJECT, words);
        }
    }
    report.ok(SUBJECT, format!("{name} can be written"));
}

fn to_be_made(folder: &Path, there: &Path, report: &mut Report) {
    let (folder, parent) = (folder.display(), there.display());
    if !there.is_dir() || access(there, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let words = format!(
            "{folder} cannot be made: {parent} is no folder or closed to this user; make it with `sudo install -d -o $USER {folder}`, or choose another with --data DIR"
        );
        return report.fail(SUBJECT, words);
    }
    report.ok(SUBJECT, format!("{folder} is not there yet and is made at the first start"));
}

/// Mode bits do not tell of full quotas and of disks that are mounted for reading alone.
fn try_to_write(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    let written = File::create_new(&path).and_then(|mut file| {
        io::Write::write_all(&mut file, b"securevox doctor\n")?;
        file.sync_all()
    });
    fs::remove_file(&path).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    written
}

fn space(there: &Path, report: &mut Report) {
    let Ok(disk) = statvfs(there) else {
        return report.warn("disk", "this file system does not say how much is free");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let (name, amount) = (there.display(), amount(free));
    if disk.f_files > 0 && disk.f_favail == 0 {
        report.fail("disk", format!("no more files fit on the disk of {name}: delete some"));
    } else if free < TOO_LITTLE {
        let words = format!("{amount} free on the disk of {name}: make room before anything else");
        report.fail("disk", words);
    } else if free < LITTLE {
        report.warn("disk", format!("{amount} free on the disk of {name}: make room soon"));
    } else {
        report.ok("disk", format!("{amount} free on the disk of {name}"));
    }
}

fn amount(bytes: u64) -> String {
    let mib = bytes / MIB;
    if mib < 10 * 1024 { format!("{mib} MiB") } else { format!("{} GiB", mib / 1024) }
}
