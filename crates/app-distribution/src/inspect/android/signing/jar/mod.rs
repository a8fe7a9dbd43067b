//! Scheme v1: JAR signing. Every file is listed with its hash in a manifest, and that is signed.

mod pkcs7;
mod sections;

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Read, Seek};
use std::ops::Range;

use aws_lc_rs::digest::{self, Context};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use self::sections::{Section, sections};
use super::super::super::zip::{Archive, Entry, Member};
use super::super::super::{InspectError, Rejection};
use super::{BadSignature, Scheme};

/// Room for a hundred thousand files.
const MAX_MANIFEST: u64 = 12 * 1024 * 1024;
/// As many as an archive may have.
const MAX_LISTED: usize = 200_000;
const MAX_BLOCK: u64 = 256 * 1024;
const MAX_SIGNERS: usize = 10;
/// What all files together may unpack to: hashing it takes seconds.
const MAX_UNPACKED: u64 = 4 << 30;
/// Up to here it may be anything; beyond, no app shrinks to a hundredth.
const HARMLESS: u64 = 256 << 20;
const MAX_RATIO: u64 = 100;

/// The names under which hashes are listed.
const HASHES: [(&str, &digest::Algorithm); 5] = [
    ("SHA-512", &digest::SHA512),
    ("SHA-384", &digest::SHA384),
    ("SHA-256", &digest::SHA256),
    ("SHA1", &digest::SHA1_FOR_LEGACY_USE_ONLY),
    ("SHA", &digest::SHA1_FOR_LEGACY_USE_ONLY),
];

/// The files that make a JAR signature, as they are found in the archive.
#[derive(Default)]
pub(in super::super::super) struct JarFiles {
    manifest: Option<Member>,
    /// `.SF` files and signature blocks.
    files: Vec<Member>,
    too_many: bool,
}

impl JarFiles {
    /// Remembers an entry of the folder `META-INF` if it is part of a signature.
    pub(in super::super::super) fn note(&mut self, name: &[u8], entry: &Entry<'_>) {
        if name == b"MANIFEST.MF" {
            self.too_many |= self.manifest.replace(entry.keep()).is_some();
        } else if is_block(name) || name.ends_with(b".SF") {
            self.too_many |= self.files.len() == 2 * MAX_SIGNERS;
            if !self.too_many {
                self.files.push(entry.keep());
            }
        }
    }

    pub(super) fn is_signed(&self) -> bool {
        self.too_many || self.signers().next().is_some()
    }

    /// Signature blocks with the files that they sign.
    fn signers(&self) -> impl Iterator<Item = (&Member, &Member)> {
        let blocks = self.files.iter().filter(|file| is_block(&file.name));
        blocks.filter_map(|block| {
            let is_of_block = |file: &&Member| {
                file.name.ends_with(b".SF") && stem(&file.name) == stem(&block.name)
            };
            Some((block, self.files.iter().find(is_of_block)?))
        })
    }
}

fn is_block(name: &[u8]) -> bool {
    [&b".RSA"[..], b".DSA", b".EC"].iter().any(|extension| name.ends_with(extension))
}

fn stem(name: &[u8]) -> &[u8] {
    name.rsplitn(2, |&byte| byte == b'.').last().unwrap_or_default()
}

/// Checks hashes and signatures; the answer are the certificates of the signers.
///
/// `has_scheme` says whether there is a newer scheme of this number.
pub(super) fn verify<R: Read + Seek>(
    archive: &mut Archive<R>,
    jar: &JarFiles,
    has_scheme: impl Fn(u32) -> bool,
) -> Result<Vec<Vec<u8>>, InspectError> {
    let malformed = BadSignature::Malformed(Scheme::V1);
    let member = jar.manifest.as_ref().filter(|_| !jar.too_many).ok_or(malformed)?;
    let bytes = archive.read(member, MAX_MANIFEST)?;
    let mut manifest = Manifest::read(&bytes).ok_or(malformed)?;
    let mut certificates = Vec::new();
    let mut all_signers: u16 = 0;
    for (index, (block, file)) in jar.signers().enumerate() {
        let file = archive.read(file, MAX_MANIFEST)?;
        let block = archive.read(block, MAX_BLOCK)?;
        let certificate =
            pkcs7::signer(&block, &file).ok_or(BadSignature::Wrong(Scheme::V1))?.to_vec();
        let signer = 1 << index;
        all_signers |= signer;
        manifest.sign(&file, signer, &has_scheme)?;
        if !certificates.contains(&certificate) {
            certificates.push(certificate);
        }
    }
    let listed = manifest.match_entries(archive, all_signers)?;
    for found in listed {
        let section = Section(&bytes[range(found.section.clone())]);
        let name = section.get("Name").ok_or(malformed)?.into_owned();
        check_entry(archive, &found.member(name), &section)?;
    }
    Ok(certificates)
}

