//! Packages that broke on their way, or were broken on purpose, uploaded like any other.

use sqlx::PgPool;

use crate::{
    inspect::{Chance, mutate},
    make::{APK, SIGNED_APK, Scene, ada, form, installable},
};

const AAB: &[u8] = include_bytes!("../../../fixtures/drawn-icon.aab");
const SIMULATOR: &[u8] = include_bytes!("../../../fixtures/detox-simulator-cut.ipa");

const PLACES: usize = 50;

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_broken_package_is_a_build_or_is_refused_in_words(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_UPLOADS_PER_ACCOUNT", "100000")]).await;
    // The same at each run: what fails once fails again.
    let mut chance = Chance(7);
    let ios = installable("Example", "1.0");
    let (mut taken, mut refused) = (0, 0);
    let mut browser = ada(&scene);
    for package in [APK, SIGNED_APK, AAB, SIMULATOR, &ios] {
        let cut = (0..PLACES).map(|place| package[..package.len() * place / PLACES].to_vec());
        let mut broken: Vec<Vec<u8>> = cut.collect();
        broken.extend((0..PLACES).map(|_| mutate(package.to_vec(), &mut chance)));
        for package in broken {
            let answer = scene.upload(form(&package)).await;
            match answer.status.as_u16() {
                200 | 201 => {
                    taken += 1;
                    let page = format!("/builds/{}", answer.text("/id"));
                    assert_eq!(browser.get(&scene.router, &page).await.status, 200);
                }
                422 => {
                    refused += 1;
                    assert!(!answer.text("/detail").is_empty(), "{answer:?}");
                }
                _ => panic!("{answer:?}"),
            }
        }
    }
    assert!(taken > 0 && refused > 5 * PLACES, "{taken} taken, {refused} refused");
}
