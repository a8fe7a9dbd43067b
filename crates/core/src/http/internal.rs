//! The second listener: alive, ready, metrics. It is never routed from outside.

use std::{fmt, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::future::BoxFuture;

use crate::{metrics::Metrics, tasks::Lifecycle};

/// How long a check of `/readyz` may take.
const CHECK_LIMIT: Duration = Duration::from_secs(3);

type Check = dyn Fn() -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync;

/// What has to work for a service to be ready.
#[derive(Clone)]
pub struct Readiness {
    checks: Vec<(&'static str, std::sync::Arc<Check>)>,
    /// Without which it goes on, with less.
    wishes: Vec<(&'static str, std::sync::Arc<Check>)>,
    lifecycle: Lifecycle,
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.checks.iter().map(|(name, _)| name)).finish()
    }
}

impl Readiness {
    /// Ready until `lifecycle` drains.
    pub fn new(lifecycle: Lifecycle) -> Self {
        Self { checks: Vec::new(), wishes: Vec::new(), lifecycle }
    }

    /// Ready only while `check` succeeds; `name` is told when it does not.
    #[must_use]
    pub fn and<F>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync + 'static,
    {
        self.checks.push((name, std::sync::Arc::new(check)));
        self
    }

    /// Ready without it too: that `check` does not succeed is only told. What all copies share
    /// must not make all of them unready at once, or a proxy is left with nobody to ask.
    #[must_use]
    pub fn and_if_possible<F>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync + 'static,
    {
        self.wishes.push((name, std::sync::Arc::new(check)));
        self
    }

    /// The names of what a service that is ready goes on without.
    pub async fn missing(&self) -> Vec<&'static str> {
        failing(&self.wishes, "without it for now").await
    }

    /// The names of the checks that fail, empty when ready; `draining` while draining.
    pub async fn failing(&self) -> Vec<&'static str> {
        if self.lifecycle.is_draining() {
            return vec!["draining"];
        }
        failing(&self.checks, "not ready").await
    }
}

async fn failing(
    checks: &[(&'static str, std::sync::Arc<Check>)],
    meaning: &str,
) -> Vec<&'static str> {
    let mut failing = Vec::new();
    for (name, check) in checks {
        match tokio::time::timeout(CHECK_LIMIT, check()).await {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => {
                tracing::warn!(check = name, error = format!("{error:#}"), "{meaning}");
            }
            Err(_) => tracing::warn!(check = name, "{meaning}: no answer"),
        }
        failing.push(*name);
    }
    failing
}

/// `/healthz`, `/readyz` and `/metrics`.
#[expect(clippy::disallowed_methods, reason = "internal routes have no API description")]
pub fn internal_router(readiness: Readiness, metrics: Metrics) -> Router {
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready).with_state(readiness))
        .route("/metrics", get(show_metrics).with_state(metrics))
}

async fn ready(State(readiness): State<Readiness>) -> Response {
    match readiness.failing().await.as_slice() {
        [] => match readiness.missing().await.as_slice() {
            [] => "ready\n".into_response(),
            missing => format!("ready, without {}\n", missing.join(", ")).into_response(),
        },
        failing => {
            let text = format!("not ready: {}\n", failing.join(", "));
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
    }
}

async fn show_metrics(State(metrics): State<Metrics>) -> crate::Result<Response> {
    let text = metrics.render()?;
    Ok(([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response())
}
