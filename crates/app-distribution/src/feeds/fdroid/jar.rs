//! A JAR with one file in it, signed with SHA-256 and RSA (JAR specification, "Signed JAR File").

use std::io::{Cursor, Write as _};

use anyhow::Context as _;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::cms::Signer;

/// The same for the same content: it has no dates.
pub(super) fn signed(signer: &Signer, name: &str, content: &[u8]) -> anyhow::Result<Vec<u8>> {
    let section = section(name, content);
    let manifest = format!("Manifest-Version: 1.0\r\n\r\n{section}");
    // Lines have at most 72 bytes: names here are short.
    let sections = format!(
        "Signature-Version: 1.0\r\nSHA-256-Digest-Manifest: {}\r\n\r\n{}",
        hash(manifest.as_bytes()),
        self::section(name, section.as_bytes()),
    );
    let signature = signer.sign_beside(sections.as_bytes());
    let mut jar = ZipWriter::new(Cursor::new(Vec::new()));
    let files: [(&str, &[u8]); 4] = [
        ("META-INF/MANIFEST.MF", manifest.as_bytes()),
        ("META-INF/INDEX.SF", sections.as_bytes()),
        ("META-INF/INDEX.RSA", &signature),
        (name, content),
    ];
    for (name, bytes) in files {
        jar.start_file(name, SimpleFileOptions::default()).context("writing a JAR")?;
        jar.write_all(bytes).context("writing a JAR")?;
    }
    Ok(jar.finish().context("writing a JAR")?.into_inner())
}

/// What a manifest says of a file, and a signature file of what the manifest says.
fn section(name: &str, content: &[u8]) -> String {
    format!("Name: {name}\r\nSHA-256-Digest: {}\r\n\r\n", hash(content))
}

fn hash(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(digest(&SHA256, bytes))
}
