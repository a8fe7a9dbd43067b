//! What the worst packages cost: each is read in a process of its own, and its peak is looked at.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use securevox_app_distribution::inspect::inspect;

use super::make::{Manifest, RawEntry, binary_plist, raw_zip, zip};

/// Says which file to weigh, and that a process is the one that does.
const FILE: &str = "SECUREVOX_WEIGHED";
const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ios");
const MIB: usize = 1 << 20;

/// Makes a package, with a folder to make it in.
type Make = fn(&Path) -> Vec<u8>;

#[test]
#[ignore = "makes files of hundreds of megabytes: run it after changing a reader, and look at what it prints"]
fn the_worst_packages_cost_little() {
    let Some(file) = env::var_os(FILE) else {
        return weigh_all();
    };
    let since = Instant::now();
    let answer = match inspect(File::open(file).unwrap()) {
        Ok(package) => format!("accepted: {}", package.bundle_id),
        Err(error) => error.to_string(),
    };
    let took = since.elapsed().as_millis();
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: usize = peak.split_whitespace().next().unwrap().parse().unwrap();
    println!("weighed: {took} ms, {} MiB, {answer}", kib / 1024);
    assert!(kib <= 64 * 1024, "{kib} KiB");
}

fn weigh_all() {
    let folder = env::temp_dir().join(format!("securevox-weight-{}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    let packages: [(&str, Make); 9] = [
        ("v1, 100,000 files with long names", |folder| signed(folder, 100_000, 55)),
        ("v1, a long list of short names", |folder| signed(folder, 150_000, 9)),
        ("v1, one file of zeros", |folder| zeros(folder, 250 * MIB)),
        ("v1, a bomb", |folder| zeros(folder, 600 * MIB)),
        ("200,000 files", |_| many(200_000)),
        ("long names", |_| long_names()),
        ("an icon table of 16 MiB", |_| resources(16 * MIB)),
        ("an IPA of 200 MB", |_| large_ipa(200 * MIB)),
        ("nothing", |_| Vec::new()),
    ];
    for (name, make) in packages {
        let file = folder.join("package");
        let bytes = make(&folder);
        fs::write(&file, &bytes).unwrap();
        let len = bytes.len();
        drop(bytes);
        let test = "inspect::weight::the_worst_packages_cost_little";
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", test, "--ignored", "--nocapture"]).env(FILE, &file);
        let output = child.output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = told.lines().find_map(|line| line.split_once("weighed: ")).map(|(_, told)| told);
        println!("{name} ({len} bytes): {}", line.unwrap_or(&told));
        assert!(output.status.success(), "{name}: {told}");
    }
    fs::remove_dir_all(folder).unwrap();
}

fn manifest() -> RawEntry {
    RawEntry::new("AndroidManifest.xml", &Manifest::example().build())
}

/// A package that is signed by v1, as well as it can be, with these files besides.
fn jar(folder: &Path, mut files: Vec<RawEntry>, digests: &[String]) -> Vec<RawEntry> {
    let mut listed = "Manifest-Version: 1.0\r\n\r\n".to_owned();
    let mut signed = "Signature-Version: 1.0\r\nSHA-256-Digest-Manifest: ".to_owned();
    let mut names = String::new();
    for (file, digest) in files.iter().zip(digests) {
        let name = str::from_utf8(&file.name).unwrap();
        write!(listed, "Name: {name}\nSHA1-Digest: {digest}\n\n").unwrap();
        write!(names, "Name: {name}\n\n").unwrap();
    }
    let digest = openssl(folder, &["dgst", "-sha256", "-binary"], listed.as_bytes());
    write!(signed, "{}\r\n\r\n{names}", BASE64.encode(digest)).unwrap();
    let (key, certificate) = (format!("{KEYS}/rsa.key"), format!("{KEYS}/rsa.pem"));
    let sign = ["cms", "-sign", "-binary", "-outform", "DER", "-signer", &certificate];
    let arguments = [&sign[..], &["-inkey", &key, "-md", "sha256"]].concat();
    let block = openssl(folder, &arguments, signed.as_bytes());
    files.push(RawEntry::new("META-INF/MANIFEST.MF", listed.as_bytes()));
    files.push(RawEntry::new("META-INF/A.SF", signed.as_bytes()));
    files.push(RawEntry::new("META-INF/A.RSA", &block));
    files
}

fn openssl(folder: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let file = folder.join("signed");
    fs::write(&file, input).unwrap();
    let mut command = Command::new("openssl");
    // Only `dgst` takes its input as an argument.
    let with_in = arguments[0] == "cms";
    command.args(arguments).args(with_in.then_some("-in")).arg(&file);
    command.output().unwrap().stdout
}

fn sha1(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    BASE64.encode(digest)
}

fn signed(folder: &Path, files: usize, name_len: usize) -> Vec<u8> {
    let empty = (0..files).map(|number| RawEntry::new(&format!("{number:0>name_len$}"), b""));
    let mut entries = vec![manifest()];
    let mut digests = vec![sha1(&entries[0].content)];
    entries.extend(empty);
    digests.resize(entries.len(), sha1(b""));
    raw_zip(&jar(folder, entries, &digests))
}

/// One file that unpacks to `len` zeros.
fn zeros(folder: &Path, len: usize) -> Vec<u8> {
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![0; MIB];
    let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY);
    for _ in 0..len / MIB {
        deflate.write_all(&zeros).unwrap();
        digest.update(&zeros);
    }
    let content = deflate.finish().unwrap();
    let bomb = RawEntry::new("assets/zeros", &content);
    let bomb = RawEntry { method: 8, size: u32::try_from(len).unwrap(), ..bomb };
    let manifest = manifest();
    let digests = [sha1(&manifest.content), BASE64.encode(digest.finish())];
    raw_zip(&jar(folder, vec![manifest, bomb], &digests))
}

fn many(files: usize) -> Vec<u8> {
    let entries = (1..files).map(|number| RawEntry::new(&format!("{number}"), b""));
    raw_zip(&entries.chain([manifest()]).collect::<Vec<_>>())
}

/// A table of contents that is as long as one may be.
fn long_names() -> Vec<u8> {
    let name = "n".repeat(65_000);
    let entries = (0..500).map(|number| RawEntry::new(&format!("{name}{number}"), b""));
    raw_zip(&entries.chain([manifest()]).collect::<Vec<_>>())
}

fn resources(len: usize) -> Vec<u8> {
    let mut table = vec![0xff; len];
    table[..12].copy_from_slice(&[2, 0, 12, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
    let manifest = manifest();
    zip(&[("AndroidManifest.xml", &manifest.content), ("resources.arsc", &table)])
}

fn large_ipa(len: usize) -> Vec<u8> {
    let info = binary_plist(&[("CFBundleIdentifier", "com.example.app")]);
    let info = RawEntry::new("Payload/A.app/Info.plist", &info);
    let large = RawEntry::new("Payload/A.app/large", &vec![7; len]);
    raw_zip(&[info, large])
}
