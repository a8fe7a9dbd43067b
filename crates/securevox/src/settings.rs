//! The configuration of all services, read once.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use securevox_api::Api;
use securevox_app_distribution::Distribution;
use securevox_calls_signaling::{CallsSignaling, Signaling};
use securevox_core::{
    config::{self, Faults, Reader, Variable},
    process::{Common, Service},
};
use securevox_notifier::{Notifier, Stream};

/// Everything that the platform can be told.
pub(crate) struct Settings {
    pub(crate) common: Common,
    pub(crate) api: securevox_api::Config,
    pub(crate) signaling: Signaling,
    pub(crate) distribution: <Distribution as Service>::Config,
    pub(crate) stream: Stream,
}

/// The variables of all services, for `--help`.
pub(crate) fn variables() -> Vec<&'static [Variable]> {
    [
        Common::VARIABLES,
        Api::VARIABLES,
        CallsSignaling::VARIABLES,
        Notifier::VARIABLES,
        Distribution::VARIABLES,
    ]
    .concat()
}

/// Reads the environment; `--data` wins over `SECUREVOX_DATA`. All faults are told at once.
pub(crate) fn read(data: Option<&Path>) -> Result<Settings, Faults> {
    let data = data.and_then(Path::to_str).map(ToOwned::to_owned);
    let lookup = |name: &str| match (name, &data) {
        ("SECUREVOX_DATA", Some(data)) => Some(data.clone()),
        ("SECUREVOX_DATA_FILE", Some(_)) => None,
        _ => config::from_process(name),
    };
    let mut reader = Reader::new(&lookup);
    let common = Common::read(&mut reader);
    let api = Api::read(&mut reader);
    let signaling = CallsSignaling::read(&mut reader);
    let distribution = Distribution::read(&mut reader);
    let stream = Notifier::read(&mut reader);
    let settings = || {
        Some(Settings {
            common: common?,
            api: api?,
            signaling: signaling?,
            distribution: distribution?,
            stream: stream?,
        })
    };
    let settings = settings();
    reader.finish(settings)
}

impl Settings {
    /// The data folder, made if it is not there: others may pass through it, Postgres must, and nobody may list it.
    pub(crate) fn data_folder(&self) -> anyhow::Result<PathBuf> {
        use std::os::unix::fs::DirBuilderExt as _;
        let folder = self.common.data_folder()?;
        // Parents are made as any folder is; of commands that start together, each finds it made.
        folder
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::DirBuilder::new().mode(0o711).recursive(true).create(&folder))
            .with_context(|| {
                let name = folder.display();
                format!("cannot make the data folder {name}: choose another with --data DIR")
            })?;
        Ok(folder)
    }
}
