//! Where files go: to the data folder, or to a bucket.

use secrecy::SecretString;
use url::Url;

use super::{PREFIX, Reader, Variable};
use crate::settings;

settings! {
    /// An S3-compatible object storage, as it is set.
    pub struct S3 {
        /// Where S3 (Spaces, Ceph, seaweedfs) answers, `https://fra1.digitaloceanspaces.com`. Empty, like the four that follow: files go to the data folder.
        pub endpoint: Option<Url> = "S3_ENDPOINT", "";
        /// Its region (`fra1`); any word for a server that has none.
        pub region: Option<String> = "S3_REGION", "";
        /// The bucket, which has to be there.
        pub bucket: Option<String> = "S3_BUCKET", "";
        /// The id of the key that may read and write it.
        pub access_key: Option<SecretString> = "S3_ACCESS_KEY", "";
        /// Its secret.
        pub secret_key: Option<SecretString> = "S3_SECRET_KEY", "";
        /// A folder in the bucket, for one that is shared.
        pub prefix: String = "S3_PREFIX", "";
        /// Whether downloads are sent on to signed links of the bucket, which clients have to reach then; else the bytes come through us.
        pub direct_downloads: bool = "S3_DIRECT_DOWNLOADS", "true";
        /// The CDN in front of the bucket (`https://files.fra1.cdn.digitaloceanspaces.com`): packages that anybody may install are handed out by it. Empty: by the bucket, like all others.
        pub cdn_url: Option<Url> = "S3_CDN_URL", "";
    }
}

/// Where files go.
#[derive(Clone, Debug)]
pub enum Files {
    /// Beside everything else that is kept on disk.
    InDataFolder,
    /// To an object storage.
    InBucket(Box<Bucket>),
}

/// A bucket, and how we come in.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Where the server answers.
    pub endpoint: Url,
    /// What requests are signed for.
    pub region: String,
    /// The bucket's name.
    pub name: String,
    /// The id of the key.
    pub access_key: SecretString,
    /// Its secret.
    pub secret_key: SecretString,
    /// What the name of every object begins with.
    pub prefix: String,
    /// Whether downloads are sent on to the bucket.
    pub direct_downloads: bool,
    /// What is in front of it for what anybody may read.
    pub cdn: Option<Url>,
}

impl Files {
    /// The variables of this section.
    pub const VARIABLES: &'static [Variable] = S3::VARIABLES;

    /// Reads the section; `None` after noting what was wrong with it, a bucket that is set in part for example.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let s3 = S3::read(reader)?;
        let required = [
            ("S3_ENDPOINT", s3.endpoint.is_some()),
            ("S3_REGION", s3.region.is_some()),
            ("S3_BUCKET", s3.bucket.is_some()),
            ("S3_ACCESS_KEY", s3.access_key.is_some()),
            ("S3_SECRET_KEY", s3.secret_key.is_some()),
        ];
        let missing = required.iter().filter(|(_, is_set)| !is_set);
        let missing: Vec<_> = missing.map(|(name, _)| format!("{PREFIX}{name}")).collect();
        if missing.len() == required.len() {
            return Some(Self::InDataFolder);
        }
        if !missing.is_empty() {
            reader.fault(format!(
                "files go to S3 only where all of it is set; missing: {}",
                missing.join(", ")
            ));
        }
        Some(Self::InBucket(Box::new(Bucket {
            endpoint: s3.endpoint?,
            region: s3.region?,
            name: s3.bucket?,
            access_key: s3.access_key?,
            secret_key: s3.secret_key?,
            prefix: s3.prefix,
            direct_downloads: s3.direct_downloads,
            cdn: s3.cdn_url,
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Faults, *};

    const ALL: [(&str, &str); 5] = [
        ("SECUREVOX_S3_ENDPOINT", "https://fra1.digitaloceanspaces.com"),
        ("SECUREVOX_S3_REGION", "fra1"),
        ("SECUREVOX_S3_BUCKET", "files"),
        ("SECUREVOX_S3_ACCESS_KEY", "an id"),
        ("SECUREVOX_S3_SECRET_KEY", "my cat"),
    ];

    fn read(variables: &[(&str, &str)]) -> Result<Files, Faults> {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let mut reader = Reader::new(&lookup);
        let files = Files::read(&mut reader);
        reader.finish(files)
    }

    #[test]
    fn nothing_set_is_the_data_folder() {
        assert!(matches!(read(&[]), Ok(Files::InDataFolder)));
    }

    #[test]
    fn all_of_it_set_is_a_bucket_that_keeps_its_secrets() {
        let Ok(Files::InBucket(bucket)) = read(&ALL) else { panic!("no bucket") };
        let shown = format!("{bucket:?}");
        assert!(bucket.direct_downloads && bucket.name == "files", "{shown}");
        assert!(!shown.contains("cat") && !shown.contains("an id"), "{shown}");
    }

    #[test]
    fn a_part_of_it_set_names_what_is_missing() {
        let Faults(faults) = read(&[ALL[0], ALL[2], ALL[4]]).expect_err("two are missing");
        let expected = "files go to S3 only where all of it is set; \
                        missing: SECUREVOX_S3_REGION, SECUREVOX_S3_ACCESS_KEY";
        assert_eq!(faults, [expected]);
    }
}
