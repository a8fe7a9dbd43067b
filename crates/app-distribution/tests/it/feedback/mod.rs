//! What people say of builds.

mod api;
mod by_form;
pub(crate) mod pictures;
mod screenshots;

use sqlx::PgPool;

/// How many rows of feedback there are.
async fn count(db: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from feedback"#).fetch_one(db).await.unwrap()
}
