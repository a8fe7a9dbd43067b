//! What a bucket lets us do, for whoever looks after it.

use std::time::Duration;

use aws_sdk_s3::{
    error::{ProvideErrorMetadata, SdkError},
    presigning::PresigningConfig,
    primitives::{AggregatedBytes, ByteStream},
};
use uuid::Uuid;

use super::{Bucket, words};
use crate::config;

const PROBE: &[u8] = b"securevox doctor\n";
const LINK_LIFETIME: Duration = Duration::from_mins(1);

/// A bucket in which a small object was stored, to be looked at and removed again.
#[derive(Debug)]
pub struct Examination {
    bucket: Bucket,
    object: String,
}

/// What did not work.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What was tried: `list its objects`.
    pub doing: &'static str,
    /// The server's word for it, `NoSuchBucket`; `None` where it said nothing.
    pub code: Option<String>,
    /// The status of its answer, if it gave one.
    pub status: Option<u16>,
    /// All that is known. Holds no keys and no signatures.
    pub words: String,
}

impl Examination {
    /// Lists the bucket and stores the object.
    pub async fn begin(config: &config::Bucket) -> Result<Self, Refused> {
        let bucket = Bucket::new(config);
        // First, because its refusals have a code; those of HEAD have no body.
        let list = bucket.client.list_objects_v2().bucket(&*bucket.name).prefix(&*bucket.prefix);
        list.max_keys(1).send().await.map_err(|error| refused(error, "list its objects"))?;
        let head = bucket.client.head_bucket().bucket(&*bucket.name).send().await;
        head.map_err(|error| refused(error, "ask for it"))?;
        let parts = bucket.client.list_multipart_uploads().bucket(&*bucket.name);
        let parts = parts.prefix(&*bucket.prefix).max_uploads(1).send().await;
        parts.map_err(|error| refused(error, "list what is being stored in parts"))?;
        let object = format!("{}.doctor-{}", bucket.prefix, Uuid::now_v7());
        let put = bucket.client.put_object().bucket(&*bucket.name).key(&object);
        let put = put.body(ByteStream::from_static(PROBE)).send().await;
        put.map_err(|error| refused(error, "store an object"))?;
        Ok(Self { bucket, object })
    }

    /// Reads the object back.
    pub async fn read(&self) -> Result<(), Refused> {
        let doing = "read an object";
        let get = self.bucket.client.get_object().bucket(&*self.bucket.name).key(&self.object);
        let got = get.send().await.map_err(|error| refused(error, doing))?;
        match got.body.collect().await.map(AggregatedBytes::to_vec) {
            Ok(bytes) if bytes == PROBE => Ok(()),
            _ => Err(Refused {
                doing,
                code: None,
                status: None,
                words: "other bytes came back".into(),
            }),
        }
    }

    /// A signed link to the object, for anybody.
    pub async fn link(&self) -> Result<String, Refused> {
        let lifetime = PresigningConfig::expires_in(LINK_LIFETIME).expect("a minute is allowed");
        let get = self.bucket.client.get_object().bucket(&*self.bucket.name).key(&self.object);
        let signed =
            get.presigned(lifetime).await.map_err(|error| refused(error, "sign a link"))?;
        Ok(signed.uri().to_owned())
    }

    /// Whether these are the bytes of the object.
    pub fn is_the_object(bytes: &[u8]) -> bool {
        bytes == PROBE
    }

    /// Removes the object.
    pub async fn end(self) -> Result<(), Refused> {
        let delete =
            self.bucket.client.delete_object().bucket(&*self.bucket.name).key(&self.object);
        delete.send().await.map_err(|error| refused(error, "delete an object"))?;
        Ok(())
    }
}

fn refused<E>(error: SdkError<E>, doing: &'static str) -> Refused
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let code = error.code().map(ToOwned::to_owned);
    let status = error.raw_response().map(|response| response.status().as_u16());
    Refused { doing, code, status, words: format!("{:#}", words(error)) }
}
