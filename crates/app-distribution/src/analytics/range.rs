//! The days that are asked for.

use chrono::{Days, NaiveDate, Utc};
use securevox_core::{Error, Result};
use securevox_protocol::BuildId;
use serde::Deserialize;
use utoipa::IntoParams;

/// More days are several questions.
const MOST_DAYS: i64 = 400;

/// Which days, and of which build.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The first day, `2026-11-01`, in UTC; the 29th before the last if absent.
    from: Option<NaiveDate>,
    /// The last day; today if absent.
    to: Option<NaiveDate>,
    /// Only this build, even if it is gone.
    pub(super) build: Option<BuildId>,
}

/// Days from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
}

impl Range {
    /// The last `days`, of which today is one.
    pub(super) fn last(days: u64) -> Self {
        Self::until(Utc::now().date_naive(), days)
    }

    fn until(to: NaiveDate, days: u64) -> Self {
        let from = to.checked_sub_days(Days::new(days - 1)).unwrap_or(NaiveDate::MIN);
        Self { from, to }
    }

    pub(super) fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.from.iter_days().take_while(move |day| *day <= self.to)
    }
}

impl Wanted {
    pub(super) fn range(self) -> Result<Range> {
        let to = self.to.unwrap_or_else(|| Utc::now().date_naive());
        let from = self.from.unwrap_or_else(|| Range::until(to, 30).from);
        // Beyond these Postgres has no dates.
        let known = |day: NaiveDate| (1970..=9999).contains(&chrono::Datelike::year(&day));
        if !known(to) || !known(from) || from > to || (to - from).num_days() >= MOST_DAYS {
            let words = "must be a day before `to`, 399 days at most, of the years 1970 to 9999";
            return Err(Error::invalid_field("?from", words));
        }
        Ok(Range { from, to })
    }
}
