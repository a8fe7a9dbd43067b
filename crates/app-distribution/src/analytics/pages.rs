//! The page of analytics, for the developers of an app.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{DateTime, NaiveDate, NaiveTime};
use securevox_core::{
    Result,
    extract::Query,
    web::{Language, View},
};
use securevox_protocol::{
    BuildId,
    analytics::{Analytics, BuildShare, Share},
    apps::AppDetails,
    builds::Platform,
};
use serde::Deserialize;

use super::{
    chart::{Bar, bars},
    range::Range,
    report,
    words::{AnalyticsWords, count},
};
use crate::{
    access::AppView,
    app::App,
    words::{DistributionWords, version},
};

#[derive(Template)]
#[template(path = "analytics/app.html")]
struct AnalyticsPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    own: &'static AnalyticsWords,
    app: &'a AppDetails,
    days: u64,
    analytics: &'a Analytics,
    charts: Vec<Chart>,
    tables: Vec<Table>,
    builds: Vec<Line>,
}

/// What happened day by day.
struct Chart {
    title: &'static str,
    total: String,
    most: String,
    bars: Vec<Bar>,
}

/// Figures by something.
struct Table {
    title: &'static str,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    downloads: String,
    installs: String,
    /// Of the largest, in per cent.
    share: i64,
    /// A build that is there.
    build: Option<BuildId>,
}

impl AnalyticsPage<'_> {
    fn ranges(&self) -> [(u64, &'static str); 3] {
        [(7, self.own.week), (30, self.own.month), (90, self.own.quarter)]
    }

    fn is_empty(&self) -> bool {
        self.analytics.totals.downloads == 0 && self.analytics.totals.installs == 0
    }

    fn number(&self, number: i64) -> String {
        count(self.view.language, number)
    }

    fn date(&self, day: NaiveDate) -> String {
        date(self.view.language, day)
    }

    /// How the app asks for something newer, which tells that it is installed.
    fn updates_request(&self) -> String {
        let device = match self.app.platform {
            Platform::Ios => "os=iOS%2018.1&model=iPhone17,1",
            Platform::Android => "os=Android%2015&model=Pixel%209",
        };
        format!(
            "GET /api/apps/{}/updates?version=1.0&build=7\n    &installation=<uuid>&{device}",
            self.app.id
        )
    }
}

fn date(language: Language, day: NaiveDate) -> String {
    let midnight: DateTime<chrono::Utc> = day.and_time(NaiveTime::MIN).and_utc();
    language.date(&midnight)
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    days: Option<u64>,
    build: Option<BuildId>,
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let mut conn = app.db.acquire().await?;
    let days = wanted.days.filter(|days| [7, 90].contains(days)).unwrap_or(30);
    let analytics = report::report(&mut conn, (at.id(), wanted.build), Range::last(days)).await?;
    drop(conn);
    let view = &at.view;
    let own = AnalyticsWords::of(view.language);
    let page = AnalyticsPage {
        words: DistributionWords::of(view.language),
        own,
        app: &at.details,
        days,
        charts: charts(view, own, &analytics),
        tables: tables(view, own, &analytics),
        builds: builds(view, own, &analytics.builds),
        analytics: &analytics,
        view,
    };
    Ok(view.page(&page))
}

fn charts(view: &View, own: &'static AnalyticsWords, analytics: &Analytics) -> Vec<Chart> {
    let chart = |title: &'static str, values: Vec<(NaiveDate, i64)>| Chart {
        title,
        total: count(view.language, values.iter().map(|(_, value)| value).sum()),
        most: count(
            view.language,
            values.iter().map(|(_, value)| *value).max().unwrap_or_default(),
        ),
        bars: bars(values.iter().map(|(day, value)| {
            let day = date(view.language, *day);
            (*value, format!("{day}: {}", count(view.language, *value)))
        })),
    };
    let days = &analytics.days;
    let mut charts = Vec::new();
    if analytics.totals.downloads > 0 {
        let downloads = days.iter().map(|day| (day.day, day.downloads)).collect();
        charts.push(chart(own.downloads, downloads));
    }
    if analytics.totals.installs > 0 {
        let installs = days.iter().map(|day| (day.day, day.installs)).collect();
        charts.push(chart(own.installs, installs));
    }
    charts
}

fn tables(view: &View, own: &'static AnalyticsWords, analytics: &Analytics) -> Vec<Table> {
    let known = |name: &str| if name.is_empty() { own.unknown } else { name }.to_owned();
    let table = |title, shares: &[Share], name: &dyn Fn(&str) -> String| {
        let counts: Vec<(i64, i64)> =
            shares.iter().map(|share| (share.downloads, share.installs)).collect();
        let named = shares.iter().map(|share| (name(&share.name), None)).collect();
        Table { title, lines: lines(view, named, &counts) }
    };
    vec![
        table(own.versions, &analytics.versions, &known),
        table(own.systems, &analytics.systems, &known),
        table(own.devices, &analytics.devices, &|name| own.family(name).to_owned()),
    ]
}

fn builds(view: &View, own: &'static AnalyticsWords, builds: &[BuildShare]) -> Vec<Line> {
    let name = |build: &BuildShare| {
        let name = match (build.version.as_deref(), build.build_number.as_deref()) {
            (None, None) => own.build.to_owned(),
            (name, number) => version(name, number),
        };
        if build.deleted { format!("{name} · {}", own.deleted) } else { name }
    };
    let named = builds
        .iter()
        .map(|build| (name(build), (!build.deleted).then_some(build.build_id)))
        .collect();
    let counts: Vec<(i64, i64)> =
        builds.iter().map(|build| (build.downloads, build.installs)).collect();
    lines(view, named, &counts)
}

fn lines(view: &View, names: Vec<(String, Option<BuildId>)>, counts: &[(i64, i64)]) -> Vec<Line> {
    let most = counts.iter().map(|(downloads, installs)| downloads + installs).max();
    let most = most.unwrap_or_default().max(1);
    let line =
        |((name, build), (downloads, installs)): ((String, Option<BuildId>), &(i64, i64))| Line {
            name,
            downloads: count(view.language, *downloads),
            installs: count(view.language, *installs),
            share: (downloads + installs) * 100 / most,
            build,
        };
    names.into_iter().zip(counts).map(line).collect()
}
