//! What people say of builds, and how builds are used.

mod analytics;
mod by_form;
mod feedback;
mod installs;
mod metrics;
pub(crate) mod pictures;
mod rollups;
mod screenshots;

use sqlx::PgPool;

/// The app and the id of a build of it.
async fn app_of(scene: &crate::make::Scene, package: &[u8]) -> (String, String) {
    let build = scene.build(package).await;
    (build.text("/app/id").to_owned(), build.text("/id").to_owned())
}

/// How many rows of feedback there are.
async fn count(db: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from feedback"#).fetch_one(db).await.unwrap()
}
