//! A person with a browser, on two hosts and whichever copies.

use std::collections::BTreeMap;

use reqwest::{RequestBuilder, Response, header};
use url::form_urlencoded;

use crate::{PASSWORD, Scene, edge::DOMAIN};

/// The cookies of each host.
type Jar = BTreeMap<&'static str, BTreeMap<String, String>>;

pub(crate) async fn one_login_is_for_two_hosts(scene: &Scene) {
    let (edge, mut jar) = (&scene.edge, Jar::new());
    let begin =
        visit(&mut jar, "app.", edge.client().get(edge.at("app.", "/session?path=/"))).await;
    let login = local(&begin, "api.");
    let page = visit(&mut jar, "api.", edge.client().get(edge.at("api.", &login))).await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();

    let mut body = form_urlencoded::Serializer::new(String::new());
    for name in ["csrf", "to", "state", "path"] {
        body.append_pair(name, &hidden(&page, name));
    }
    let body = body.append_pair("handle", scene.ada.handle).append_pair("password", PASSWORD);
    let sent = edge.client().post(edge.at("api.", "/login")).body(body.finish());
    let sent = sent.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let sent = sent.header(header::ORIGIN, format!("https://api.{DOMAIN}"));
    let back = local(&visit(&mut jar, "api.", sent).await, "app.");
    let arrived = visit(&mut jar, "app.", edge.client().get(edge.at("app.", &back))).await;
    assert_eq!(arrived.headers()[header::LOCATION], "/");

    let home = visit(&mut jar, "app.", edge.client().get(edge.at("app.", "/"))).await;
    assert_eq!(home.status(), 200);
    assert!(home.text().await.unwrap().contains(r#"action="/logout""#), "nobody is signed in");
    for (host, cookies) in jar {
        let careful = |name: &String| name.starts_with("__Host-");
        assert!(!cookies.is_empty() && cookies.keys().all(careful), "{host}: {cookies:?}");
    }
}

/// Sends a request as a browser does, and keeps the cookies of the answer.
async fn visit(jar: &mut Jar, host: &'static str, request: RequestBuilder) -> Response {
    let cookies = jar.entry(host).or_default();
    let sent: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = request.header(header::ACCEPT, "text/html");
    let answer = request.header(header::COOKIE, sent.join("; ")).send().await.unwrap();
    for cookie in answer.headers().get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.contains("; Secure"), "{cookie}");
        let (name, rest) = cookie.split_once('=').unwrap();
        if cookie.contains("Max-Age=0") {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), rest.split(';').next().unwrap().to_owned());
        }
    }
    answer
}

/// Path and query of where an answer leads, which is on `host`.
fn local(answer: &Response, host: &str) -> String {
    assert_eq!(answer.status(), 303, "{answer:?}");
    let target = answer.headers()[header::LOCATION].to_str().unwrap();
    let path = target.strip_prefix(&format!("https://{host}{DOMAIN}"));
    path.unwrap_or_else(|| panic!("{target} is not on {host}")).to_owned()
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().replace("&#47;", "/").replace("&#38;", "&")
}
