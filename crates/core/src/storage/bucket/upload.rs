//! Storing a spooled file: in one request, or in parts that are an object only once all are there.
//!
//! The bytes go from the disk to the socket; a part that failed is read and sent again.

use anyhow::Context as _;
use aws_sdk_s3::{
    primitives::{ByteStream, Length},
    types::{CompletedMultipartUpload, CompletedPart},
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Bucket, failed, patient};
use crate::{
    Error, Result,
    storage::{Key, Spooled},
};

const PART: u64 = 8 << 20;
/// S3 takes no more of one upload.
const PARTS: u64 = 10_000;
/// Parts of one file that are sent at once.
const AT_ONCE: usize = 2;
/// Bytes read from the disk at once.
const READ_SIZE: usize = 64 << 10;

impl Bucket {
    pub(in crate::storage) async fn keep(&self, key: Key, file: &Spooled) -> Result<()> {
        let object = self.object(key);
        if file.size() > PART {
            return self.keep_in_parts(object, file).await;
        }
        let body = bytes(file, 0, file.size()).await?;
        let put = self.client.put_object().bucket(&*self.name).key(object).body(body);
        let put = put.customize().config_override(patient()).send().await;
        put.map_err(|error| failed(error, "storing an object"))?;
        Ok(())
    }

    async fn keep_in_parts(&self, object: String, file: &Spooled) -> Result<()> {
        let create = self.client.create_multipart_upload().bucket(&*self.name).key(&object);
        let created =
            create.send().await.map_err(|error| failed(error, "beginning to store an object"))?;
        let id = created.upload_id.context("an upload was begun and has no id")?;
        let stored = self.send_parts(&object, &id, file).await;
        if stored.is_err() && self.abandon(&object, &id).await.is_err() {
            tracing::warn!("an upload was not abandoned; the sweep will find its parts");
        }
        stored
    }

    async fn send_parts(&self, object: &str, id: &str, file: &Spooled) -> Result<()> {
        let size = file.size();
        let whole = PART.max(size.div_ceil(PARTS));
        let parts = (0..size.div_ceil(whole)).map(|n| (n + 1, n * whole));
        let parts = parts.map(|(number, first)| async move {
            let body = bytes(file, first, whole.min(size - first)).await?;
            let number = i32::try_from(number).context("there are 10,000 parts at most")?;
            let part = self.client.upload_part().bucket(&*self.name).key(object).upload_id(id);
            let part = part.part_number(number).body(body).customize();
            let sent = part.config_override(patient()).send().await;
            let sent = sent.map_err(|error| failed(error, "storing a part of an object"))?;
            let part = CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag);
            Ok::<_, Error>(part.build())
        });
        let parts: Vec<_> = stream::iter(parts).buffered(AT_ONCE).try_collect().await?;
        let all = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self.client.complete_multipart_upload().bucket(&*self.name).key(object);
        let complete = complete.upload_id(id).multipart_upload(all).customize();
        let complete = complete.config_override(patient()).send().await;
        complete.map_err(|error| failed(error, "putting an object together"))?;
        Ok(())
    }

    pub(super) async fn abandon(&self, object: &str, id: &str) -> Result<()> {
        let abort = self.client.abort_multipart_upload().bucket(&*self.name).key(object);
        let aborted = abort.upload_id(id).send().await;
        aborted.map_err(|error| failed(error, "abandoning an upload"))?;
        Ok(())
    }
}

/// `length` bytes of the file from `first` on, read while they are sent.
async fn bytes(file: &Spooled, first: u64, length: u64) -> Result<ByteStream> {
    let stream = ByteStream::read_from()
        .path(file.path())
        .offset(first)
        .length(Length::Exact(length))
        .buffer_size(READ_SIZE);
    Ok(stream.build().await.context("reading a spooled file")?)
}
