//! Storage in a bucket of S3, or of a server that speaks like it: Spaces, Ceph, seaweedfs.

mod examine;
mod publish;
mod sweep;
mod upload;

use std::{fmt, sync::Arc, time::Duration};

use anyhow::Context as _;
use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation,
        ResponseChecksumValidation, retry::RetryConfig, timeout::TimeoutConfig,
    },
    error::{ProvideErrorMetadata, SdkError},
    operation::head_object::HeadObjectError,
    presigning::PresigningConfig,
};
use axum::http::Method;
use secrecy::ExposeSecret as _;
use url::Url;

pub use self::examine::{Examination, Refused};
use super::{Key, Label, Reader, ranged::attachment};
use crate::{
    Error, Result, config,
    error::{DISK_FULL, STORAGE_UNAVAILABLE},
};

const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// From a request to the head of its answer. Bodies that stall are cut by the client itself.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);
/// The same where a part is sent in between, or the server puts parts together.
const STORE_LIMIT: Duration = Duration::from_mins(2);
const ATTEMPTS: u32 = 3;
/// Signed links of S3 live no longer.
const LINK_LONGEST: Duration = Duration::from_hours(7 * 24);

/// An object per key. Clones are the same bucket.
#[derive(Clone)]
pub(super) struct Bucket {
    client: Client,
    name: Arc<str>,
    /// Empty, or with a slash at its end.
    prefix: Arc<str>,
    direct_downloads: bool,
    cdn: Option<Url>,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Bucket {
    pub(super) fn new(config: &config::Bucket) -> Self {
        let keys = (config.access_key.expose_secret(), config.secret_key.expose_secret());
        let client = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .endpoint_url(config.endpoint.as_str().trim_end_matches('/'))
            .region(Region::new(config.region.clone()))
            .credentials_provider(Credentials::new(keys.0, keys.1, None, None, "securevox"))
            // Every server understands it, and none needs a name and a certificate for each bucket.
            .force_path_style(true)
            .timeout_config(answer_within(ANSWER_LIMIT))
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            // Not every server knows Amazon's newer ones.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        let prefix = match config.prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        Self {
            client: Client::from_conf(client),
            name: config.name.as_str().into(),
            prefix: prefix.into(),
            direct_downloads: config.direct_downloads,
            cdn: config.cdn.clone(),
        }
    }

    /// How many bytes there are under `key`; `None` if there is nothing.
    pub(super) async fn size(&self, key: Key) -> Result<Option<u64>> {
        let head = self.client.head_object().bucket(&*self.name).key(self.object(key));
        match head.send().await {
            Ok(head) => {
                let size = head.content_length().and_then(|size| u64::try_from(size).ok());
                Ok(Some(size.context("a stored object has no size")?))
            }
            Err(error) if error.as_service_error().is_some_and(HeadObjectError::is_not_found) => {
                Ok(None)
            }
            Err(error) => Err(failed(error, "asking for a stored object")),
        }
    }

    pub(super) async fn read(&self, key: Key, first: u64, length: u64) -> Result<Reader> {
        let last = first + length - 1;
        let get = self.client.get_object().bucket(&*self.name).key(self.object(key));
        let object = get
            .range(format!("bytes={first}-{last}"))
            .send()
            .await
            .map_err(|error| failed(error, "reading a stored object"))?;
        Ok(Box::pin(object.body.into_async_read()))
    }

    pub(super) async fn direct_link(
        &self,
        key: Key,
        method: &Method,
        label: Label<'_>,
        lifetime: Duration,
    ) -> Result<Option<String>> {
        if !self.direct_downloads {
            return Ok(None);
        }
        let lifetime = PresigningConfig::expires_in(lifetime.min(LINK_LONGEST));
        let lifetime = lifetime.context("a link cannot live that long")?;
        let (key, disposition) = (self.object(key), attachment(label.file_name));
        let (bucket, media_type) = (&*self.name, label.media_type);
        let signing = "signing a link to a stored object";
        let signed = if method == Method::HEAD {
            let head = self.client.head_object().bucket(bucket).key(key);
            let head =
                head.response_content_disposition(disposition).response_content_type(media_type);
            head.presigned(lifetime).await.map_err(|error| failed(error, signing))?
        } else {
            let get = self.client.get_object().bucket(bucket).key(key);
            let get =
                get.response_content_disposition(disposition).response_content_type(media_type);
            get.presigned(lifetime).await.map_err(|error| failed(error, signing))?
        };
        Ok(Some(signed.uri().to_owned()))
    }

    pub(super) async fn delete(&self, key: Key) -> Result<()> {
        let delete = self.client.delete_object().bucket(&*self.name).key(self.object(key));
        delete.send().await.map_err(|error| failed(error, "deleting a stored object"))?;
        Ok(())
    }

    pub(super) async fn probe(&self) -> anyhow::Result<()> {
        let head = self.client.head_bucket().bucket(&*self.name).send().await;
        head.map_err(words).with_context(|| format!("cannot use the bucket {}", self.name))?;
        Ok(())
    }

    fn object(&self, key: Key) -> String {
        format!("{}{key}", self.prefix)
    }
}

fn answer_within(limit: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT_LIMIT).read_timeout(limit).build()
}

/// For requests that store something.
fn patient() -> aws_sdk_s3::config::Builder {
    aws_sdk_s3::Config::builder().timeout_config(answer_within(STORE_LIMIT))
}

/// The error of a request to S3.
fn failed<E>(error: SdkError<E>, doing: &'static str) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let unsent = matches!(
        error,
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_)
    );
    let status = error.raw_response().map(|response| response.status().as_u16());
    let error = words(error).context(doing);
    match status {
        Some(507) => {
            tracing::error!(error = format!("{error:#}"), "the object storage is full");
            DISK_FULL.into()
        }
        status if unsent || status.is_some_and(|status| status >= 500) => {
            tracing::warn!(error = format!("{error:#}"), "the object storage did not answer");
            STORAGE_UNAVAILABLE.into()
        }
        _ => error.into(),
    }
}

/// What the server says, or why it says nothing: neither holds keys or signatures.
fn words<E>(error: SdkError<E>) -> anyhow::Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let (code, message) = (error.code(), error.message());
    match code.or(message) {
        Some(code) => anyhow::anyhow!("{code}: {}", message.unwrap_or("it says no more")),
        None => error.into(),
    }
}