/// The list of files, as it is signed.
struct Manifest<'a> {
    bytes: &'a [u8],
    main: Section<'a>,
    entries: HashMap<Cow<'a, [u8]>, Listed>,
}

struct Listed {
    section: Range<u32>,
    /// One bit for each of the signers who signed it.
    signers: u16,
    in_archive: bool,
}

/// A file of the archive, without its name: hostile ones have many and long ones.
struct Found {
    nameless: Member,
    section: Range<u32>,
}

impl Found {
    fn member(self, name: Vec<u8>) -> Member {
        self.nameless.named(name)
    }
}

fn range(short: Range<u32>) -> Range<usize> {
    let index = |at: u32| usize::try_from(at).expect("an index of a file in memory");
    index(short.start)..index(short.end)
}

impl<'a> Manifest<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut sections = sections(bytes);
        let main = sections.next().map_or(Section(b""), |(_, section)| section);
        let mut entries = HashMap::new();
        for (range, section) in sections {
            let name = section.get("Name")?;
            let section = u32::try_from(range.start).ok()?..u32::try_from(range.end).ok()?;
            let listed = Listed { section, signers: 0, in_archive: false };
            if entries.insert(name, listed).is_some() || entries.len() > MAX_LISTED {
                return None;
            }
        }
        Some(Self { bytes, main, entries })
    }

    /// Checks the manifest against a signature file, and marks what that lists.
    fn sign(
        &mut self,
        file: &[u8],
        signer: u16,
        has_scheme: impl Fn(u32) -> bool,
    ) -> Result<(), BadSignature> {
        let mut sections = sections(file);
        let (_, main) = sections.next().ok_or(BadSignature::Malformed(Scheme::V1))?;
        if let Some(scheme) = missing_scheme(&main, has_scheme) {
            return Err(BadSignature::Stripped(scheme));
        }
        let changed = BadSignature::Changed(Scheme::V1);
        let is_whole = fits(&main, "-Digest-Manifest", self.bytes) == Some(true);
        let by_signtool =
            main.get("Created-By").is_some_and(|by| by.windows(8).any(|word| word == b"signtool"));
        let main_fits = fits(&main, "-Digest-Manifest-Main-Attributes", self.main.0);
        if main_fits == Some(false) && !by_signtool {
            return Err(changed);
        }
        for (_, section) in sections {
            let name = section.get("Name").ok_or(BadSignature::Malformed(Scheme::V1))?;
            let Some(listed) = self.entries.get_mut::<[u8]>(name.as_ref()) else {
                // With the whole manifest in order nobody looks at what else is in here.
                if is_whole {
                    continue;
                }
                return Err(changed);
            };
            // Hashing one long section again and again would take hours.
            if listed.signers & signer != 0 {
                return Err(BadSignature::Malformed(Scheme::V1));
            }
            let bytes = &self.bytes[range(listed.section.clone())];
            if !is_whole && fits(&section, "-Digest", bytes) != Some(true) {
                return Err(changed);
            }
            listed.signers |= signer;
        }
        Ok(())
    }

    /// Finds for each file of the archive where its hashes are listed.
    fn match_entries<R: Read + Seek>(
        mut self,
        archive: &mut Archive<R>,
        signers: u16,
    ) -> Result<Vec<Found>, InspectError> {
        let changed = BadSignature::Changed(Scheme::V1).rejection();
        let mut found = Vec::with_capacity(self.entries.len());
        let mut unpacked: u64 = 0;
        let bomb = archive.source().len().saturating_mul(MAX_RATIO).max(HARMLESS);
        archive.walk(|entry| {
            let listed = self.entries.get_mut(entry.name);
            if entry.is_folder() || entry.name.starts_with(b"META-INF/") {
                if let Some(listed) = listed {
                    listed.in_archive = true;
                }
                return Ok(());
            }
            let listed = listed.ok_or_else(|| changed.clone())?;
            if listed.in_archive || listed.signers != signers {
                return Err(changed.clone());
            }
            listed.in_archive = true;
            let member = entry.keep();
            unpacked = unpacked.saturating_add(member.size());
            if unpacked > MAX_UNPACKED {
                return Err(Rejection::UnpacksTooLarge(MAX_UNPACKED >> 30));
            }
            if unpacked > bomb {
                return Err(Rejection::Bomb(MAX_RATIO));
            }
            let nameless = member.named(Vec::new());
            found.push(Found { nameless, section: listed.section.clone() });
            Ok(())
        })?;
        if self.entries.values().all(|listed| listed.in_archive) {
            Ok(found)
        } else {
            Err(changed.into())
        }
    }
}

