//! `/api/builds`: packages go up, and come down.

use std::{
    io::{self, ErrorKind},
    path::PathBuf,
    time::Duration,
};

use chrono::{DateTime, Utc};
use reqwest::{Method, Response, Url, multipart::Form};
use securevox_protocol::{
    AppId, BuildId, Page, ShareLinkId,
    builds::{Build, BuildStatus, BuildTold, Platform, UpdateBuild},
    shares::{CreateShareLink, CreatedShareLink, ShareLink},
};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};

use crate::{Client, Paging, Result};

const BUILDS: &str = "/api/builds";
/// A download that brings nothing for so long stands still.
const STANDSTILL: Duration = Duration::from_mins(1);

/// Which builds to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildFilter {
    /// Only those of one app.
    pub app: Option<AppId>,
    /// Only those for one platform.
    pub platform: Option<Platform>,
    /// Only those of one channel.
    pub channel: Option<String>,
    /// Only those of one branch.
    pub branch: Option<String>,
    /// Only those of the commits that begin like this.
    pub commit: Option<String>,
    /// Only those of one version.
    pub version: Option<String>,
    /// Which part of the list.
    pub paging: Paging,
}

/// A package, and what is said about it. What the package itself says wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upload {
    /// The package: an IPA or an APK.
    pub file: PathBuf,
    /// Contradicting the package is refused.
    pub platform: Option<Platform>,
    /// Differing from the package's is a warning, with `strict` a refusal.
    pub version: Option<String>,
    /// Like `version`.
    pub build_number: Option<String>,
    /// Like `version`.
    pub bundle_id: Option<String>,
    /// What people call the app, for a package that does not say.
    pub name: Option<String>,
    /// For a package that does not say.
    pub min_os_version: Option<String>,
    /// What is new, Markdown.
    pub release_notes: Option<String>,
    /// The line of releases it belongs to.
    pub channel: Option<String>,
    /// The branch it was built from.
    pub branch: Option<String>,
    /// The commit it was built from.
    pub commit: Option<String>,
    /// The CI run that built it.
    pub ci_url: Option<String>,
    /// Names or ids of the groups of testers that get it, separated by commas.
    pub groups: Option<String>,
    /// An image, for a package without an icon.
    pub icon: Option<PathBuf>,
    /// Whether it is a beta.
    pub is_beta: Option<bool>,
    /// Whether it is offered; at once if absent.
    pub status: Option<BuildStatus>,
    /// When it is no longer offered.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether those with an older build are told that they must update.
    pub mandatory: Option<bool>,
    /// Whether those who get it are mailed once it is offered; as the app says if absent.
    pub notify: Option<bool>,
    /// Refuse instead of warn.
    pub strict: bool,
}

impl Upload {
    /// The package at `file`, and nothing said about it.
    pub fn of(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    async fn form(&self) -> io::Result<Form> {
        let platform = self.platform.map(|platform| platform.to_string());
        let is_beta = self.is_beta.map(|is_beta| is_beta.to_string());
        let status = self.status.map(|status| status.to_string());
        let expires_at = self.expires_at.map(|end| end.to_rfc3339());
        let mandatory = self.mandatory.map(|mandatory| mandatory.to_string());
        let notify = self.notify.map(|notify| notify.to_string());
        let strict = self.strict.then(|| "true".to_owned());
        let texts = [
            ("platform", &platform),
            ("version", &self.version),
            ("build_number", &self.build_number),
            ("bundle_id", &self.bundle_id),
            ("name", &self.name),
            ("min_os_version", &self.min_os_version),
            ("release_notes", &self.release_notes),
            ("channel", &self.channel),
            ("branch", &self.branch),
            ("commit", &self.commit),
            ("ci_url", &self.ci_url),
            ("groups", &self.groups),
            ("is_beta", &is_beta),
            ("status", &status),
            ("expires_at", &expires_at),
            ("mandatory", &mandatory),
            ("notify", &notify),
            ("strict", &strict),
        ];
        let said = texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?)));
        let form = said.fold(Form::new(), |form, (name, text)| form.text(name, text));
        let form = match &self.icon {
            Some(icon) => form.file("icon", icon).await?,
            None => form,
        };
        form.file("app_file", &self.file).await
    }
}

