//! The resources of a package, in whichever format its kind has them.

use std::io::{Read, Seek};

use super::super::InspectError;
use super::super::zip::Archive;
use super::bundle::{self, BundleTable};
use super::config::Config;
use super::drawing::Node;
use super::resources::Resources;
use super::value::Value;

/// A string that refers to a string that refers…
const MAX_REFERENCES: u32 = 16;

/// Where references lead.
pub(super) enum Lookup<'m> {
    /// `resources.arsc` of an APK; nothing if there is none that can be read.
    Apk(Option<Resources<'m>>),
    /// `resources.pb` of a bundle.
    Bundle(Option<BundleTable>),
}

impl Lookup<'_> {
    /// The values of an id, in all configurations.
    pub(super) fn all<R: Read + Seek>(
        &mut self,
        archive: &mut Archive<R>,
        id: u32,
    ) -> Result<Vec<(Config, Value)>, InspectError> {
        match self {
            Self::Apk(Some(resources)) => resources.all(archive, id),
            Self::Bundle(Some(table)) => Ok(table.all(id)),
            Self::Apk(None) | Self::Bundle(None) => Ok(Vec::new()),
        }
    }

    /// The value behind a reference; absent if the table does not have it (the system's own, for example).
    pub(super) fn resolve<R: Read + Seek>(
        &mut self,
        archive: &mut Archive<R>,
        id: u32,
    ) -> Result<Value, InspectError> {
        let mut id = id;
        for _ in 0..MAX_REFERENCES {
            let all = self.all(archive, id)?;
            match all.into_iter().min_by_key(|(config, _)| config.distance()) {
                Some((_, Value::Reference(next))) => id = next,
                Some((_, value)) => return Ok(value),
                None => break,
            }
        }
        Ok(Value::Absent)
    }

    /// Where the file of a resource lies in the archive.
    pub(super) fn path(&self, path: &str) -> String {
        match self {
            Self::Apk(_) => path.to_owned(),
            Self::Bundle(_) => format!("base/{path}"),
        }
    }

    /// A drawing in the format of XML that goes with the table.
    pub(super) fn drawing(
        &self,
        bytes: &[u8],
        budget: &mut u32,
    ) -> Result<Option<Node>, InspectError> {
        match self {
            Self::Apk(_) => Node::parse(bytes, budget),
            Self::Bundle(_) => Ok(bundle::drawing(bytes, budget)),
        }
    }
}
