//! What forms say of what was sent, and long lists.

use securevox_testkit::Browser;
use sqlx::PgPool;

use super::group;
use crate::make::{SERVICE, Scene, ipa};

/// The form of a group as its page shows it, with the proof that it carries.
async fn page(scene: &Scene, browser: &mut Browser, at: &str) -> (String, String) {
    let page = browser.get(&scene.router, at).await;
    assert_eq!(page.status, 200, "{at}");
    (page.html().to_owned(), page.hidden("csrf").to_owned())
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_wrong_stands_beside_its_field_in_the_language_of_the_page(db: PgPool) {
    let scene = Scene::on(db).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let at = format!("/admin/groups/{}", group(&scene, "Friends", &app, true).await);
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let italian = [("back", "/"), ("language", "it")];
    assert_eq!(browser.post(&scene.router, "/preferences", &italian).await.status, 303);
    let (_, csrf) = page(&scene, &mut browser, &at).await;
    let csrf = ("csrf", csrf.as_str());
    let router = &scene.router;

    let sent = [csrf, ("email_domain", "no domain"), ("uses", "0"), ("expires_in_hours", "1")];
    let refused = browser.post(router, &format!("{at}/links"), &sent).await;
    assert_eq!(refused.status, 422);
    let html = refused.html();
    assert!(html.contains("Deve essere un dominio come example.org."), "{html}");
    assert!(html.contains("Deve essere tra 1 e 10,000."), "{html}");
    assert!(html.contains("aria-describedby=\"email_domain-fault email-domain-hint\""), "{html}");
    assert!(html.contains("value=\"no domain\""), "what was typed stays: {html}");
    assert!(!html.contains("must be"), "{html}");
    let field = refused.between("name=\"expires_in_hours\"", ">");
    assert!(field.contains("value=\"1\"") && !field.contains("aria-invalid"), "{field}");

    let sent = [csrf, ("emails", "ada@example.org eve@nowhere")];
    let refused = browser.post(router, &format!("{at}/testers"), &sent).await;
    let html = refused.html();
    assert!(html.contains("«eve@nowhere» non è un indirizzo"), "{html}");
    assert!(html.contains(">ada@example.org eve@nowhere</textarea>"), "{html}");

    let settings = format!("/admin/apps/{app}");
    let sent = [
        csrf,
        ("description", "Mine"),
        ("testflight_url", "http://x"),
        ("play_url", ""),
        ("access", "password"),
        ("password", "short"),
    ];
    let refused = browser.post(router, &settings, &sent).await;
    let html = refused.html();
    assert!(html.contains("Deve essere un indirizzo https://."), "{html}");
    assert!(html.contains("Deve avere da 8 a 256 caratteri."), "{html}");
    assert!(html.contains(">Mine</textarea>") && html.contains("value=\"http://x\""), "{html}");
    assert!(!html.contains("short\""), "a password is not shown again");
    let sent = [csrf, ("handle", "nobody-there"), ("role", "developer")];
    let refused = browser.post(router, &format!("{settings}/members"), &sent).await;
    let html = refused.html();
    assert!(html.contains("Non c’è nessun account con questo nome."), "{html}");
    assert!(html.contains("value=\"nobody-there\""), "{html}");
    let removed = format!("{settings}/members/{}/remove", scene.ada.account);
    let refused = browser.post(router, &removed, &[csrf]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.html().contains("È l’unico proprietario"), "{}", refused.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_was_done_is_told_once(db: PgPool) {
    let scene = Scene::on(db).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let at = format!("/admin/groups/{}", group(&scene, "Friends", &app, true).await);
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let (html, csrf) = page(&scene, &mut browser, &at).await;
    assert!(!html.contains("data-toast"));
    let renamed = [("csrf", csrf.as_str()), ("name", "Family")];
    assert_eq!(browser.post(&scene.router, &at, &renamed).await.status, 303);
    let (html, _) = page(&scene, &mut browser, &at).await;
    assert!(html.contains("data-toast") && html.contains("Renamed."), "{html}");
    let (html, _) = page(&scene, &mut browser, &at).await;
    assert!(!html.contains("data-toast"), "{html}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_thousand_testers_are_walked_through_and_one_is_found(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let id = group(&scene, "Friends", &app, true).await;
    let of: uuid::Uuid = id.parse().unwrap();
    sqlx::query!(
        "with made as (
             insert into testers (id, email)
             select gen_random_uuid(), 'tester' || n || '@example.org' from generate_series(1, 120) n
             returning id
         )
         insert into tester_group_members (group_id, tester_id) select $1, id from made",
        of,
    )
    .execute(&db)
    .await
    .unwrap();
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let at = format!("/admin/groups/{id}");
    let count = |html: &str| html.matches("/remove\"").count();
    let beside = |html: &str, rel: &str| {
        let (_, rest) = html.split_once(&format!("rel=\"{rel}\" href=\""))?;
        Some(rest.split('"').next()?.replace("&#38;", "&"))
    };
    let (mut html, _) = page(&scene, &mut browser, &at).await;
    assert!(beside(&html, "prev").is_none());
    let first = html.clone();
    for shown in [50, 50, 20] {
        assert_eq!(count(&html), shown);
        if let Some(next) = beside(&html, "next") {
            html = page(&scene, &mut browser, &next).await.0;
        }
    }
    assert!(beside(&html, "next").is_none());
    for _ in 0..2 {
        let newer = beside(&html, "prev").expect("there is a way back");
        html = page(&scene, &mut browser, &newer).await.0;
        assert_eq!(count(&html), 50);
    }
    assert!(beside(&html, "prev").is_none());
    let rows = |html: &str| html.split("<ul class=\"rows\">").nth(1).unwrap().to_owned();
    let rows = |html: &str| rows(html).split("</ul>").next().unwrap().to_owned();
    assert_eq!(rows(&html), rows(&first), "back at the beginning");

    let (found, _) = page(&scene, &mut browser, &format!("{at}?q=TESTER77@")).await;
    assert_eq!(count(&found), 1);
    assert!(found.contains("tester77@example.org"));
    let (none, _) = page(&scene, &mut browser, &format!("{at}?q=%25")).await;
    assert_eq!(count(&none), 0);
    assert!(none.contains("Nobody here has such an address or name."));
}
