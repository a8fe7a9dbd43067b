//! Installing as phones do it, and what is said where it does not work.

mod android;
mod ios;
mod phone;
mod refusals;

use axum::Router;
use plist::Value;
use securevox_testkit::{Answer, Ask, Browser};
use sqlx::PgPool;

use crate::{make::Scene, people::path};

/// An address that iOS would install from.
const HTTPS: &[(&str, &str)] = &[("SECUREVOX_PUBLIC_URL_DISTRIBUTION", "https://app.example.org")];

/// The installer of iOS: no cookies, no patience with redirects, decodes the address once.
struct Ios<'a>(&'a Router);

impl Ios<'_> {
    async fn get(&self, url: &str, range: Option<&str>) -> Answer {
        let ask = Ask::new("GET", path(url))
            .header("user-agent", "com.apple.appstored/1.0 iOS/18.1 model/iPhone16,1 AMS/1");
        let ask = match range {
            Some(range) => ask.header("range", range),
            None => ask,
        };
        let answer = ask.of(self.0).await;
        assert!(!answer.status.is_redirection(), "{answer:?}");
        answer
    }

    /// The status, the same for a HEAD; what is refused is refused in XML.
    async fn status(&self, url: &str) -> u16 {
        let answer = self.get(url, None).await;
        let head = Ask::new("HEAD", path(url)).of(self.0).await;
        assert_eq!((head.status, head.bytes.len()), (answer.status, 0), "{url}");
        if answer.status != 200 && path(url).starts_with("/i/") {
            assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
            assert!(answer.html().starts_with("<?xml"), "{}", answer.html());
        }
        answer.status.as_u16()
    }

    /// The addresses in a manifest by their kind, and its metadata.
    async fn manifest(&self, url: &str) -> (Vec<(String, String)>, plist::Dictionary) {
        let answer = self.get(url, None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
        let plist = Value::from_reader_xml(answer.bytes.as_slice()).unwrap();
        let items = plist.as_dictionary().unwrap()["items"].as_array().unwrap().clone();
        assert_eq!(items.len(), 1);
        let item = items[0].as_dictionary().unwrap();
        let assets = item["assets"].as_array().unwrap().iter().map(|asset| {
            let text = |key: &str| asset.as_dictionary().unwrap()[key].as_string().unwrap();
            (text("kind").to_owned(), text("url").to_owned())
        });
        (assets.collect(), item["metadata"].as_dictionary().unwrap().clone())
    }
}

/// The address of the manifest behind the button, as iOS takes it out of the link.
fn manifest_of(page: &Answer) -> String {
    let link = page.between("href=\"itms-services://", "\"").replace("&#38;", "&");
    let (_, query) = link.split_once('?').unwrap();
    let pairs: Vec<_> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    assert_eq!(pairs[0], ("action", "download-manifest"));
    assert_eq!((pairs[1].0, pairs.len()), ("url", 2));
    let encoded = pairs[1].1;
    assert!(!encoded.contains(['+', ' ', '/', '?']), "{encoded}");
    let address = url::form_urlencoded::parse(format!("a={encoded}").as_bytes())
        .next()
        .unwrap()
        .1
        .into_owned();
    assert!(!path(&address).contains(['?', '&', '%', ' ']), "{address}");
    address
}

pub(crate) async fn page(browser: &mut Browser, scene: &Scene, build: &str) -> Answer {
    browser.get(&scene.router, &format!("/builds/{build}")).await
}

/// Makes the IPA of a build of another kind.
async fn distribute_as(db: &PgPool, kind: &str) {
    let kind = serde_json::json!(kind);
    sqlx::query!("update builds set details = jsonb_set(details, '{distribution}', $1)", kind)
        .execute(db)
        .await
        .unwrap();
}
