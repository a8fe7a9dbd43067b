//! Bodies as each kind of receiver wants them. None holds more than the payload does.

use securevox_core::web::Language;
use securevox_protocol::{
    builds::BuildStatus,
    webhooks::{MailLanguage, WebhookEvent, WebhookFormat, WebhookPayload},
};
use serde_json::{Value, json};

use crate::{
    events::words::{EventWords, language},
    words::system_and_version,
};

/// Notes in a message; who wants to read more opens the page.
const NOTES: usize = 800;

/// What a message says, whatever it looks like.
struct Message {
    title: String,
    text: String,
    facts: Vec<(&'static str, String)>,
    button: Option<(&'static str, String)>,
    /// Whether somebody has to do something.
    is_warning: bool,
}

pub(super) fn body(
    format: WebhookFormat,
    told_in: MailLanguage,
    payload: &WebhookPayload,
) -> Value {
    let message = || Message::of(payload, language(told_in));
    match format {
        WebhookFormat::Generic => serde_json::to_value(payload).expect("it is plain data"),
        WebhookFormat::Slack => slack(&message()),
        WebhookFormat::Teams => teams(&message()),
        WebhookFormat::Mattermost => mattermost(&message()),
        WebhookFormat::Discord => discord(&message()),
    }
}

impl Message {
    fn of(payload: &WebhookPayload, language: Language) -> Self {
        let words = EventWords::of(language);
        let changed = match payload.build.as_ref().map(|build| build.status) {
            Some(BuildStatus::Inactive) => words.deactivated,
            Some(BuildStatus::Active) | None => words.activated,
        };
        let event = match payload.kind {
            WebhookEvent::BuildPublished => words.published,
            WebhookEvent::BuildChanged => changed,
            WebhookEvent::BuildDeleted => words.deleted,
            WebhookEvent::BuildExpiring => words.expiring,
            WebhookEvent::FeedbackCreated => words.feedback,
            WebhookEvent::WebhookTest => words.test_event,
        };
        let mut text = String::new();
        let mut facts = Vec::new();
        if let Some(feedback) = &payload.feedback {
            text.clone_from(&feedback.text);
            facts.extend(feedback.rating.map(|rating| (words.rating, format!("{rating}/5"))));
        }
        if let Some(expiring) = &payload.expiring {
            facts.push((words.ends, language.date(&expiring.expires_at)));
        }
        let Some(build) = &payload.build else {
            let text = words.test_text.to_owned();
            let title = format!("{}: {event}", payload.app.name);
            return Self { title, text, facts, button: None, is_warning: false };
        };
        let version = (build.version.as_deref(), build.build_number.as_deref());
        let version = system_and_version(build.platform, version.0, version.1);
        facts.insert(0, (words.build, version));
        facts.extend(build.channel.clone().map(|channel| (words.channel, channel)));
        if payload.kind == WebhookEvent::BuildPublished {
            text = build.release_notes.clone().unwrap_or_default();
            facts.push((words.size, language.size(build.size)));
            facts.extend(build.branch.clone().map(|branch| (words.branch, branch)));
            let details = build.warnings.iter().map(|warning| warning.detail.as_str());
            let warnings = details.collect::<Vec<_>>().join(" ");
            facts.extend((!warnings.is_empty()).then(|| (words.warnings, shortened(&warnings))));
        }
        let gone = payload.kind == WebhookEvent::BuildDeleted;
        Self {
            title: format!("{}: {event}", payload.app.name),
            text: shortened(&text),
            facts,
            button: (!gone).then(|| (words.open, build.page_url.clone())),
            is_warning: payload.kind == WebhookEvent::BuildExpiring,
        }
    }

    /// What stands in a notification, where there is no room for more.
    fn line(&self) -> String {
        let build = self.facts.first().map(|(_, value)| format!(" ({value})"));
        format!("{}{}", self.title, build.unwrap_or_default())
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= NOTES {
        return text.to_owned();
    }
    let start: String = text.chars().take(NOTES - 1).collect();
    format!("{start}…")
}

/// Where `<…>` is a mention or a link, and nothing of ours is to be either.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn slack(message: &Message) -> Value {
    let title: String = message.title.chars().take(150).collect();
    let fields: Vec<Value> = message
        .facts
        .iter()
        .take(10)
        .map(|(name, value)| {
            json!({"type": "mrkdwn", "text": format!("*{name}*\n{}", escaped(value))})
        })
        .collect();
    let header = json!({"type": "plain_text", "text": title, "emoji": false});
    let mut blocks = vec![json!({"type": "header", "text": header})];
    if !fields.is_empty() {
        blocks.push(json!({"type": "section", "fields": fields}));
    }
    if !message.text.is_empty() {
        let text = json!({"type": "mrkdwn", "text": escaped(&message.text), "verbatim": true});
        blocks.push(json!({"type": "section", "text": text}));
    }
    if let Some((words, url)) = &message.button {
        let text = json!({"type": "plain_text", "text": words});
        let button = json!({"type": "button", "text": text, "url": url});
        blocks.push(json!({"type": "actions", "elements": [button]}));
    }
    json!({"text": escaped(&message.line()), "blocks": blocks})
}

fn teams(message: &Message) -> Value {
    let facts: Vec<Value> =
        message.facts.iter().map(|(name, value)| json!({"title": name, "value": value})).collect();
    let colour = if message.is_warning { "warning" } else { "default" };
    let mut body = vec![json!({"type": "TextBlock", "text": message.title, "weight": "bolder",
        "size": "medium", "color": colour, "wrap": true})];
    if !facts.is_empty() {
        body.push(json!({"type": "FactSet", "facts": facts}));
    }
    if !message.text.is_empty() {
        body.push(json!({"type": "TextBlock", "text": message.text, "wrap": true}));
    }
    let button = |(words, url): &(&str, String)| json!({"type": "Action.OpenUrl", "title": words, "url": url});
    let actions: Vec<Value> = message.button.iter().map(button).collect();
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": actions,
    });
    let kind = "application/vnd.microsoft.card.adaptive";
    json!({"type": "message", "attachments": [{"contentType": kind, "content": card}]})
}

fn mattermost(message: &Message) -> Value {
    let fields: Vec<Value> = message
        .facts
        .iter()
        .map(|(name, value)| json!({"title": name, "value": value, "short": value.len() <= 40}))
        .collect();
    let mut attachment = json!({
        "fallback": message.line(),
        "color": if message.is_warning { "#a86a00" } else { "#3b4cc0" },
        "title": message.title,
        "text": message.text,
        "fields": fields,
    });
    if let Some((_, url)) = &message.button {
        attachment["title_link"] = json!(url);
    }
    json!({"attachments": [attachment]})
}

fn discord(message: &Message) -> Value {
    let title: String = message.title.chars().take(256).collect();
    let fields: Vec<Value> = message
        .facts
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value, "inline": value.len() <= 40}))
        .collect();
    let mut embed = json!({
        "title": title,
        "description": message.text,
        "color": if message.is_warning { 0x00a8_6a00 } else { 0x003b_4cc0 },
        "fields": fields,
    });
    if let Some((_, url)) = &message.button {
        embed["url"] = json!(url);
    }
    // Whatever stands in notes, nobody is called by it.
    json!({"embeds": [embed], "allowed_mentions": {"parse": []}})
}

#[cfg(test)]
#[path = "formats_tests.rs"]
mod tests;
