//! What people say of a build reaches whoever made it.

use std::path::PathBuf;

use securevox_client::{AnalyticsFilter, FeedbackFilter, Upload};
use securevox_protocol::{accounts::Role, feedback::SendFeedback};
use sqlx::PgPool;

use crate::installation::Installation;

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn feedback_and_figures_reach_the_developers(db: PgPool) {
    let installation = Installation::on(db).await;
    let pat = installation.invited("pat", Role::Publisher).await;
    let fixtures = "../app-distribution/tests/fixtures/uiautomator2-server-test.apk";
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(fixtures);
    let build = pat.upload_build(&Upload::of(package)).await.unwrap();
    pat.download_build(build.id, &mut Vec::new()).await.unwrap();

    let said = SendFeedback { rating: Some(4), ..SendFeedback::default() };
    let received = pat.send_feedback(build.id, &said).await.unwrap();
    let filter = FeedbackFilter {
        build: Some(build.id),
        rating: Some(4),
        resolved: Some(false),
        ..FeedbackFilter::default()
    };
    let list = pat.list_feedback(build.app.id, &filter).await.unwrap();
    assert_eq!(list.items[0].id, received.id);
    pat.resolve_feedback(build.app.id, received.id, true).await.unwrap();
    assert_eq!(pat.list_feedback(build.app.id, &filter).await.unwrap().items, []);
    assert!(pat.renew_feedback_key(build.app.id).await.unwrap().url.contains("/api/feedback/"));

    let stats = pat.show_build_stats(build.id).await.unwrap();
    assert_eq!((stats.downloads, stats.unique_testers, stats.average_rating), (1, 1, Some(4.0)));
    let today = stats.last_day;
    let filter = AnalyticsFilter { from: today, to: today, build: Some(build.id) };
    let told = pat.show_analytics(build.app.id, &filter).await.unwrap();
    assert_eq!((told.days.len(), told.totals.downloads), (1, 1));

    pat.delete_feedback(build.app.id, received.id).await.unwrap();
    let gone = pat.delete_feedback(build.app.id, received.id).await.unwrap_err();
    assert_eq!(gone.kind(), Some("no-such-feedback"));
}
