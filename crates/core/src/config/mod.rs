//! Configuration: environment variables with the prefix `SECUREVOX_`, read once at the start.
//!
//! A section is a struct made by [`settings!`](crate::settings): each field names its variable,
//! its default and what it is for, so that `--help` tells what the code does. A service's own
//! `Config` lists the sections it needs. Every variable can also come from a file: `…_FILE`.

mod files;
mod mail;
mod sections;
mod setting;
mod sso;

use std::{fmt, fs, path::PathBuf};

pub use files::{Bucket, Files, S3};
pub use mail::{Correspondent, Mail, Protection, SmtpUrl};
pub use sections::{
    Accounts, DataFolder, Database, Listening, LogFormat, Network, Outbound, PublicUrls, Redis,
    Registration, Secrets, Telemetry, Tokens, Urls,
};
pub use setting::{Bytes, Networks, Origins, Seconds, Setting, Words};
pub use sso::{Issuer, Oidc, OpenIdProvider, Sso, SsoRegistration, is_protected};

/// What every variable's name begins with.
pub const PREFIX: &str = "SECUREVOX_";

/// One environment variable, as `--help` shows it.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Without the prefix.
    pub name: &'static str,
    /// Empty for none.
    pub default: &'static str,
    /// One sentence or a few.
    pub help: &'static str,
}

/// Reads variables and collects what is wrong with them, so that all faults are told at once.
pub struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<String>,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("faults", &self.faults).finish_non_exhaustive()
    }
}

/// Everything that is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} fault(s):\n  - {}", .0.len(), .0.join("\n  - "))]
pub struct Faults(pub Vec<String>);

impl<'a> Reader<'a> {
    /// A reader of variables that `lookup` finds by their full name.
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, faults: Vec::new() }
    }

    /// The value of a variable; a fault and `None` where it cannot be read.
    pub fn read<T: Setting>(&mut self, variable: &Variable) -> Option<T> {
        let text = self.text(variable)?;
        match T::parse(&text) {
            Ok(value) => Some(value),
            Err(detail) if T::SECRET => {
                self.fault(format!("{PREFIX}{}: {detail}", variable.name));
                None
            }
            Err(detail) => {
                self.fault(format!("{PREFIX}{} is {text:?}: {detail}", variable.name));
                None
            }
        }
    }

    /// Notes something that is wrong.
    pub fn fault(&mut self, fault: impl Into<String>) {
        let fault = fault.into();
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// The configuration, if nothing was wrong with it.
    pub fn finish<T>(self, config: Option<T>) -> Result<T, Faults> {
        match config {
            Some(config) if self.faults.is_empty() => Ok(config),
            _ => Err(Faults(self.faults)),
        }
    }

    fn text(&mut self, variable: &Variable) -> Option<String> {
        let name = format!("{PREFIX}{}", variable.name);
        let file_name = format!("{name}_FILE");
        match ((self.lookup)(&name), (self.lookup)(&file_name)) {
            (Some(_), Some(_)) => {
                self.fault(format!("{name} and {file_name} are both set; keep one"));
                None
            }
            (Some(text), None) => Some(text),
            (None, Some(path)) => match fs::read_to_string(PathBuf::from(&path)) {
                Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
                Err(error) => {
                    self.fault(format!(
                        "{file_name} names {path:?}, which cannot be read: {error}"
                    ));
                    None
                }
            },
            (None, None) => Some(variable.default.to_owned()),
        }
    }
}

/// The value of an environment variable of this process.
///
/// Values that are not UTF-8 count as absent.
pub fn from_process(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this is the place where it is read")]
    std::env::var(name).ok()
}

/// The full names of the environment variables of this process that begin with our prefix.
pub fn names_in_process() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut names: Vec<_> = names.filter(|name| name.starts_with(PREFIX)).collect();
    names.sort();
    names
}

/// The list of variables for `--help`: name, default, meaning.
pub fn describe(sections: &[&[Variable]]) -> String {
    let mut text =
        String::from("Environment (each also as NAME_FILE, the path of a file with the value):\n");
    for variable in sections.iter().copied().flatten() {
        let default = match variable.default {
            "" => String::new(),
            default => format!(" [default: {default}]"),
        };
        text += "  ";
        text += PREFIX;
        text += variable.name;
        text += &default;
        text += "\n          ";
        text += variable.help;
        text += "\n";
    }
    text
}

/// Defines a section: a struct, the list of its variables, and how it is read.
#[macro_export]
macro_rules! settings {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[doc = $help:literal])+ pub $field:ident: $type:ty = $variable:literal, $default:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[doc = $help])+ pub $field: $type,)+
        }

        impl $name {
            /// The variables of this section.
            pub const VARIABLES: &'static [$crate::config::Variable] = &[
                $($crate::config::Variable {
                    name: $variable,
                    default: $default,
                    help: concat!($($help),+).trim_ascii(),
                }),+
            ];

            /// Reads the section; `None` after noting what was wrong with it.
            pub fn read(reader: &mut $crate::config::Reader<'_>) -> Option<Self> {
                let mut variables = Self::VARIABLES.iter();
                $(let $field = reader.read(variables.next().expect("a variable for each field"));)+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(
        vars: &[(&str, &str)],
        section: fn(&mut Reader<'_>) -> Option<T>,
    ) -> Result<T, Faults> {
        let lookup = |name: &str| {
            vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        let mut reader = Reader::new(&lookup);
        let section = section(&mut reader);
        reader.finish(section)
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let vars = [
            ("SECUREVOX_REGISTRATION", "maybe"),
            ("SECUREVOX_REFRESH_LIFETIME", "-1"),
            ("SECUREVOX_DEVICES_PER_ACCOUNT", "many"),
        ];
        let Faults(faults) = read(&vars, Accounts::read).expect_err("three faults");
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults.iter().any(|fault| fault.contains("SECUREVOX_REGISTRATION")), "{faults:?}");
    }

    #[test]
    fn every_default_is_valid() {
        read(&[], Accounts::read).unwrap();
        read(&[], Network::read).unwrap();
        read(&[], Telemetry::read).unwrap();
    }

    #[test]
    fn a_secret_is_not_repeated_in_its_fault() {
        let Faults(faults) = read(&[("SECUREVOX_SECRET_KEY", "my cat")], Secrets::read)
            .expect_err("too short a key");
        assert!(!faults[0].contains("cat"), "{faults:?}");
    }

    #[test]
    fn a_value_may_come_from_a_file() {
        let path = std::env::temp_dir().join(format!("securevox-setting-{}", std::process::id()));
        fs::write(&path, "closed\n").unwrap();
        let vars = [("SECUREVOX_REGISTRATION_FILE", path.to_str().unwrap())];
        let accounts = read(&vars, Accounts::read).unwrap();
        assert_eq!(accounts.registration.as_str(), "closed");
        fs::remove_file(path).unwrap();
    }
}
