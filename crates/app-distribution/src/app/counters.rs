//! What Prometheus is told of what happens.

use securevox_core::{
    Error, Result,
    metrics::{Counters as Counts, Metrics, Timings},
};
use securevox_protocol::builds::Build;

use crate::repeat::Written;

/// What Prometheus is told of the service, with few labels. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Counters {
    /// By platform.
    pub(crate) downloads: Counts,
    /// By platform.
    pub(crate) installs: Counts,
    /// By where it was written.
    pub(crate) feedback: Counts,
    /// By platform and result.
    uploads: Counts,
    /// How long packages are looked into, by platform.
    pub(crate) inspections: Timings,
}

impl Counters {
    pub(super) fn new(metrics: &Metrics) -> Self {
        Self {
            downloads: metrics.counters("downloads_total", "Packages fetched", &["platform"]),
            installs: metrics.counters(
                "installs_total",
                "Installations that told of themselves",
                &["platform"],
            ),
            feedback: metrics.counters("feedback_total", "Feedback received", &["origin"]),
            uploads: metrics.counters(
                "uploads_total",
                "Packages received",
                &["platform", "result"],
            ),
            inspections: metrics.timings(
                "package_inspection_seconds",
                "Time to look into a package",
                &["platform"],
            ),
        }
    }

    /// Counts an upload that came to its end.
    pub(crate) fn note_upload(&self, made: &Result<(Written, Build)>) {
        let (platform, result) = match made {
            Ok((Written::Now, build)) => (build.platform.as_str(), "new"),
            Ok((Written::Before, build)) => (build.platform.as_str(), "known"),
            Err(Error::Problem(problem)) if problem.status < 500 => ("unknown", "refused"),
            Err(_) => ("unknown", "failed"),
        };
        self.uploads.with_label_values(&[platform, result]).inc();
    }
}