/// The scheme that this signature file says is there too, if it is not.
fn missing_scheme(main: &Section<'_>, has_scheme: impl Fn(u32) -> bool) -> Option<Scheme> {
    let named = main.get("X-Android-APK-Signed")?;
    let numbers = named.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let schemes = numbers.filter_map(|number| match number {
        b"2" => Some((2, Scheme::V2)),
        b"3" => Some((3, Scheme::V3)),
        _ => None,
    });
    schemes.filter(|(number, _)| !has_scheme(*number)).map(|(_, scheme)| scheme).next()
}

/// The hashes that a section lists under names with this suffix.
fn hashes<'a>(
    section: &Section<'a>,
    suffix: &str,
) -> Vec<(&'static digest::Algorithm, Cow<'a, [u8]>)> {
    let mut hashes = Vec::new();
    for (name, value) in section.attributes() {
        let named = |(hash, _): &&(&str, _)| {
            name.len() == hash.len() + suffix.len()
                && name[..hash.len()].eq_ignore_ascii_case(hash.as_bytes())
                && name[hash.len()..].eq_ignore_ascii_case(suffix.as_bytes())
        };
        if let Some((_, algorithm)) = HASHES.iter().find(named)
            && hashes.len() < HASHES.len()
        {
            hashes.push((*algorithm, value));
        }
    }
    hashes
}

/// Whether all hashes of `bytes` in the section are right; nothing if there is none.
fn fits(section: &Section<'_>, suffix: &str, bytes: &[u8]) -> Option<bool> {
    let hashes = hashes(section, suffix);
    let right = |(algorithm, expected): &(&'static digest::Algorithm, Cow<'_, [u8]>)| {
        is_base64_of(expected, digest::digest(algorithm, bytes).as_ref())
    };
    (!hashes.is_empty()).then(|| hashes.iter().all(right))
}

fn check_entry<R: Read + Seek>(
    archive: &mut Archive<R>,
    member: &Member,
    section: &Section<'_>,
) -> Result<(), InspectError> {
    let mut contexts: Vec<_> = hashes(section, "-Digest")
        .into_iter()
        .map(|(algorithm, expected)| (Context::new(algorithm), expected))
        .collect();
    archive.stream(member, |bytes| {
        for (context, _) in &mut contexts {
            context.update(bytes);
        }
    })?;
    let mut right = !contexts.is_empty();
    for (context, expected) in contexts {
        right &= is_base64_of(&expected, context.finish().as_ref());
    }
    if right { Ok(()) } else { Err(BadSignature::Changed(Scheme::V1).into()) }
}

fn is_base64_of(text: &[u8], bytes: &[u8]) -> bool {
    BASE64.decode(text.trim_ascii()).is_ok_and(|decoded| decoded == bytes)
}
