//! What retention does next, told before it does.

use axum::extract::State;
use chrono::Utc;
use securevox_core::{
    Result,
    extract::{Checks, Json, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
};
use securevox_protocol::{
    AppId,
    apps::AppRole,
    retention::{AppStorage, Retention, RetentionRules, RetiredBuild},
};
use serde::Deserialize;

use super::store;
use crate::{
    access::{NO_SUCH_APP, Reader},
    app::App,
    quota::{self, Room, Superfluous},
};

/// Rules to try. Where one is given they all stand for those of the app, and one that is absent
/// is no limit.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Tried {
    /// How many builds are kept.
    #[param(minimum = 1)]
    keep_builds: Option<i32>,
    /// For how many days builds are kept.
    #[param(minimum = 1)]
    keep_days: Option<i32>,
    /// How many bytes builds and symbol files may take together.
    #[param(minimum = 1)]
    quota_bytes: Option<i64>,
}

impl Tried {
    /// The rules, if there are any.
    fn rules(self) -> Result<Option<RetentionRules>> {
        let Self { keep_builds, keep_days, quota_bytes } = self;
        let mut checks = Checks::default();
        for (name, number) in [
            ("?keep_builds", keep_builds.map(i64::from)),
            ("?keep_days", keep_days.map(i64::from)),
            ("?quota_bytes", quota_bytes),
        ] {
            checks.require(number.is_none_or(|number| number > 0), name, "must be at least 1");
        }
        checks.finish()?;
        let rules = RetentionRules { keep_builds, keep_days, quota_bytes };
        Ok(Some(rules).filter(|rules| *rules != RetentionRules::default()))
    }
}

/// What an app takes, and what the next clean-up deletes; with rules in the query, what it would
/// delete by them. Nothing is changed. Developers, managers and owners of the app.
#[utoipa::path(get, path = "/api/apps/{app}/retention", tag = "apps",
    params(("app" = AppId, Path), Tried), security(("bearer" = [])),
    responses((status = 200, body = Retention), CallerProblems, Missing, QueryProblems))]
pub(super) async fn show(
    State(app): State<App>,
    Reader(belonging): Reader,
    Query(tried): Query<Tried>,
) -> Result<Json<Retention>> {
    belonging.require(AppRole::Developer)?;
    let tried = tried.rules()?;
    let mut conn = app.db.acquire().await?;
    let room = quota::room(&mut conn, belonging.app, (Utc::now(), None)).await?;
    let theirs = store::rules(&mut conn, belonging.app).await?.ok_or(NO_SUCH_APP)?;
    let deletes = quota::superfluous(&mut conn, &app, Some(belonging.app), tried).await?;
    Ok(Json(Retention {
        rules: tried.unwrap_or(theirs),
        storage: room.ok_or(NO_SUCH_APP)?.told(),
        deletes: deletes.into_iter().map(Superfluous::told).collect(),
    }))
}

impl Room {
    fn told(&self) -> AppStorage {
        AppStorage {
            builds: self.builds,
            used_bytes: self.used,
            kept_bytes: self.kept,
            reserved_bytes: self.reserved,
        }
    }
}

impl Superfluous {
    fn told(self) -> RetiredBuild {
        RetiredBuild {
            reasons: self.reasons(),
            id: self.id,
            version: self.version,
            build_number: self.build_number,
            channel: self.channel,
            bytes: self.bytes,
            created_at: self.created_at,
        }
    }
}
