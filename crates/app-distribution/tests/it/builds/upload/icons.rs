//! The field `icon`: a picture for a package that has none.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use securevox_testkit::{Answer, Ask, Form};
use sqlx::PgPool;

use crate::make::{Scene, form, installable, ipa};

pub(crate) fn picture(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = RgbImage::from_pixel(90, 60, Rgb([20, 200, 40]));
    DynamicImage::from(image).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn with(package: &[u8], icon: &[u8]) -> Form {
    form(package).file("icon", "icon.png", icon)
}

fn warns_of_it(answer: &Answer) -> bool {
    let warnings = answer.body["warnings"].as_array().unwrap().iter();
    warnings.into_iter().any(|warning| warning["code"] == "icon-unreadable")
}

async fn shown(scene: &Scene, answer: &Answer) -> RgbImage {
    let path = crate::people::path(answer.text("/icon_url"));
    let icon = Ask::new("GET", path).of(&scene.router).await;
    assert_eq!(icon.status, 200);
    image::load_from_memory(&icon.bytes).unwrap().into_rgb8()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_package_without_an_icon_gets_the_one_beside_it(db: PgPool) {
    let scene = Scene::on(db).await;
    for (version, format) in
        [("1.0", ImageFormat::Png), ("1.1", ImageFormat::Jpeg), ("1.2", ImageFormat::WebP)]
    {
        let answer = scene.upload(with(&ipa(version), &picture(format))).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert!(!warns_of_it(&answer));
        let icon = shown(&scene, &answer).await;
        assert_eq!(icon.dimensions(), (90, 90), "{format:?}");
        assert!(icon.get_pixel(45, 45).0[1] > 190);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_icon_of_the_package_wins(db: PgPool) {
    let scene = Scene::on(db).await;
    let sent = with(&installable("Example", "1.0"), &picture(ImageFormat::Png));
    let answer = scene.upload(sent).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(shown(&scene, &answer).await.dimensions(), (61, 61));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_no_picture_is_a_warning_and_refused_when_strict(db: PgPool) {
    let scene = Scene::on(db).await;
    let cut = &picture(ImageFormat::Png)[..60];
    for (version, bad) in [("1.0", &b"<svg/>"[..]), ("1.1", cut)] {
        let answer = scene.upload(with(&ipa(version), bad)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert!(warns_of_it(&answer) && answer.body["icon_url"].is_null());
        let strict = with(&ipa("2.0"), bad).text("strict", "1");
        let refused = scene.upload(strict).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.text("/errors/0/pointer"), "#/icon");
    }
    assert_eq!(scene.files(), (0, 2));
    let large = scene.upload(with(&ipa("3.0"), &vec![7; (2 << 20) + 1])).await;
    assert_eq!(large.problem(), (413, "too-large"));
    assert_eq!(large.text("/detail"), "At most 2 MiB as icon are accepted.");
}
