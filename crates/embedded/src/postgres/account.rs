//! The user that runs the server: ourselves, unless we are root, whom Postgres refuses.

use std::{
    fs, io,
    os::unix::{
        fs::{MetadataExt, chown, lchown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
};

use super::Fault;

const ROOT: u32 = 0;

/// Prints the first of its arguments that may not be entered.
const FIRST_CLOSED: &str =
    r#"for folder; do [ -x "$folder" ] || { printf %s "$folder"; exit 1; }; done"#;

pub(crate) enum Account {
    Ourselves {
        uid: u32,
    },
    /// We are root and become somebody else for each program of Postgres.
    Other {
        name: String,
        uid: u32,
        gid: u32,
    },
}

impl Account {
    /// As root: the owner of what is there already, so that data made by a user stays his; else `postgres`.
    pub(crate) fn for_data(folder: &Path, data: &Path) -> Result<Self, Fault> {
        let uid = id(&["-u"]).ok_or(Fault::NoUser)?;
        let owners = [data, folder].map(|path| fs::metadata(path).ok());
        if uid != ROOT {
            return match owners.iter().flatten().find(|owner| owner.uid() != uid) {
                Some(other) => {
                    Err(Fault::OtherOwner { folder: folder.to_owned(), owner: other.uid() })
                }
                None => Ok(Self::Ourselves { uid }),
            };
        }
        match owners.iter().flatten().find(|owner| owner.uid() != ROOT) {
            Some(owner) => Ok(Self::Other {
                name: owner.uid().to_string(),
                uid: owner.uid(),
                gid: owner.gid(),
            }),
            None => ["postgres", "nobody"].into_iter().find_map(named).ok_or(Fault::NoUser),
        }
    }

    /// A program of Postgres: as this user, knowing nothing of our environment, with messages in English.
    pub(crate) fn runs(&self, mut command: Command) -> Command {
        if let Self::Other { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
        super::plain_environment(&mut command);
        command.current_dir("/");
        command
    }

    pub(crate) fn uid(&self) -> u32 {
        match self {
            Self::Ourselves { uid } | Self::Other { uid, .. } => *uid,
        }
    }

    pub(crate) fn own(&self, path: &Path) -> Result<(), Fault> {
        if let Self::Other { uid, gid, .. } = self {
            chown(path, Some(*uid), Some(*gid)).map_err(|cause| Fault::at(path, cause))?;
        }
        Ok(())
    }

    /// For data that root unpacked from a backup.
    pub(crate) fn own_all(&self, folder: &Path) -> Result<(), Fault> {
        let Self::Other { uid, gid, .. } = self else { return Ok(()) };
        own_tree(folder, *uid, *gid).map_err(|cause| Fault::at(folder, cause))
    }

    /// Asks the kernel instead of reading mode bits: there are ACLs and groups.
    pub(crate) fn can_enter(&self, folder: &Path) -> Result<(), Fault> {
        let Self::Other { name, .. } = self else { return Ok(()) };
        let mut parents: Vec<&Path> = folder.ancestors().collect();
        parents.reverse();
        let mut command = Command::new("sh");
        command.args(["-c", FIRST_CLOSED, "sh"]).args(parents);
        let output = self.runs(command).output().map_err(|cause| Fault::at(folder, cause))?;
        if output.status.success() {
            return Ok(());
        }
        let parent = PathBuf::from(String::from_utf8_lossy(&output.stdout).into_owned());
        Err(Fault::RootOnlyParent { parent, user: name.clone() })
    }
}

fn named(name: &str) -> Option<Account> {
    let (uid, gid) = (id(&["-u", name])?, id(&["-g", name])?);
    Some(Account::Other { name: name.to_owned(), uid, gid })
}

/// The program, because std cannot say who we are without unsafe code.
fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn own_tree(path: &Path, uid: u32, gid: u32) -> io::Result<()> {
    lchown(path, Some(uid), Some(gid))?;
    if fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            own_tree(&entry?.path(), uid, gid)?;
        }
    }
    Ok(())
}
