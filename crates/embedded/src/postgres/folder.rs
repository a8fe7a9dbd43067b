//! The folder of a cluster: who holds it, and how its data comes to be.

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    process::Command,
};

use super::{Fault, Options, SUPERUSER, account::Account, binaries, binaries::Binaries, log};

pub(crate) struct Folder {
    path: PathBuf,
    /// The kernel frees it when we die, however we die.
    lock: Option<File>,
}

pub(crate) fn data_in(folder: &Path) -> PathBuf {
    folder.join("data")
}

impl Folder {
    pub(crate) fn make(path: &Path) -> Result<Self, Fault> {
        let fault = |cause| Fault::at(path, cause);
        if !path.is_dir() {
            path.parent().map_or(Ok(()), fs::create_dir_all).map_err(fault)?;
            DirBuilder::new().mode(0o700).create(path).map_err(fault)?;
        }
        // The server's working folder is compared with this path, and its own is never this process's.
        let path = path.canonicalize().map_err(fault)?;
        Ok(Self { path, lock: None })
    }

    /// The lock's content is our process id, for the words of whoever comes second.
    pub(crate) fn lock(mut self) -> Result<Self, Fault> {
        let path = self.path.join("lock");
        let fault = |cause| Fault::at(&self.path, cause);
        let mut options = File::options();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fault)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).unwrap_or_default();
                return Err(Fault::InUse {
                    folder: self.path,
                    process: holder.trim().parse().ok(),
                });
            }
            Err(TryLockError::Error(cause)) => return Err(fault(cause)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(fault)?;
        write!(file, "{}", std::process::id()).map_err(fault)?;
        self.lock = Some(file);
        Ok(self)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn data(&self) -> PathBuf {
        data_in(&self.path)
    }

    pub(crate) fn hand_to(&self, account: &Account) -> Result<(), Fault> {
        for path in [self.data(), self.path.clone()] {
            if fs::metadata(&path).is_ok_and(|found| found.uid() != account.uid()) {
                account.own_all(&self.path)?;
            }
        }
        account.own(&self.path.join("lock"))
    }

    pub(crate) fn is_initialised(&self) -> Result<bool, Fault> {
        let data = self.data();
        if binaries::written_by(&data).is_some() {
            return Ok(true);
        }
        match fs::read_dir(&data).map(|mut entries| entries.next().is_none()) {
            Ok(true) => Ok(false),
            Ok(false) => Err(Fault::NotOurData { folder: data }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(cause) => Err(Fault::at(&data, cause)),
        }
    }

    /// Beside its place and then renamed: data that exists is whole.
    pub(crate) fn initialise(
        &self,
        account: &Account,
        binaries: &Binaries,
        options: Options,
    ) -> Result<(), Fault> {
        let unfinished = self.path.join("data.unfinished");
        let fault = |cause| Fault::at(&self.path, cause);
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(fault)?;
        }
        let mut command = Command::new(binaries.program("initdb"));
        command.arg("--pgdata").arg(&unfinished).args(["--username", SUPERUSER]);
        command.args(["--encoding", "UTF8", "--no-locale", "--no-instructions"]);
        command.args(["--auth-local", "trust", "--auth-host", "reject"]);
        if !options.durable {
            command.arg("--no-sync");
        }
        let output = account.runs(command).output().map_err(fault)?;
        if !output.status.success() {
            let words = log::last_lines(&String::from_utf8_lossy(&output.stderr));
            fs::remove_dir_all(&unfinished).unwrap_or_default();
            return Err(log::meaning("Making the Postgres data (`initdb`)", words, &self.path));
        }
        fs::rename(&unfinished, self.data()).map_err(fault)?;
        File::open(&self.path).and_then(|folder| folder.sync_all()).map_err(fault)
    }
}
