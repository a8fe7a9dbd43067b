//! What is fuzzed: every reader of packages and of what phones answer, each alone.
//!
//! All targets go through the doors that uploads go through. For the reader of one file in a
//! package the input is put into an otherwise good package, stored and with the right checksum,
//! so that nothing but that reader stands between the input and a fault.

mod fixtures;
mod package;
mod seeds;

use std::io::Cursor;

use securevox_app_distribution::{
    enrolment::Answer,
    inspect::{InspectError, inspect},
};

use self::package::{Frame, frame};

/// Something to fuzz.
pub struct Target {
    /// As it is asked for.
    pub name: &'static str,
    input: Input,
}

/// What the input is.
#[derive(Clone, Copy)]
enum Input {
    /// A whole file, of one of these kinds.
    Package(&'static [&'static str]),
    /// One file of a package.
    Part(Frame),
    /// What a phone answers.
    Answer,
}

const fn part(name: &'static str, frame: Frame) -> Target {
    Target { name, input: Input::Part(frame) }
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "zip", input: Input::Package(&["apk", "ipa", "aab"]) },
    Target { name: "apk", input: Input::Package(&["apk"]) },
    Target { name: "aab", input: Input::Package(&["aab"]) },
    Target { name: "ipa", input: Input::Package(&["ipa"]) },
    Target { name: "answer", input: Input::Answer },
    part("profile", Frame::Profile),
    part("code-signature", Frame::Executable),
    part("property-list", Frame::InfoPlist),
    part("icon", Frame::Icon),
    part("manifest", Frame::Manifest),
    part("resources", Frame::Resources),
    part("drawing", Frame::Drawing),
    part("bundle-manifest", Frame::BundleManifest),
    part("bundle-resources", Frame::BundleResources),
    part("signing-block", Frame::SigningBlock),
    part("jar-manifest", Frame::JarManifest),
    part("jar-block", Frame::JarBlock),
];

impl Target {
    /// Reads the input; whatever it is, there has to be an answer.
    ///
    /// # Panics
    ///
    /// Where a reader is at fault.
    pub fn run(&self, bytes: &[u8]) {
        match self.input {
            Input::Package(_) => look(bytes),
            Input::Part(part) => look(&frame(part, bytes)),
            Input::Answer => drop(Answer::parse(bytes)),
        }
    }

    /// Inputs to begin with: good ones, from the fixtures of the tests.
    #[must_use]
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        match self.input {
            Input::Package(kinds) => seeds::packages(kinds),
            Input::Part(part) => seeds::parts(part),
            Input::Answer => vec![fixtures::ANSWER.to_vec()],
        }
    }
}

fn look(file: &[u8]) {
    if let Err(InspectError::Disk(error)) = inspect(Cursor::new(file)) {
        panic!("memory is no failing disk: {error:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_seeds_and_bears_them() {
        for target in TARGETS {
            let seeds = target.seeds();
            assert!(!seeds.is_empty(), "{}", target.name);
            for seed in &seeds {
                target.run(seed);
                target.run(&seed[..seed.len() / 2]);
            }
            target.run(b"");
        }
    }

    #[test]
    fn a_good_part_makes_a_good_package() {
        for part in [Frame::Profile, Frame::Icon, Frame::Executable, Frame::InfoPlist]
            .into_iter()
            .chain([Frame::Manifest, Frame::Resources, Frame::Drawing, Frame::BundleManifest])
            .chain([Frame::BundleResources, Frame::SigningBlock, Frame::JarManifest])
            .chain([Frame::JarBlock])
        {
            let seeds = seeds::parts(part);
            let file = frame(part, &seeds[0]);
            inspect(Cursor::new(file)).unwrap_or_else(|error| panic!("{part:?}: {error}"));
        }
    }
}
