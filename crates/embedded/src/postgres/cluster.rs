//! Opening a cluster and starting its server.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Instant,
};

use super::{
    Fault, Options, Running, account::Account, binaries::Binaries, folder, folder::Folder, orphan,
    pid_file::PidFile, server, socket,
};
use crate::child::Child;

/// Data that is ours alone as long as this value, or a [`Running`] made by it, exists.
pub struct Cluster {
    pub(crate) place: Arc<Place>,
}

/// What is known about a cluster whether its server runs or not.
pub(crate) struct Place {
    pub(crate) folder: Folder,
    pub(crate) socket: PathBuf,
    pub(crate) binaries: Binaries,
    pub(crate) account: Account,
    pub(crate) options: Options,
    current: Mutex<Option<Arc<Child>>>,
}

impl Cluster {
    /// Makes the data when there is none. `folder` must be for Postgres alone; its parents are made as needed.
    ///
    /// As root the server runs as the owner of the folder, or as `postgres`: the parents must let that user pass.
    pub fn open(folder: &Path, options: Options) -> Result<Self, Fault> {
        let folder = Folder::make(folder)?;
        let account = Account::for_data(folder.path(), &folder.data())?;
        let folder = folder.lock()?;
        folder.hand_to(&account)?;
        account.can_enter(folder.path())?;
        let binaries = Binaries::find(&folder.data())?;
        if !folder.is_initialised()? {
            folder.initialise(&account, &binaries, options)?;
        }
        let socket = socket::prepare(folder.path(), &account)?;
        let place = Place { folder, socket, binaries, account, options, current: Mutex::default() };
        Ok(Self { place: Arc::new(place) })
    }

    /// Returns when the server takes connections. May be called again after it died, and from any thread.
    ///
    /// What an earlier, killed parent left behind is waited for.
    pub fn start(&self) -> Result<Running, Fault> {
        let mut current = self.place.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(child) = current.as_ref().filter(|child| child.ended().is_none()) {
            return Err(self.place.in_use(Some(child.pid())));
        }
        socket::prepare(self.place.folder.path(), &self.place.account)?;
        let deadline = Instant::now() + orphan::PATIENCE;
        let mut launched = self.launch(deadline);
        while matches!(launched, Err(Fault::InUse { .. })) && Instant::now() < deadline {
            thread::sleep(orphan::PAUSE);
            launched = self.launch(deadline);
        }
        let child = Arc::new(launched?);
        *current = Some(Arc::clone(&child));
        Ok(Running::new(Arc::clone(&self.place), child))
    }

    fn launch(&self, deadline: Instant) -> Result<Child, Fault> {
        orphan::wait(&self.place, deadline)?;
        server::launch(&self.place)
    }

    /// The address it has while it runs; the same after each start.
    pub fn url(&self, database: &str) -> String {
        socket::url(&self.place.socket, database)
    }

    /// Whether a cluster could be opened in `folder`, as far as can be told without touching anything.
    pub fn check(folder: &Path) -> Result<(), Fault> {
        let data = folder::data_in(folder);
        let account = Account::for_data(folder, &data)?;
        if folder.exists() {
            account.can_enter(folder)?;
        }
        Binaries::find(&data).map(drop)
    }

    /// For a command that finds the platform already running: the address of the server on this data, if one answers.
    pub fn url_of_running(folder: &Path, database: &str) -> Option<String> {
        let socket = PidFile::read(&folder::data_in(folder))?.answering()?;
        Some(socket::url(&socket, database))
    }
}

impl Place {
    pub(crate) fn in_use(&self, process: Option<u32>) -> Fault {
        Fault::InUse { folder: self.folder.path().to_owned(), process }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A short one stands elsewhere, and would stay behind; the one beside the data is found again.
        if !self.socket.starts_with(self.folder.path()) {
            fs::remove_dir(&self.socket).unwrap_or_default();
        }
    }
}
