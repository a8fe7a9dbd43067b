//! Pages and lists, as those see them who have the most to see.

use std::time::Duration;

use anyhow::ensure;
use reqwest::RequestBuilder;

use super::{browser::Browser, crowd::Crowd};
use crate::{
    http::Target,
    load::{Load, Plan},
};

pub(super) async fn measure(
    target: &Target,
    crowd: &Crowd,
    lasting: Duration,
) -> anyhow::Result<Vec<Load>> {
    let tester = Browser::of_tester(target, &crowd.link).await?;
    let admin = Browser::of_account(target, "bench0").await?;
    let Crowd { group, build, app, access, .. } = crowd;
    let list = target.client.get(format!("{}/api/builds?limit=100", target.distribution));
    let asked: [(&'static str, RequestBuilder); 9] = [
        ("page of apps, a tester's", tester.page("/")),
        ("page of a build, a tester's", tester.page(&format!("/builds/{build}"))),
        ("page of apps, an administrator's", admin.page("/")),
        ("page of a build, an administrator's", admin.page(&format!("/builds/{build}"))),
        ("page to upload", admin.page("/admin")),
        ("page of an app's settings", admin.page(&format!("/admin/apps/{app}"))),
        ("page of groups", admin.page("/admin/groups")),
        ("page of a group", admin.page(&format!("/admin/groups/{group}"))),
        ("list of 100 builds", list.bearer_auth(access)),
    ];
    let mut loads = Vec::new();
    for (name, request) in asked {
        let plan = Plan { name, at_once: 1, lasting, server: target.server };
        let load = plan.run(|_| {
            let request = request.try_clone();
            async move {
                let answer = request.expect("it has no body").send().await?;
                ensure!(answer.status() == 200, "answered {}", answer.status());
                Ok(answer.bytes().await?.len() as u64)
            }
        });
        loads.push(load.await?);
    }
    Ok(loads)
}
