//! What is in the bucket, and what an upload that never ended left in it.

use aws_sdk_s3::{primitives::DateTime as Stamp, types::MultipartUpload};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Bucket, failed};
use crate::Result;

impl Bucket {
    pub(in crate::storage) async fn stored_before(
        &self,
        place: &'static str,
        moment: DateTime<Utc>,
    ) -> Result<Vec<Uuid>> {
        let folder = self.folder(place);
        let list = self.client.list_objects_v2().bucket(&*self.name).prefix(&folder);
        let mut pages = list.into_paginator().send();
        let mut ids = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed(error, "listing stored objects"))?;
            let old =
                page.contents().iter().filter(|object| is_before(object.last_modified(), moment));
            let names = old.filter_map(|object| object.key()?.strip_prefix(&folder));
            ids.extend(names.filter_map(|name| name.parse::<Uuid>().ok()));
        }
        Ok(ids)
    }

    pub(in crate::storage) async fn abandon_begun_before(
        &self,
        place: &'static str,
        moment: DateTime<Utc>,
    ) -> Result<usize> {
        let uploads = self.uploads(&self.folder(place)).await?;
        let mut abandoned = 0;
        for upload in uploads.iter().filter(|upload| is_before(upload.initiated(), moment)) {
            let (Some(object), Some(id)) = (upload.key(), upload.upload_id()) else { continue };
            self.abandon(object, id).await?;
            abandoned += 1;
        }
        Ok(abandoned)
    }

    /// The uploads of objects in `folder` that have not ended.
    async fn uploads(&self, folder: &str) -> Result<Vec<MultipartUpload>> {
        let mut uploads = Vec::new();
        let mut after = (None, None);
        loop {
            let list = self.client.list_multipart_uploads().bucket(&*self.name).prefix(folder);
            let list = list.set_key_marker(after.0).set_upload_id_marker(after.1);
            let page = list.send().await.map_err(|error| failed(error, "listing uploads"))?;
            uploads.extend(page.uploads.unwrap_or_default());
            after = (page.next_key_marker, page.next_upload_id_marker);
            if !page.is_truncated.unwrap_or_default() || after.0.is_none() {
                return Ok(uploads);
            }
        }
    }

    fn folder(&self, place: &'static str) -> String {
        format!("{}{place}/", self.prefix)
    }
}

/// Whether a stamp, which has whole seconds, lies before `moment`. What has none is new.
fn is_before(stamp: Option<&Stamp>, moment: DateTime<Utc>) -> bool {
    stamp.is_some_and(|stamp| stamp.secs() < moment.timestamp())
}
