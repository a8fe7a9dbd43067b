//! Where a browser goes that has signed in: to the host that sent it, with a code, or to one of our pages.

use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{Result, auth::single_use, web::local_path};
use securevox_protocol::SessionId;
use serde::Deserialize;
use sqlx::PgConnection;
use url::{Url, form_urlencoded};

use crate::{app::App, tokens, ways_in::WAYS};

/// How long the code that brings a session to another host works.
const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);

/// Where somebody wants to be after signing in.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(crate) to: String,
    #[serde(default)]
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) path: String,
}

impl Wanted {
    /// To be at one of our own pages.
    pub(crate) fn here(path: &str) -> Self {
        Self { to: "api".to_owned(), state: String::new(), path: path.to_owned() }
    }

    /// The login page, or another that leads there in the end.
    pub(crate) fn page(&self, page: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let pairs = [("to", &self.to), ("state", &self.state), ("path", &self.path)];
        query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
    }

    /// The login page that leads there.
    pub(crate) fn login_page(&self) -> String {
        self.page("/login")
    }

    /// The same, if it is one of ours: no more of it is kept than any of our hosts asks for.
    pub(crate) fn bounded(self) -> Self {
        let fits = self.to.len() <= 32 && self.state.len() <= 128 && self.path.len() <= 2_000;
        let holds_nul = [&self.to, &self.state, &self.path].iter().any(|text| text.contains('\0'));
        if fits && !holds_nul { self } else { Self::default() }
    }
}

/// Where the browser goes next: to the host that sent it, with a code; else to the apps.
pub(super) async fn hand_over(
    conn: &mut PgConnection,
    app: &App,
    session: SessionId,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<String> {
    let is_here = wanted.to.as_str() == app.site.service();
    if is_here && [tokens::PAGE, WAYS].contains(&wanted.path.as_str()) {
        return Ok(wanted.path.clone());
    }
    let Some(host) = app.site.address(&wanted.to).filter(|_| !is_here && !wanted.state.is_empty())
    else {
        return Ok(arrival(&app.site.urls().distribution).into());
    };
    let purpose = single_use::session_purpose(&wanted.to);
    let code = single_use::issue(conn, &purpose, Some(session), now + CODE_LIFETIME).await?;
    let mut next = arrival(host);
    next.query_pairs_mut()
        .append_pair("code", &code.to_string())
        .append_pair("state", &wanted.state)
        .append_pair("path", local_path(&wanted.path).unwrap_or("/"));
    Ok(next.into())
}

fn arrival(host: &Url) -> Url {
    host.join("session").unwrap_or_else(|_| host.clone())
}
