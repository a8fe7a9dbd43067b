use super::*;

fn payload() -> WebhookPayload {
    serde_json::from_value(json!({
        "version": 1,
        "id": "01935b7e-0000-7000-8000-000000000000",
        "type": "build.published",
        "created_at": "2026-11-24T10:00:00Z",
        "app": {"id": "01935b7e-0000-7000-8000-000000000001", "name": "Tom & Jerry"},
        "build": {
            "id": "01935b7e-0000-7000-8000-000000000002", "platform": "ios",
            "bundle_id": "com.example.app", "version": "1.2", "build_number": "34",
            "min_os_version": "15.0", "release_notes": "Hi <!channel> @everyone", "channel": "beta",
            "branch": null, "commit": null, "ci_url": null, "is_beta": true, "size": 12_480_000,
            "status": "active", "signing_expires_at": null, "warnings": [],
            "page_url": "https://app.example.org/builds/01935b7e-0000-7000-8000-000000000002",
            "created_at": "2026-11-24T10:00:00Z"
        }
    }))
    .unwrap()
}

const PAGE: &str = "https://app.example.org/builds/01935b7e-0000-7000-8000-000000000002";

#[test]
fn generic_is_the_payload() {
    let payload = payload();
    let told = body(WebhookFormat::Generic, MailLanguage::Italian, &payload);
    assert_eq!(serde_json::from_value::<WebhookPayload>(told.clone()).unwrap(), payload);
    assert_eq!(told["type"], "build.published");
    assert!(told.get("feedback").is_none());
}

#[test]
fn slack_gets_blocks_that_call_nobody() {
    assert_eq!(
        body(WebhookFormat::Slack, MailLanguage::English, &payload()),
        json!({
            "text": "Tom &amp; Jerry: new build (iOS · 1.2 (34))",
            "blocks": [
                {"type": "header", "text":
                    {"type": "plain_text", "text": "Tom & Jerry: new build", "emoji": false}},
                {"type": "section", "fields": [
                    {"type": "mrkdwn", "text": "*Build*\niOS · 1.2 (34)"},
                    {"type": "mrkdwn", "text": "*Channel*\nbeta"},
                    {"type": "mrkdwn", "text": "*Size*\n12.5 MB"},
                ]},
                {"type": "section", "text": {"type": "mrkdwn", "verbatim": true,
                    "text": "Hi &lt;!channel&gt; @everyone"}},
                {"type": "actions", "elements": [{"type": "button", "url": PAGE,
                    "text": {"type": "plain_text", "text": "Open the build"}}]},
            ],
        })
    );
}

#[test]
fn teams_gets_an_adaptive_card() {
    assert_eq!(
        body(WebhookFormat::Teams, MailLanguage::Italian, &payload()),
        json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": [
                        {"type": "TextBlock", "text": "Tom & Jerry: nuova build",
                         "weight": "bolder", "size": "medium", "color": "default", "wrap": true},
                        {"type": "FactSet", "facts": [
                            {"title": "Build", "value": "iOS · 1.2 (34)"},
                            {"title": "Canale", "value": "beta"},
                            {"title": "Dimensione", "value": "12,5 MB"},
                        ]},
                        {"type": "TextBlock", "text": "Hi <!channel> @everyone", "wrap": true},
                    ],
                    "actions": [{"type": "Action.OpenUrl", "title": "Apri la build", "url": PAGE}],
                },
            }],
        })
    );
}

#[test]
fn mattermost_gets_an_attachment() {
    assert_eq!(
        body(WebhookFormat::Mattermost, MailLanguage::English, &payload()),
        json!({"attachments": [{
            "fallback": "Tom & Jerry: new build (iOS · 1.2 (34))",
            "color": "#3b4cc0",
            "title": "Tom & Jerry: new build",
            "title_link": PAGE,
            "text": "Hi <!channel> @\u{200b}everyone",
            "fields": [
                {"title": "Build", "value": "iOS · 1.2 (34)", "short": true},
                {"title": "Channel", "value": "beta", "short": true},
                {"title": "Size", "value": "12.5 MB", "short": true},
            ],
        }]})
    );
}

