//! Why a file is not accepted as a package, told to whoever uploads it.

use std::io;

/// What can go wrong: the package is at fault, or our disk is.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// For the log; the uploader cannot help it.
    #[error("reading the package from the disk")]
    Disk(#[source] io::Error),
}

/// A reason to refuse a package; its text is a whole sentence for the uploader.
///
/// Names taken from the archive are shortened and free of control characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    #[error("The file is empty: nothing was uploaded.")]
    EmptyFile,
    #[error(
        "This is not an app package: IPA and APK files are ZIP archives, and this file is not one."
    )]
    NotAnArchive,
    #[error("The archive is empty: it contains no files at all.")]
    EmptyArchive,
    #[error(
        "The archive is incomplete: its table of contents, which stands at the end, is missing or cut off. Was the file copied or uploaded to the end?"
    )]
    Incomplete,
    #[error("The archive is damaged: its table of contents cannot be read.")]
    DamagedDirectory,
    #[error("The archive is damaged: “{0}” cannot be read.")]
    DamagedEntry(String),
    #[error(
        "This file is a DEX program and a ZIP archive at once (the “Janus” trick, CVE-2017-13156): old Android versions would run code that the signature does not cover."
    )]
    Janus,
    #[error(
        "Something else stands in front of the archive: a package has to begin with its first file."
    )]
    PrefixedArchive,
    #[error("The archive lists too many files: at most {0} are accepted.")]
    TooManyEntries(u64),
    #[error("“{name}” is too large: at most {limit_kib} KiB are accepted.")]
    TooLarge { name: String, limit_kib: u64 },
    #[error("The archive contains “{0}”, a path that leads out of the package.")]
    UnsafePath(String),
    #[error("The archive contains “{0}”, a name with a zero byte in it, which no device opens.")]
    ZeroInName(String),
    #[error("The archive contains “{0}” more than once, so it is not clear which one counts.")]
    DuplicateEntry(String),
    #[error("Files in the archive overlap: each has to have its own place.")]
    OverlappingEntries,
    #[error(
        "“{0}” has another name or size in its own header than in the archive's table of contents, so it is not clear which one counts."
    )]
    Contradiction(String),
    #[error("“{0}” is a symbolic link in the archive; it has to be the file or folder itself.")]
    SymbolicLink(String),
    #[error("“{0}” is encrypted: packages with a password cannot be installed.")]
    Encrypted(String),

    #[error(
        "This is not an app package: no Payload/*.app folder and no AndroidManifest.xml in the archive."
    )]
    NoApp,
    #[error(
        "The archive has both an AndroidManifest.xml and a Payload/*.app folder: it has to be either an APK or an IPA."
    )]
    BothPlatforms,
    #[error("This Android App Bundle (AAB) has no base/manifest/AndroidManifest.xml.")]
    AndroidAppBundle,
    #[error(
        "This is a set of split APKs (APKS, XAPK or APKM): upload a single APK instead, for example a universal APK made by bundletool."
    )]
    ApkSet,
    #[error(
        "This is one part (“{0}”) of an app that was split, which no device installs alone: upload a universal APK, for example one made by bundletool."
    )]
    SplitApk(String),
    #[error(
        "This is the base of an app that was split, which no device installs without the other parts: upload a universal APK, for example one made by bundletool."
    )]
    SplitRequired,
    #[error(
        "This is a zipped Xcode archive (.xcarchive): export an IPA from it (Distribute App in Xcode's Organizer) and upload that."
    )]
    XcodeArchive,
    #[error(
        "This is a zipped .app folder, not an IPA: put it into a folder named Payload and zip that, or export an IPA from Xcode."
    )]
    ZippedApp,
    #[error("This is an archive around a package: upload “{0}” itself.")]
    PackageInside(String),

    #[error(
        "This is not an IPA: there is a Payload folder, but no Payload/*.app folder with an Info.plist in it."
    )]
    NoInfoPlist,
    #[error("There is more than one app in the Payload folder: “{0}” and “{1}”.")]
    SeveralApps(String, String),
    #[error(
        "This is not an IPA: the archive has no Payload folder of its own, and “Payload/{app}” holds nothing but an Info.plist; the executable “{executable}” that it names is missing."
    )]
    InfoPlistAlone { app: String, executable: String },
    #[error(
        "The app's Info.plist cannot be read: it is damaged, or neither a binary nor an XML property list of ordinary depth and size."
    )]
    InfoPlistUnreadable,
    #[error("The app's Info.plist has no CFBundleIdentifier.")]
    NoBundleId,
    #[error(
        "The CFBundleIdentifier “{0}” in the app's Info.plist is not valid: only letters, digits, dots, hyphens and underscores are."
    )]
    InvalidBundleId(String),

    #[error(
        "The AndroidManifest.xml is plain text, as in a library (AAR) or in source code: upload a built APK."
    )]
    ManifestIsText,
    #[error("The AndroidManifest.xml is not in Android's binary format, or it is damaged.")]
    ManifestUnreadable,
    #[error("The AndroidManifest.xml names no package.")]
    NoPackageName,
    #[error(
        "The package name “{0}” in the AndroidManifest.xml is not valid: only letters, digits, dots and underscores are."
    )]
    InvalidPackageName(String),
    #[error("The package's signature is broken: {0}. Build and sign it again.")]
    BrokenSignature(String),
    #[error(
        "Unpacked, the package would be more than {0} times as large as it is: that is a bomb, not an app."
    )]
    Bomb(u64),
    #[error(
        "These are no symbols: send a zipped .dSYM folder, or the mapping.txt that R8 or ProGuard wrote."
    )]
    NotSymbols,
    #[error("There is no dSYM in the archive: no *.dSYM/Contents/Resources/DWARF folder.")]
    NoDsym,
    #[error("“{0}” is not a Mach-O file with a UUID, as the symbols of an executable are.")]
    NotMachO(String),
    #[error("There are too many executables in the archive: at most {0} are accepted.")]
    TooManyExecutables(usize),
    #[error("Unpacked, the symbols are larger than {0} GiB.")]
    SymbolsTooLarge(u64),
    #[error(
        "The mapping names no id of its own (a comment “# pg_map_id: …”), as those of R8 do: send one as the field “id”."
    )]
    MappingWithoutId,
    #[error("Unpacked, the package is larger than {0} GiB: too much to verify its signature.")]
    UnpacksTooLarge(u64),
}
