//! What a large package takes to send and to fetch, against what a copy of the file takes.

use std::{
    env,
    fs::{self, File},
    io,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use reqwest::{Body, header::LOCATION};

use crate::{
    http::{Target, download, link, package, upload, well},
    load::{Load, Plan},
};

pub(super) async fn measure(
    target: &Target,
    lasting: Duration,
    large: u32,
) -> anyhow::Result<Vec<Load>> {
    let access = target.login(0).await?.access;
    let plan = |name: &'static str, at_once| Plan { name, at_once, lasting, server: target.server };
    let number = AtomicU64::new(0);
    let next = || package(u64::from(large) << 20, number.fetch_add(1, Ordering::Relaxed));
    let mut loads = vec![copies(plan("copy of the file, written to the disk", 1), next()?).await?];

    let sent_build = OnceLock::new();
    let sent = plan("upload as a form", 1).run(|_| {
        let (target, access, sent_build) = (target.clone(), access.clone(), &sent_build);
        let package = next();
        async move {
            let (id, size) = upload(&target, &access, package?).await?;
            sent_build.get_or_init(|| id);
            Ok(size)
        }
    });
    loads.push(sent.await?);
    let sent = plan("upload by tus", 1).run(|_| {
        let (target, access, package) = (target.clone(), access.clone(), next());
        async move { tus(&target, &access, package?).await }
    });
    loads.push(sent.await?);

    let build = sent_build.into_inner().context("no package was accepted")?;
    let address = link(target, &access, &build).await?;
    for at_once in [1, 4] {
        let fetched = plan("download", at_once).run(|_| {
            let request = target.client.get(&address);
            async move { download(request).await }
        });
        loads.push(fetched.await?);
    }
    Ok(loads)
}

/// Reads a file and writes another, down to the disk.
async fn copies(plan: Plan, content: Vec<u8>) -> anyhow::Result<Load> {
    let folder = env::temp_dir().join(format!("securevox-bench-copy-{}", std::process::id()));
    fs::create_dir(&folder)?;
    let (from, to) = (folder.join("from"), folder.join("to"));
    fs::write(&from, content)?;
    let load = plan.run(|_| {
        let (from, to) = (from.clone(), to.clone());
        async move {
            let copied = tokio::task::spawn_blocking(move || -> io::Result<u64> {
                let mut copy = File::create(to)?;
                let len = io::copy(&mut File::open(from)?, &mut copy)?;
                copy.sync_all()?;
                Ok(len)
            });
            Ok(copied.await??)
        }
    });
    let load = load.await;
    fs::remove_dir_all(&folder)?;
    load
}

/// All in one piece.
async fn tus(target: &Target, access: &str, package: Vec<u8>) -> anyhow::Result<u64> {
    let size = package.len() as u64;
    let request = target.client.post(format!("{}/api/uploads", target.distribution));
    let request = request.bearer_auth(access).header("tus-resumable", "1.0.0");
    // "bench.apk", as the format wants it.
    let request =
        request.header("upload-length", size).header("upload-metadata", "filename YmVuY2guYXBr");
    let answer = well(request.send().await?)?;
    let location = answer.headers().get(LOCATION).context("no address was given")?.to_str()?;
    let path = location.find("/api/").map_or(location, |at| &location[at..]);
    let request = target.client.patch(format!("{}{path}", target.distribution));
    let request = request.bearer_auth(access).header("tus-resumable", "1.0.0");
    let request = request.header("upload-offset", 0);
    let request = request.header("content-type", "application/offset+octet-stream");
    well(request.body(Body::from(package)).send().await?)?;
    Ok(size)
}
