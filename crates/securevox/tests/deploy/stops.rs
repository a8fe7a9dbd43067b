//! A copy of each service goes, in peace or not, while clients go on asking.

use std::time::{Duration, Instant};

use futures_util::future;

use crate::{
    Scene,
    copies::{Copies, Which},
};

/// Long enough for a stop, for the edge to see it, and for what runs to be finished.
const STOP: Duration = Duration::from_secs(12);
/// Long enough for the edge to see a death, and for who stuck to the dead to find another.
const DEATH: Duration = Duration::from_secs(10);
/// Long enough for every client to ask it something.
const FROZEN: Duration = Duration::from_millis(500);
/// Ends of what listens, of what runs, and of connections to Postgres.
const END_LIMIT: Duration = Duration::from_mins(3);

/// Clients of each host.
const CLIENTS: usize = 3;
const PAUSE: Duration = Duration::from_millis(120);

/// How often somebody asked, and what went wrong.
#[derive(Default)]
struct Load {
    asked: usize,
    failed: Vec<String>,
}

/// A stop that is announced costs nobody anything, whatever they ask. `holder` is the copy of app
/// distribution that goes; of the others it is the second.
pub(crate) async fn nobody_notices_a_stop(scene: &mut Scene, holder: usize) {
    let leaving = Which::ALL.map(|which| (which, leaver(which, holder)));
    let stop = async |copies: &mut Copies| {
        for (which, copy) in leaving {
            copies.process(which, copy).terminate();
        }
    };
    let load = under_load(scene, true, STOP, stop).await;
    assert!(load.asked > 300 && load.failed.is_empty(), "{}: {:?}", load.asked, load.failed);
    for (which, copy) in leaving.into_iter().filter(|(which, _)| *which != Which::Distribution) {
        let status = scene.copies.process(which, copy).end(END_LIMIT).await;
        assert!(status.success(), "{which:?}: {status}");
        scene.copies.start_again(which, copy).await;
    }
}

/// Of a death those alone may learn who ask for something that may not be done twice.
pub(crate) async fn nobody_who_may_repeat_notices_a_death(scene: &mut Scene) {
    // The one that was told to stop has finished what ran.
    for copy in [0, 1] {
        if scene.copies.process(Which::Distribution, copy).is_stopping() {
            let status = scene.copies.process(Which::Distribution, copy).end(END_LIMIT).await;
            assert!(status.success(), "{status}");
            scene.copies.start_again(Which::Distribution, copy).await;
        }
    }
    let kill = async |copies: &mut Copies| {
        // So that it dies with requests that it has and did not answer.
        for which in Which::ALL {
            copies.process(which, 0).freeze();
        }
        tokio::time::sleep(FROZEN).await;
        for which in Which::ALL {
            copies.process(which, 0).kill();
        }
    };
    let load = under_load(scene, false, DEATH, kill).await;
    assert!(load.asked > 300 && load.failed.is_empty(), "{}: {:?}", load.asked, load.failed);
}

fn leaver(which: Which, holder: usize) -> usize {
    if which == Which::Distribution { holder } else { 1 }
}

/// What clients meet for `time`, in the second second of which `happen` happens.
async fn under_load(
    scene: &mut Scene,
    with_posts: bool,
    time: Duration,
    happen: impl AsyncFnOnce(&mut Copies),
) -> Load {
    let Scene { copies, edge, ada } = scene;
    let until = Instant::now() + time;
    let api = (edge.at("api.", "/v1/account"), None);
    let builds = (edge.at("app.", "/api/builds"), None);
    let calls = (edge.at("calls.", "/v1/openapi.json"), None);
    let keys = (edge.at("api.", "/.well-known/jwks.json"), None);
    let mut targets = vec![api, builds, calls, keys];
    if with_posts {
        targets.push((edge.at("api.", "/v1/auth/refresh"), Some(r#"{"refresh_token":"none"}"#)));
    }
    let (edge, token) = (&*edge, &ada.token);
    let clients = targets.iter().flat_map(|target| (0..CLIENTS).map(move |_| target));
    let clients = clients.map(|(url, body)| async move {
        let mut load = Load::default();
        let mut cookie = None;
        while Instant::now() < until {
            load.asked += 1;
            match ask(edge.client(), (url, *body), token, &mut cookie).await {
                Ok(()) => {}
                Err(words) => load.failed.push(format!("{url}: {words}")),
            }
            tokio::time::sleep(PAUSE).await;
        }
        load
    });
    let happening = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        happen(copies).await;
    };
    let (loads, ()) = tokio::join!(future::join_all(clients), happening);
    loads.into_iter().fold(Load::default(), |mut all, load| {
        all.asked += load.asked;
        all.failed.extend(load.failed);
        all
    })
}

/// One request of a client that keeps its cookie. A refused token is an answer, too.
async fn ask(
    client: &reqwest::Client,
    (url, body): (&str, Option<&'static str>),
    token: &str,
    cookie: &mut Option<String>,
) -> Result<(), String> {
    let mut request = match body {
        Some(body) => client.post(url).header("content-type", "application/json").body(body),
        None => client.get(url).bearer_auth(token),
    };
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie.as_str());
    }
    let answer = request.send().await.map_err(|error| format!("{error:?}"))?;
    if let Some(given) = answer.headers().get("set-cookie") {
        *cookie = given.to_str().unwrap().split(';').next().map(ToOwned::to_owned);
    }
    let wanted = if body.is_some() { 401 } else { 200 };
    let status = answer.status().as_u16();
    answer.bytes().await.map_err(|error| format!("{error:?}"))?;
    if status == wanted { Ok(()) } else { Err(format!("{status}")) }
}
