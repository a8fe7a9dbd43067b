//! An object storage for tests: seaweedfs, where its program `weed` is in the `PATH`.

use std::{
    env, fs, io,
    io::Write as _,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region, RequestChecksumCalculation},
    primitives::ByteStream,
    types::Permission,
};
use tokio::{sync::OnceCell, time};
use uuid::Uuid;

const ACCESS_KEY: &str = "testkit";
const SECRET_KEY: &str = "not a secret";
const NAME: &str = "testkit";
const IDENTITIES: &str = r#"{"identities": [{
    "name": "testkit", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    "credentials": [{"accessKey": "testkit", "secretKey": "not a secret"}]
}]}"#;

/// It answers at once, and takes the first object seconds later.
const START_LIMIT: Duration = Duration::from_mins(1);

/// The pipe closes when the tests end, however they end.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
weed server "$@" > "$0/log" 2>&1 &
read -r _
kill -9 $!
wait $!
rm -rf "$0"
"#;

/// One for all tests of a process.
static SERVER: OnceCell<Option<Server>> = OnceCell::const_new();

#[derive(Debug)]
struct Server {
    endpoint: String,
    /// Its standard input is the pipe.
    _script: Child,
}

/// A folder of the test's own in a real bucket.
#[derive(Debug)]
pub struct Bucket {
    client: Client,
    endpoint: String,
    prefix: String,
}

/// An object as a CDN in front of the bucket finds it.
#[derive(Debug)]
pub struct Published {
    /// Whether it needs no key.
    pub is_public: bool,
    /// How long caches may keep it.
    pub cache_control: String,
    /// Its media type.
    pub media_type: String,
    /// How it is saved.
    pub disposition: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

impl Bucket {
    /// `None` where there is no seaweedfs, which is told once.
    pub async fn open() -> Option<Self> {
        let server = SERVER.get_or_init(Server::start).await.as_ref()?;
        let endpoint = server.endpoint.clone();
        Some(Self { client: client(&endpoint), endpoint, prefix: Uuid::now_v7().to_string() })
    }

    /// The settings of a storage in it.
    pub fn variables(&self) -> [(&'static str, &str); 6] {
        [
            ("SECUREVOX_S3_ENDPOINT", &self.endpoint),
            ("SECUREVOX_S3_REGION", "anywhere"),
            ("SECUREVOX_S3_BUCKET", NAME),
            ("SECUREVOX_S3_ACCESS_KEY", ACCESS_KEY),
            ("SECUREVOX_S3_SECRET_KEY", SECRET_KEY),
            ("SECUREVOX_S3_PREFIX", &self.prefix),
        ]
    }

    /// What the name of every object begins with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Where the server answers.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What an object is to whoever may read it, and whether anybody may.
    pub async fn get(&self, name: &str) -> Published {
        let key = format!("{}/{name}", self.prefix);
        let acl = self.client.get_object_acl().bucket(NAME).key(&key).send().await.unwrap();
        let anybody = "http://acs.amazonaws.com/groups/global/AllUsers";
        let is_public = acl.grants().iter().any(|grant| {
            grant.grantee().is_some_and(|grantee| grantee.uri() == Some(anybody))
                && grant.permission() == Some(&Permission::Read)
        });
        let object = self.client.get_object().bucket(NAME).key(key).send().await.unwrap();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Published {
            is_public,
            cache_control: text(object.cache_control()),
            media_type: text(object.content_type()),
            disposition: text(object.content_disposition()),
            bytes: object.body.collect().await.unwrap().to_vec(),
        }
    }

    /// Puts an object that nobody else made.
    pub async fn put(&self, name: &str) {
        put(&self.client, &format!("{}/{name}", self.prefix)).await.unwrap();
    }

    /// Begins to store an object in parts, and leaves it at that.
    pub async fn begin(&self, name: &str) {
        let begin = self.client.create_multipart_upload().bucket(NAME);
        begin.key(format!("{}/{name}", self.prefix)).send().await.unwrap();
    }

    /// The names of all objects.
    pub async fn objects(&self) -> Vec<String> {
        let list = self.client.list_objects_v2().bucket(NAME).prefix(format!("{}/", self.prefix));
        let objects = list.send().await.unwrap().contents.unwrap_or_default();
        objects.into_iter().map(|object| self.name(&object.key.unwrap())).collect()
    }

    /// The names of objects that are being stored in parts.
    pub async fn unfinished(&self) -> Vec<String> {
        let list = self.client.list_multipart_uploads().bucket(NAME);
        let list = list.prefix(format!("{}/", self.prefix)).send().await.unwrap();
        let uploads = list.uploads.unwrap_or_default();
        uploads.into_iter().map(|upload| self.name(&upload.key.unwrap())).collect()
    }

    fn name(&self, key: &str) -> String {
        key.trim_start_matches(&self.prefix).trim_start_matches('/').to_owned()
    }
}

impl Server {
    async fn start() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        if !env::split_paths(&path).any(|folder| folder.join("weed").is_file()) {
            // Straight to the terminal: what a test that passes prints is not shown.
            let words = b"skipped: tests on S3, because `weed` (seaweedfs) is not in the PATH\n";
            io::stderr().write_all(words).unwrap();
            return None;
        }
        let folder = env::temp_dir().join(format!("securevox-weed-{}", Uuid::now_v7()));
        fs::create_dir(&folder).unwrap();
        let server = Self::launch(&folder);
        let client = client(&server.endpoint);
        let ready = async {
            while client.create_bucket().bucket(NAME).send().await.is_err()
                || put(&client, "ready").await.is_err()
            {
                time::sleep(Duration::from_millis(200)).await;
            }
        };
        let log = || fs::read_to_string(folder.join("log")).unwrap();
        time::timeout(START_LIMIT, ready)
            .await
            .unwrap_or_else(|_| panic!("seaweedfs does not start: {}", log()));
        Some(server)
    }

    fn launch(folder: &Path) -> Self {
        let identities = folder.join("identities.json");
        fs::write(&identities, IDENTITIES).unwrap();
        let [s3, ports @ ..] = free_ports();
        let names = [
            "s3.port.grpc",
            "master.port",
            "master.port.grpc",
            "volume.port",
            "volume.port.grpc",
            "filer.port",
            "filer.port.grpc",
        ];
        let socket = |name: &str| format!("-{name}.localSocket={}/{name}.sock", folder.display());
        let script = Command::new("sh")
            .args(["-c", SCRIPT])
            .arg(folder)
            .args(["-s3", "-filer", "-ip=127.0.0.1", "-master.telemetry=false", "-volume.max=0"])
            .args(["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.volumeSizeLimitMB=64"])
            .arg(format!("-dir={}", folder.display()))
            .arg(format!("-s3.config={}", identities.display()))
            .args([socket("s3"), socket("filer"), format!("-s3.port={s3}")])
            .args(names.iter().zip(ports).map(|(name, port)| format!("-{name}={port}")))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { endpoint: format!("http://127.0.0.1:{s3}"), _script: script }
    }
}

/// Free when they were looked for, all at once.
fn free_ports() -> [u16; 8] {
    let listeners = [(); 8].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

fn client(endpoint: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .endpoint_url(endpoint)
        .region(Region::new("anywhere"))
        .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "testkit"))
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .force_path_style(true);
    Client::from_conf(config.build())
}

async fn put(client: &Client, key: &str) -> Result<(), aws_sdk_s3::Error> {
    let body = ByteStream::from_static(b"not ours");
    client.put_object().bucket(NAME).key(key).body(body).send().await?;
    Ok(())
}
