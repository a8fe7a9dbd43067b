//! What uploads from CI: the Action of `.github` as GitHub's runner runs it, and the lane of fastlane.

mod action;
mod comments;
mod described;
mod fastlane;
mod readme;
mod refusals;
mod runner;
mod uploads;

use std::path::{Path, PathBuf};

use securevox_app_distribution::Distribution;
use securevox_testkit::lacks;
use sqlx::PgPool;

use self::runner::Job;
use crate::make::Scene;

/// A file of `.github`.
fn github(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github");
    root.canonicalize().unwrap().join(name)
}

/// The service on a port, and a token for it.
struct Server {
    scene: Scene,
    url: String,
    token: String,
}

impl Server {
    /// `None`, said aloud, where there is nothing to run the Action with.
    async fn on(db: PgPool) -> Option<Self> {
        if lacks(&["bash", "curl", "jq"]) {
            return None;
        }
        let scene = Scene::on(db).await;
        let url = scene.house.serve::<Distribution>(&[]).await.url;
        let token = scene.ada.api_token(&["builds:write"], &scene.house).await.token;
        Some(Self { scene, url, token })
    }

    /// The job with what every workflow says.
    fn job(&self, job: Job) -> Job {
        job.with("server", &self.url).with("token", &self.token)
    }

    /// What the service says of a build.
    async fn build(&self, id: &str) -> securevox_testkit::Answer {
        let answer = self.scene.ada.get(&self.scene.router, &format!("/api/builds/{id}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    /// The names of the symbol files that are kept with a build.
    async fn symbols(&self, id: &str) -> Vec<String> {
        let path = format!("/api/builds/{id}/symbols");
        let kept = self.scene.ada.get(&self.scene.router, &path).await;
        let kept = kept.body["items"].as_array().unwrap().iter();
        kept.map(|file| file["file_name"].as_str().unwrap().to_owned()).collect()
    }
}
