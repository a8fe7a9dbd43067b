//! An app with many builds, and a group with many testers who get all of them.

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::http::{Target, package, upload, well};

/// As many as may be invited at once.
const INVITED: u32 = 500;

pub(super) struct Crowd {
    pub(super) group: String,
    /// The newest.
    pub(super) build: String,
    pub(super) app: String,
    /// By which one of the testers signs in.
    pub(super) link: String,
    pub(super) access: String,
}

pub(super) async fn gather(target: &Target, testers: u32, builds: u32) -> anyhow::Result<Crowd> {
    let access = target.login(0).await?.access;
    let mut build = String::new();
    for number in 0..builds {
        // No other benchmark counts from there.
        (build, _) = upload(target, &access, package(0, (1 << 32) + u64::from(number))?).await?;
    }
    let address = |path: &str| format!("{}{path}", target.distribution);
    let ask = async |request: reqwest::RequestBuilder| {
        let answer = well(request.bearer_auth(&access).send().await?)?;
        anyhow::Ok(answer.json::<Value>().await?)
    };
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned).context("no text");
    let shown = ask(target.client.get(address(&format!("/api/builds/{build}")))).await?;
    let app = text(&shown["app"]["id"]).or_else(|_| text(&shown["app"]))?;
    let named = target.client.post(address("/api/groups")).json(&json!({ "name": "Bench" }));
    let group = text(&ask(named).await?["id"])?;
    let attached = target.client.put(address(&format!("/api/groups/{group}/apps/{app}")));
    ask(attached.json(&json!({ "every_build": true }))).await?;
    let mut link = None;
    for first in (0..testers).step_by(INVITED as usize) {
        let emails: Vec<String> = (first..testers.min(first + INVITED))
            .map(|number| format!("tester{number}@example.org"))
            .collect();
        let invited = target.client.post(address(&format!("/api/groups/{group}/testers")));
        let invited = ask(invited.json(&json!({ "emails": emails }))).await?;
        link = link.or_else(|| invited["items"][0]["link"].as_str().map(ToOwned::to_owned));
    }
    let link = link.context("no link was given: mail is not off")?;
    Ok(Crowd { group, build, app, link, access })
}
