//! The upload page of one app, which takes builds of no other.

use securevox_testkit::{Browser, Form, Person};
use sqlx::PgPool;

use crate::{
    builds::upload::icons::picture,
    make::{BUNDLE, Scene, form, ipa, ipa_of},
};

const SERVICE: &str = "app-distribution";
const OTHER: &str = "com.example.other";

/// The form of the page at `path`, with what it holds already.
async fn filled(scene: &Scene, browser: &mut Browser, path: &str, package: &[u8]) -> Form {
    let page = browser.get(&scene.router, path).await;
    let names = ["csrf", "platform", "bundle_id", "strict"];
    let form = names.iter().fold(Form::default(), |form, name| form.text(name, page.hidden(name)));
    form.file("app_file", "App.ipa", package)
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_package_of_another_app_is_refused_and_makes_none(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    let path = format!("/admin?app={}", build.text("/app/id"));
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &path).await;
    assert!(page.html().contains("Example · iOS · com.example.app"), "{}", page.html());

    let wrong = filled(&scene, &mut browser, &path, &ipa_of(OTHER, "1.0", 0)).await;
    let refused = browser.upload(&scene.router, "/admin/builds", wrong).await;
    assert_eq!(refused.status, 422);
    let words = "The request says &#34;com.example.app&#34;, and the package says &#34;com.example.other&#34;.";
    assert!(refused.html().contains(words), "{}", refused.html());
    assert_eq!(refused.hidden("bundle_id"), BUNDLE, "the form is still for this app");
    let apps = scene.ada.get(&scene.router, "/api/apps").await;
    assert_eq!(apps.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(scene.files(), (0, 1));

    let right = filled(&scene, &mut browser, &path, &ipa("1.1")).await;
    let right = right.file("icon", "icon.png", &picture(image::ImageFormat::Png));
    let taken = browser.upload(&scene.router, "/admin/builds", right).await;
    assert_eq!(taken.status, 303, "{taken:?}");
    let page = browser.get(&scene.router, taken.header("location")).await;
    assert!(page.html().contains("/icon.png"), "{}", page.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_page_of_an_app_is_for_its_developers(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    let path = format!("/admin?app={}", build.text("/app/id"));
    let pat = Person::publisher("pat", &scene.house).await;
    let mut browser = Browser::of(&pat, SERVICE, &scene.house);
    assert_eq!(browser.get(&scene.router, &path).await.status, 404);
    assert_eq!(browser.get(&scene.router, "/admin").await.status, 200);
    // What CI says of the package is still no more than a warning.
    let said = form(&ipa_of(OTHER, "1.0", 0)).text("bundle_id", BUNDLE);
    let told = scene.upload(said).await;
    assert_eq!((told.status.as_u16(), told.text("/bundle_id")), (201, OTHER));
}
