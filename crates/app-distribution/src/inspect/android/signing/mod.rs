//! Verifying how an APK is signed, as the devices that it is for will do.
//!
//! A device looks at the newest scheme it knows, so a scheme counts, and can be broken, only if a
//! device between the package's minimum and today looks at it: v1 below Android 7 or alone, v2
//! below Android 9 or without v3.

mod algorithm;
mod block;
mod certificate;
mod content;
mod dsa;
mod jar;
mod lineage;
mod parts;
mod rsa_md5;
mod scheme;

use std::io::{Read, Seek};

use securevox_core::auth::hex;
use securevox_protocol::packages::{Certificate, SignatureScheme};

use self::block::Block;
use self::certificate::Parsed;
use self::content::Contents;
pub(in super::super) use self::jar::JarFiles;
use self::scheme::Signer;
use super::super::zip::Archive;
use super::super::{InspectError, Rejection};

/// The first version of Android that knows v2 (7).
const SDK_OF_V2: u32 = 24;
/// The first version of Android that knows v3 (9).
const SDK_OF_V3: u32 = 28;
/// As packages write "and all that will come".
const ALL_TO_COME: u32 = 0x7fff_ffff;

/// How a package is signed; nothing where it is not.
#[derive(Default)]
pub(super) struct Signing {
    pub(super) schemes: Vec<SignatureScheme>,
    pub(super) signers: Vec<Certificate>,
    pub(super) former_signers: Vec<Certificate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    V1,
    V2,
    V3,
    V31,
}

/// What can be wrong with a signature.
#[derive(Clone, Copy, Debug)]
enum BadSignature {
    /// The signing block is not to be read.
    Block,
    /// There is something between the table of contents and its end.
    Gap,
    Malformed(Scheme),
    /// The signature does not fit the key.
    Wrong(Scheme),
    OtherCertificate(Scheme),
    /// The content is not what was signed.
    Changed(Scheme),
    /// It does not cover all versions of Android that the package is for.
    Versions(Scheme),
    Lineage,
    /// A scheme that another one speaks of is not there.
    Stripped(Scheme),
    /// Two schemes name different signers.
    Disagree(Scheme, Scheme),
}

impl BadSignature {
    fn rejection(self) -> Rejection {
        let name = |scheme: Scheme| scheme.name();
        let why = match self {
            Self::Block => "the block that holds it cannot be read".to_owned(),
            Self::Gap => "something stands behind the archive's table of contents".to_owned(),
            Self::Malformed(scheme) => format!("its {} part cannot be read", name(scheme)),
            Self::Wrong(scheme) => format!("its {} part does not fit its key", name(scheme)),
            Self::OtherCertificate(scheme) => {
                format!(
                    "its {} part was made with another key than the certificate's",
                    name(scheme)
                )
            }
            Self::Changed(scheme) => {
                format!("the package was changed after it was signed ({})", name(scheme))
            }
            Self::Versions(scheme) => {
                format!("its {} part leaves out versions of Android", name(scheme))
            }
            Self::Lineage => "the proof of its change of keys does not hold".to_owned(),
            Self::Stripped(scheme) => format!("its {} part was removed", name(scheme)),
            Self::Disagree(one, other) => {
                format!("its {} and {} parts name different signers", name(one), name(other))
            }
        };
        Rejection::BrokenSignature(why)
    }
}

impl From<BadSignature> for InspectError {
    fn from(bad: BadSignature) -> Self {
        bad.rejection().into()
    }
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
            Self::V3 => "v3",
            Self::V31 => "v3.1",
        }
    }
}

/// Verifies every signature that a device looks at.
pub(super) fn verify<R: Read + Seek>(
    archive: &mut Archive<R>,
    jar: &JarFiles,
    min_sdk: u32,
) -> Result<Signing, InspectError> {
    let block = block::find(archive)?;
    let mut signing = Signing::default();
    let mut found = Found::default();
    if let Some(block) = &block {
        found = whole_file(archive, block, min_sdk)?;
    }
    let mut v1 = Vec::new();
    if (min_sdk < SDK_OF_V2 || found.is_empty()) && jar.is_signed() {
        let has = |scheme| match scheme {
            2 => !found.v2.is_empty(),
            3 => !found.v3.is_empty(),
            _ => true,
        };
        v1 = jar::verify(archive, jar, has)?;
        signing.schemes.push(SignatureScheme::V1);
    }
    for (signers, scheme) in [
        (&found.v2, SignatureScheme::V2),
        (&found.v3, SignatureScheme::V3),
        (&found.v31, SignatureScheme::V31),
    ] {
        if !signers.is_empty() {
            signing.schemes.push(scheme);
        }
    }
    found.agree(&v1)?;
    found.tell(&v1, &mut signing);
    Ok(signing)
}

/// Verifies the signature of what is no APK, if it has one: v1 is that of every JAR.
pub(super) fn verify_jar<R: Read + Seek>(
    archive: &mut Archive<R>,
    jar: &JarFiles,
) -> Result<Signing, InspectError> {
    let mut signing = Signing::default();
    if jar.is_signed() {
        let signers = jar::verify(archive, jar, |_| true)?;
        signing.schemes.push(SignatureScheme::V1);
        signing.signers = signers.iter().filter_map(|one| facts(one)).collect();
    }
    Ok(signing)
}

/// The signers of each scheme that was looked at.
#[derive(Default)]
struct Found<'a> {
    v2: Vec<Signer<'a>>,
    v3: Vec<Signer<'a>>,
    v31: Vec<Signer<'a>>,
}