impl Client {
    /// The builds the caller may see, newest first.
    pub async fn list_builds(&self, filter: &BuildFilter) -> Result<Page<Build>> {
        let write = |url: &mut Url| {
            filter.paging.write(url);
            if let Some(app) = filter.app {
                url.query_pairs_mut().append_pair("app", &app.to_string());
            }
            if let Some(platform) = filter.platform {
                url.query_pairs_mut().append_pair("platform", platform.as_str());
            }
            for (name, text) in [
                ("channel", &filter.channel),
                ("branch", &filter.branch),
                ("commit", &filter.commit),
                ("version", &filter.version),
            ] {
                if let Some(text) = text {
                    url.query_pairs_mut().append_pair(name, text);
                }
            }
        };
        self.distributed(BUILDS, write).await
    }

    /// A build of one of the caller's apps.
    pub async fn show_build(&self, build: BuildId) -> Result<Build> {
        self.distributed(&format!("{BUILDS}/{build}"), |_| {}).await
    }

    /// Uploads a package, reading it while it is sent. The same file again is the same build.
    pub async fn upload_build(&self, upload: &Upload) -> Result<Build> {
        // A refusal in the middle of a long upload would come as a broken connection.
        self.renew_early().await?;
        let form = upload.form().await?;
        let request = self.transfer(Method::POST, BUILDS).multipart(form);
        Ok(self.send_once(request).await?.json().await?)
    }

    /// Changes a build: developers of its app.
    pub async fn update_build(&self, build: BuildId, request: &UpdateBuild) -> Result<Build> {
        self.change_distributed(Method::PATCH, &format!("{BUILDS}/{build}"), request).await
    }

    /// Mails those who get a build and were not told of it: developers of its app.
    pub async fn notify_testers(&self, build: BuildId) -> Result<BuildTold> {
        let path = format!("{BUILDS}/{build}/notify");
        self.change_distributed(Method::POST, &path, &()).await
    }

    /// The links by which a build is shared, newest first.
    pub async fn list_share_links(&self, build: BuildId) -> Result<Page<ShareLink>> {
        self.distributed(&format!("{BUILDS}/{build}/links"), |_| {}).await
    }

    /// Makes a link by which a build is shared. Its address is in this answer and nowhere else.
    pub async fn create_share_link(
        &self,
        build: BuildId,
        request: &CreateShareLink,
    ) -> Result<CreatedShareLink> {
        let path = format!("{BUILDS}/{build}/links");
        self.change_distributed(Method::POST, &path, request).await
    }

    /// Withdraws a link by which a build is shared.
    pub async fn withdraw_share_link(&self, build: BuildId, link: ShareLinkId) -> Result<()> {
        self.delete_distributed(&format!("{BUILDS}/{build}/links/{link}")).await
    }

    /// Downloads a package into `writer` and returns its size. Whether it is the right one, its
    /// [`Build::sha256`] says: checking it is the caller's.
    pub async fn download_build(
        &self,
        build: BuildId,
        writer: &mut (impl AsyncWrite + Unpin + Send),
    ) -> Result<u64> {
        let request = self.transfer(Method::GET, &format!("{BUILDS}/{build}/download"));
        let answer = timeout(STANDSTILL, self.send(request)).await.map_err(|_| stands_still())?;
        let mut answer: Response = answer?;
        let mut size = 0;
        while let Some(chunk) =
            timeout(STANDSTILL, answer.chunk()).await.map_err(|_| stands_still())??
        {
            writer.write_all(&chunk).await?;
            size += chunk.len() as u64;
        }
        writer.flush().await?;
        Ok(size)
    }
}

fn stands_still() -> io::Error {
    io::Error::new(ErrorKind::TimedOut, "the download stands still")
}
