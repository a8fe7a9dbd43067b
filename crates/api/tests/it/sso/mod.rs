//! Single sign-on: with a provider that nobody here wrote, and with one that means no good.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod door;
mod fake;
mod hostile;
mod people;
mod rules;
mod ways;

use axum::Router;
use securevox_api::Api;
use securevox_testkit::{Answer, Browser, House, OpenId, Person, Variables};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::people::OPEN;

const EVERYBODY: (&str, &str) = ("SECUREVOX_OIDC_REGISTRATION", "everybody");
const ONLY: (&str, &str) = ("SECUREVOX_SSO_ONLY", "true");
/// Where the owner of an account links it.
const WAYS: &str = "/account/sso";
/// Where the browser of a tester comes from: the distribution host sent it.
const WANTED: &str = "to=app-distribution&state=xyz&path=/builds/1";

/// A house whose people sign in at a provider.
struct Scene {
    house: House,
    router: Router,
    provider: OpenId,
    browser: Browser,
}

/// Whom the provider knows.
fn people() -> Value {
    json!({
        "s-ada": {
            "preferred_username": "ada", "name": "Ada Lovelace", "email": "ada@example.org",
            "email_verified": true, "groups": ["staff"],
        },
        "s-eve": { "preferred_username": "Ada", "email": "ada@example.org", "email_verified": false },
        "s-bob": { "email": "bob@elsewhere.example", "email_verified": true, "groups": ["guests"] },
    })
}

impl Scene {
    /// `None`, said aloud, where there is no Node.
    async fn with(db: PgPool, variables: Variables<'_>) -> Option<Self> {
        Self::told(db, variables, false).await
    }

    async fn told(db: PgPool, variables: Variables<'_>, thin: bool) -> Option<Self> {
        let house = House::on(db).await;
        let provider =
            OpenId::start(people(), &house.base.urls.api, json!({ "thin": thin })).await?;
        let variables = [OPEN, &provider.variables(), variables].concat();
        let router = house.router::<Api>(&variables).await;
        let browser = Browser::at(&house.base.urls.api);
        Some(Self { house, router, provider, browser })
    }

    /// What our page answers to `person`, who signs in there after beginning here.
    async fn sign_in(&mut self, person: &str) -> Answer {
        self.come_back(Some(person)).await
    }

    async fn come_back(&mut self, person: Option<&str>) -> Answer {
        self.provider.seat(person).await;
        let begun = self.browser.get(&self.router, &format!("/login/sso?{WANTED}")).await;
        assert_eq!(begun.status, 303, "{}", begun.html());
        let back = self.provider.visit(begun.header("location")).await;
        let path = self.here(&back);
        self.browser.get(&self.router, &path).await
    }

    /// Where whoever is at the provider comes back to here, whom the owner in `browser` wants to link.
    async fn link(&self, browser: &mut Browser) -> String {
        let csrf = browser.get(&self.router, WAYS).await.hidden("csrf").to_owned();
        let onward = browser.post(&self.router, WAYS, &[("csrf", &csrf)]).await;
        assert_eq!(onward.status, 200, "{}", onward.html());
        let next = onward.header("refresh").trim_start_matches("0; url=");
        let shown = onward.between("button primary large\" href=\"", "\"").replace("&#38;", "&");
        assert_eq!(shown, next, "the page leads elsewhere");
        self.here(&self.provider.visit(next).await)
    }

    /// The path of an address of this host.
    fn here(&self, address: &str) -> String {
        let path = address.strip_prefix(self.browser.origin.as_str());
        path.unwrap_or_else(|| panic!("{address} is elsewhere")).to_owned()
    }

    /// Somebody new at the keyboard, here and there.
    fn another_browser(&mut self) {
        self.browser = Browser::at(&self.house.base.urls.api);
    }

    /// A browser in which an account is signed in that is as old as the house.
    async fn owner(&self, handle: &str) -> (Person, Browser) {
        let person = Person::named(handle, &self.house).await;
        let browser = Browser::of(&person, "api", &self.house);
        (person, browser)
    }
}

/// The page has that status, and says these words.
#[track_caller]
fn told(page: &Answer, status: u16, words: &str) {
    assert_eq!(page.status, status, "{}", page.html());
    assert!(page.html().contains(words), "{words:?} is not in {}", page.html());
}

async fn handles(db: &PgPool) -> Vec<String> {
    let handles = sqlx::query_scalar!("select handle from accounts order by id");
    handles.fetch_all(db).await.unwrap()
}

async fn acts(db: &PgPool) -> Vec<String> {
    let acts = sqlx::query_scalar!("select action from audit order by id");
    acts.fetch_all(db).await.unwrap()
}