fn whole_file<'a, R: Read + Seek>(
    archive: &mut Archive<R>,
    block: &'a Block,
    min_sdk: u32,
) -> Result<Found<'a>, InspectError> {
    let mut contents = Contents::new(archive, block.start);
    let mut verify = |scheme, value: &'a Option<Vec<u8>>| match value {
        Some(value) => scheme::verify(&mut contents, scheme, value),
        None => Ok(Vec::new()),
    };
    let v31 = verify(Scheme::V31, &block.v31)?;
    let v3 = verify(Scheme::V3, &block.v3)?;
    let v2 = if min_sdk < SDK_OF_V3 || v3.is_empty() {
        verify(Scheme::V2, &block.v2)?
    } else {
        Vec::new()
    };
    let found = Found { v2, v3, v31 };
    found.check_versions(min_sdk)?;
    found.check_stripping()?;
    Ok(found)
}

impl Found<'_> {
    fn is_empty(&self) -> bool {
        self.v2.is_empty() && self.v3.is_empty() && self.v31.is_empty()
    }

    /// The signers of v3, and those of v3.1, follow each other without a gap to the newest version.
    fn check_versions(&self, min_sdk: u32) -> Result<(), BadSignature> {
        let rotated_from = self.v31.iter().map(|signer| signer.min_sdk).min();
        for (scheme, signers) in [(Scheme::V3, &self.v3), (Scheme::V31, &self.v31)] {
            let mut ranges: Vec<_> =
                signers.iter().map(|signer| (signer.min_sdk, signer.max_sdk)).collect();
            ranges.sort_unstable();
            let (Some(&(first, _)), Some(&(_, last))) = (ranges.first(), ranges.last()) else {
                continue;
            };
            let gapless = ranges.windows(2).all(|two| two[0].1.checked_add(1) == Some(two[1].0));
            let begins = scheme == Scheme::V31 || first <= min_sdk.max(SDK_OF_V3);
            // Where v3.1 takes over, v3 may end.
            let needed = rotated_from.filter(|_| scheme == Scheme::V3);
            let ends = last >= needed.map_or(ALL_TO_COME, |from| from.saturating_sub(1));
            if !gapless || !begins || !ends {
                return Err(BadSignature::Versions(scheme));
            }
        }
        Ok(())
    }

    /// What the signers say of other schemes is under their signature, so it holds.
    fn check_stripping(&self) -> Result<(), BadSignature> {
        if !self.v31.is_empty() && self.v3.is_empty() {
            return Err(BadSignature::Stripped(Scheme::V3));
        }
        if self.v2.iter().any(|signer| signer.needs_scheme == Some(3)) && self.v3.is_empty() {
            return Err(BadSignature::Stripped(Scheme::V3));
        }
        for from in self.v3.iter().filter_map(|signer| signer.needs_rotation_from) {
            if !self.v31.iter().any(|signer| signer.min_sdk == from) {
                return Err(BadSignature::Stripped(Scheme::V31));
            }
        }
        Ok(())
    }

    /// An update on an old device must stay an update on a new one: all schemes name the same
    /// signer, or the one that the line of certificates began with.
    fn agree(&self, v1: &[Vec<u8>]) -> Result<(), BadSignature> {
        let v2: Vec<&[u8]> = self.v2.iter().map(|signer| signer.certificate.whole).collect();
        if !v1.is_empty() && !v2.is_empty() {
            let both_ways = v1.iter().all(|one| v2.contains(&one.as_slice()))
                && v2.iter().all(|one| v1.iter().any(|other| other == one));
            if !both_ways {
                return Err(BadSignature::Disagree(Scheme::V1, Scheme::V2));
            }
        }
        let (scheme, older): (_, Vec<&[u8]>) = if v2.is_empty() {
            (Scheme::V1, v1.iter().map(Vec::as_slice).collect())
        } else {
            (Scheme::V2, v2)
        };
        if older.is_empty() {
            return Ok(());
        }
        for signer in &self.v3 {
            if older != [signer.first()] {
                return Err(BadSignature::Disagree(scheme, Scheme::V3));
            }
        }
        Ok(())
    }

    /// The newest signer first, then who signed for older devices, then who did before.
    fn tell(&self, v1: &[Vec<u8>], signing: &mut Signing) {
        let newest = |signers: &[Signer<'_>]| {
            let newest = signers.iter().max_by_key(|signer| signer.max_sdk);
            newest.map(|signer| signer.certificate.facts())
        };
        let with_lines: Vec<_> =
            [&self.v31, &self.v3].into_iter().filter_map(|s| newest(s)).collect();
        let present = match (with_lines.is_empty(), self.v2.is_empty()) {
            (false, _) => with_lines,
            (true, false) => self.v2.iter().map(|signer| signer.certificate.facts()).collect(),
            (true, true) => v1.iter().filter_map(|one| facts(one)).collect(),
        };
        for certificate in present {
            if !signing.signers.contains(&certificate) {
                signing.signers.push(certificate);
            }
        }
        let lines = self.v31.iter().chain(&self.v3).filter_map(|signer| signer.lineage.as_ref());
        for certificate in lines.flat_map(|line| &line.certificates).filter_map(|one| facts(one)) {
            let known = signing.signers.iter().chain(&signing.former_signers);
            if !known.into_iter().any(|one| *one == certificate) {
                signing.former_signers.push(certificate);
            }
        }
    }
}

fn facts(certificate: &[u8]) -> Option<Certificate> {
    Parsed::read(certificate).map(|parsed| parsed.facts())
}

impl<'a> Signer<'a> {
    /// The certificate that devices before Android 9 know.
    fn first(&self) -> &'a [u8] {
        let line = self.lineage.as_ref().and_then(|lineage| lineage.certificates.first());
        line.copied().unwrap_or(self.certificate.whole)
    }
}
