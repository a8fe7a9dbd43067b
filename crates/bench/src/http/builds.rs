//! Uploads, the list of builds, downloads.

use std::{
    io::{Cursor, Write as _},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use reqwest::{
    Body,
    header::LOCATION,
    multipart::{Form, Part},
};
use serde_json::Value;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::target::{Target, well};
use crate::load::{Load, Plan};

/// Signed by nobody: a signature would not survive what is added.
const APK: &[u8] = include_bytes!("../../../app-distribution/tests/fixtures/stf-service-cut.apk");
/// Makes the small package one of 0.2 MB.
const SMALL: u64 = 3 << 16;

static PADDING: [u8; 65_536] = [b'x'; 65_536];

pub(super) async fn measure(
    target: &Target,
    lasting: Duration,
    large: u32,
) -> anyhow::Result<Vec<Load>> {
    let access = target.login(0).await?.access;
    let plan = |name: &'static str, at_once| Plan { name, at_once, lasting, server: target.server };
    // The same file again would be the same build.
    let number = AtomicU64::new(0);
    let next = || number.fetch_add(1, Ordering::Relaxed);
    let mut loads = Vec::new();
    let small = plan("upload of 0.2 MB", 4).run(|_| {
        let (target, access) = (target.clone(), access.clone());
        let package = package(SMALL, next());
        async move { upload(&target, &access, package?).await.map(|(_, size)| size) }
    });
    loads.push(small.await?);

    let listed = plan("list of 50 builds", 8).run(|_| {
        let request = target.client.get(format!("{}/api/builds", target.distribution));
        let request = request.bearer_auth(&access);
        async move { Ok(well(request.send().await?)?.bytes().await?.len() as u64) }
    });
    loads.push(listed.await?);

    let (large_build, padding) = (OnceLock::new(), u64::from(large) << 20);
    let sent = plan("upload of the large package", 1).run(|_| {
        let (target, access, large_build) = (target.clone(), access.clone(), &large_build);
        let package = package(padding, next());
        async move {
            let (id, size) = upload(&target, &access, package?).await?;
            large_build.get_or_init(|| id);
            Ok(size)
        }
    });
    loads.push(sent.await?);

    let build = large_build.into_inner().context("no large package was accepted")?;
    let link = link(target, &access, &build).await?;
    for at_once in [1, 4] {
        let downloads = plan("download of the large package", at_once).run(|_| {
            let request = target.client.get(&link);
            async move { download(request).await }
        });
        loads.push(downloads.await?);
    }
    Ok(loads)
}

/// A package with `padding` bytes that no other has.
pub(crate) fn package(padding: u64, number: u64) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new_append(Cursor::new(APK.to_vec()))?;
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("assets/bench", stored)?;
    zip.write_all(&number.to_be_bytes())?;
    // Stored, so it may be anything.
    for _ in 0..padding / PADDING.len() as u64 {
        zip.write_all(&PADDING)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The id of the build, and the bytes that were sent.
pub(crate) async fn upload(
    target: &Target,
    access: &str,
    package: Vec<u8>,
) -> anyhow::Result<(String, u64)> {
    let size = package.len() as u64;
    let part = Part::stream_with_length(Body::from(package), size).file_name("Bench.apk");
    let request = target.client.post(format!("{}/api/builds", target.distribution));
    let form = Form::new().part("app_file", part);
    let answer = well(request.bearer_auth(access).multipart(form).send().await?)?;
    let build: Value = answer.json().await?;
    Ok((build["id"].as_str().context("a build has an id")?.to_owned(), size))
}

/// The signed link to the package of a build.
pub(crate) async fn link(target: &Target, access: &str, build: &str) -> anyhow::Result<String> {
    let address = format!("{}/api/builds/{build}/download", target.distribution);
    let answer = well(target.client.get(address).bearer_auth(access).send().await?)?;
    let location = answer.headers().get(LOCATION).context("no link was given")?.to_str()?;
    Ok(format!("{}{location}", target.distribution))
}

pub(crate) async fn download(request: reqwest::RequestBuilder) -> anyhow::Result<u64> {
    let mut answer = well(request.send().await?)?;
    let mut bytes = 0;
    while let Some(chunk) = answer.chunk().await? {
        bytes += chunk.len() as u64;
    }
    Ok(bytes)
}
