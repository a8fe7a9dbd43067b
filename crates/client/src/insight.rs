//! What people say of builds, and how builds are used.

use chrono::NaiveDate;
use reqwest::{Method, Url};
use securevox_protocol::{
    AppId, BuildId, FeedbackId, Page,
    analytics::{Analytics, BuildStats},
    feedback::{Feedback, FeedbackKey, FeedbackReceived, SendFeedback, UpdateFeedback},
};

use crate::{Client, Paging, Result};

/// Which feedback to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedbackFilter {
    /// Only what is said of one build.
    pub build: Option<BuildId>,
    /// Only with so many stars.
    pub rating: Option<i16>,
    /// Only what is done with, or only what is not.
    pub resolved: Option<bool>,
    /// Which part of the list.
    pub paging: Paging,
}

/// Which days to tell of, in UTC; the last thirty if nothing else is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnalyticsFilter {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
    /// Only of one build.
    pub build: Option<BuildId>,
}

pub(crate) fn write<T: ToString>(url: &mut Url, pairs: &[(&str, Option<T>)]) {
    for (name, value) in pairs {
        if let Some(value) = value {
            url.query_pairs_mut().append_pair(name, &value.to_string());
        }
    }
}

impl Client {
    /// Says something of a build: whoever sees it.
    pub async fn send_feedback(
        &self,
        build: BuildId,
        said: &SendFeedback,
    ) -> Result<FeedbackReceived> {
        self.change_distributed(Method::POST, &format!("/api/builds/{build}/feedback"), said).await
    }

    /// What was said of an app, newest first: its developers.
    pub async fn list_feedback(
        &self,
        app: AppId,
        filter: &FeedbackFilter,
    ) -> Result<Page<Feedback>> {
        let FeedbackFilter { build, rating, resolved, paging } = filter;
        self.distributed(&format!("/api/apps/{app}/feedback"), |url| {
            write(url, &[("build", *build)]);
            write(url, &[("rating", *rating)]);
            write(url, &[("resolved", *resolved)]);
            paging.write(url);
        })
        .await
    }

    /// Says that feedback is done with, or not any more: developers of the app.
    pub async fn resolve_feedback(
        &self,
        app: AppId,
        feedback: FeedbackId,
        resolved: bool,
    ) -> Result<Feedback> {
        let path = format!("/api/apps/{app}/feedback/{feedback}");
        self.change_distributed(Method::PATCH, &path, &UpdateFeedback { resolved }).await
    }

    /// Deletes feedback with its screenshot: managers of the app.
    pub async fn delete_feedback(&self, app: AppId, feedback: FeedbackId) -> Result<()> {
        self.delete_distributed(&format!("/api/apps/{app}/feedback/{feedback}")).await
    }

    /// Makes the address to which an app sends feedback from inside, or another one: its managers.
    pub async fn renew_feedback_key(&self, app: AppId) -> Result<FeedbackKey> {
        let path = format!("/api/apps/{app}/feedback-key");
        self.change_distributed(Method::PUT, &path, &()).await
    }

    /// How an app is used: its developers.
    pub async fn show_analytics(&self, app: AppId, filter: &AnalyticsFilter) -> Result<Analytics> {
        self.distributed(&format!("/api/apps/{app}/analytics"), |url| {
            write(url, &[("from", filter.from), ("to", filter.to)]);
            write(url, &[("build", filter.build)]);
        })
        .await
    }

    /// How a build was used since its upload: developers of its app.
    pub async fn show_build_stats(&self, build: BuildId) -> Result<BuildStats> {
        self.distributed(&format!("/api/builds/{build}/stats"), |_| {}).await
    }
}