#[test]
fn discord_gets_an_embed_that_calls_nobody() {
    assert_eq!(
        body(WebhookFormat::Discord, MailLanguage::English, &payload()),
        json!({
            "embeds": [{
                "title": "Tom & Jerry: new build",
                "url": PAGE,
                "description": "Hi <!channel> @everyone",
                "color": 0x003b_4cc0,
                "fields": [
                    {"name": "Build", "value": "iOS · 1.2 (34)", "inline": true},
                    {"name": "Channel", "value": "beta", "inline": true},
                    {"name": "Size", "value": "12.5 MB", "inline": true},
                ],
            }],
            "allowed_mentions": {"parse": []},
        })
    );
}

#[test]
fn what_is_gone_or_only_tried_has_no_button() {
    let mut gone = payload();
    gone.kind = WebhookEvent::BuildDeleted;
    let told = body(WebhookFormat::Discord, MailLanguage::English, &gone);
    assert_eq!(told["embeds"][0]["title"], "Tom & Jerry: build deleted");
    assert!(told["embeds"][0].get("url").is_none());
    let mut tried = payload();
    (tried.kind, tried.build) = (WebhookEvent::WebhookTest, None);
    let told = body(WebhookFormat::Slack, MailLanguage::English, &tried);
    assert_eq!(told["text"], "Tom &amp; Jerry: test");
    assert_eq!(told["blocks"].as_array().map(Vec::len), Some(2));
}

#[test]
fn feedback_without_a_build_says_of_which_version_it_is() {
    let mut said = payload();
    (said.kind, said.build) = (WebhookEvent::FeedbackCreated, None);
    said.feedback = serde_json::from_value(json!({"rating": 2, "text": "Slow", "version": "9.9",
        "build_number": "99", "page_url": "https://app.example.org/admin/apps/1/feedback"}))
    .ok();
    let told = body(WebhookFormat::Mattermost, MailLanguage::English, &said);
    let told = &told["attachments"][0];
    assert_eq!(told["fallback"], "Tom & Jerry: new feedback (9.9 (99))");
    assert_eq!(told["text"], "Slow");
    assert_eq!(told["title_link"], "https://app.example.org/admin/apps/1/feedback");
    assert_eq!(told["fields"][0]["value"], "9.9 (99)");
    assert_eq!(told["fields"][1]["value"], "2/5");
    // What was noted before versions were told.
    said.feedback = serde_json::from_value(json!({"rating": null, "text": "Slow"})).ok();
    let told = body(WebhookFormat::Discord, MailLanguage::English, &said);
    assert_eq!(told["embeds"][0]["description"], "Slow");
    assert!(told["embeds"][0].get("url").is_none());
}

#[test]
fn a_device_leads_to_the_page_of_devices() {
    let mut enrolled = payload();
    (enrolled.kind, enrolled.build) = (WebhookEvent::DeviceEnrolled, None);
    enrolled.device = serde_json::from_value(json!({"model": "iPhone 14", "os": "iOS 18",
        "id": "01935b7e-0000-7000-8000-000000000003",
        "page_url": "https://app.example.org/admin/apps/1/devices"}))
    .ok();
    let told = body(WebhookFormat::Slack, MailLanguage::Italian, &enrolled);
    assert_eq!(told["text"], "Tom &amp; Jerry: nuovo dispositivo (iPhone 14 · iOS 18)");
    let button = &told["blocks"][3]["elements"][0];
    assert_eq!(button["url"], "https://app.example.org/admin/apps/1/devices");
    assert_eq!(button["text"]["text"], "Vedi i dispositivi");
}

#[test]
fn what_strangers_write_calls_nobody_and_links_to_nothing() {
    let mut said = payload();
    said.kind = WebhookEvent::FeedbackCreated;
    let text = "@all [log in](https://evil.example) ![](https://evil.example/t.png)";
    said.feedback = serde_json::from_value(json!({"rating": 1, "text": text})).ok();
    let plain = "\\[log in\\](https://evil.example) \\!\\[\\](https://evil.example/t.png)";
    let told = |format| body(format, MailLanguage::English, &said);
    let mattermost = told(WebhookFormat::Mattermost);
    assert_eq!(mattermost["attachments"][0]["text"], format!("@\u{200b}all {plain}"));
    let discord = told(WebhookFormat::Discord);
    assert_eq!(discord["embeds"][0]["description"], format!("@all {plain}"));
    let teams = told(WebhookFormat::Teams);
    assert_eq!(teams["attachments"][0]["content"]["body"][2]["text"], format!("@all {plain}"));
}
