//! Copies that anybody reads who knows their name, for a CDN in front of the bucket.

use std::time::Duration;

use aws_sdk_s3::types::{MetadataDirective, ObjectCannedAcl};

use super::{Bucket, failed, patient};
use crate::{
    Result,
    storage::{Key, Label, ranged::attachment},
};

/// S3 copies no more in one request.
const LARGEST: u64 = 5 << 30;

impl Bucket {
    /// Where the CDN hands out what is under `key`; `None` where there is no CDN.
    pub(in crate::storage) fn public_link(&self, key: Key) -> Option<String> {
        let cdn = self.cdn.as_ref()?;
        Some(format!("{}/{}", cdn.as_str().trim_end_matches('/'), self.object(key)))
    }

    /// Copies `from` to `to`, which anybody may read who knows its name, and caches may keep for
    /// `kept`. False if it is too large for that, or not there.
    pub(in crate::storage) async fn publish(
        &self,
        (from, to): (Key, Key),
        label: Label<'_>,
        kept: Duration,
    ) -> Result<bool> {
        if self.size(from).await?.is_none_or(|size| size > LARGEST) {
            return Ok(false);
        }
        let copy = self
            .client
            .copy_object()
            .bucket(&*self.name)
            .key(self.object(to))
            .copy_source(format!("{}/{}", self.name, self.object(from)))
            .metadata_directive(MetadataDirective::Replace)
            .content_type(label.media_type)
            .content_disposition(attachment(label.file_name))
            .cache_control(format!("public, max-age={}", kept.as_secs()));
        let copied = copy.customize().config_override(patient()).send().await;
        copied.map_err(|error| failed(error, "copying a stored object"))?;
        // In a request of its own: not every server knows it as a part of the other.
        let open = self.client.put_object_acl().bucket(&*self.name).key(self.object(to));
        let opened = open.acl(ObjectCannedAcl::PublicRead).send().await;
        opened.map_err(|error| failed(error, "opening a stored object to anybody"))?;
        Ok(true)
    }
}
