//! Bodies as each kind of receiver wants them. None holds more than the payload does.

use securevox_core::web::Language;
use securevox_protocol::{
    builds::BuildStatus,
    webhooks::{
        MailLanguage, WebhookBuild, WebhookEvent, WebhookFeedback, WebhookFormat, WebhookPayload,
    },
};
use serde_json::{Value, json};

use crate::{
    events::words::{EventWords, device_name, language},
    words::{system_and_version, version},
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
    /// Whether strangers wrote it, who are to format, link and show nothing.
    is_strange: bool,
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
        let mut message = Self {
            title: format!("{}: {}", payload.app.name, happened(words, payload)),
            text: String::new(),
            facts: Vec::new(),
            button: None,
            is_warning: payload.kind == WebhookEvent::BuildExpiring,
            is_strange: payload.feedback.is_some() || payload.device.is_some(),
        };
        if let Some(build) = &payload.build {
            let version = (build.version.as_deref(), build.build_number.as_deref());
            let version = system_and_version(build.platform, version.0, version.1);
            message.facts.push((words.build, version));
            let gone = payload.kind == WebhookEvent::BuildDeleted;
            message.button = (!gone).then(|| (words.open, build.page_url.clone()));
        }
        if let Some(feedback) = &payload.feedback {
            message.tell_feedback(words, feedback);
        }
        if let Some(expiring) = &payload.expiring {
            message.facts.push((words.ends, language.date(&expiring.expires_at)));
        }
        if let Some(device) = &payload.device {
            words.enrolled_text.clone_into(&mut message.text);
            let named = Some(device_name(device)).filter(|name| !name.is_empty());
            message.facts.extend(named.map(|name| (words.device, name)));
            message.button = Some((words.open_devices, device.page_url.clone()));
        }
        if let Some(build) = &payload.build {
            message.facts.extend(build.channel.clone().map(|channel| (words.channel, channel)));
            if payload.kind == WebhookEvent::BuildPublished {
                message.tell_new(words, build, language);
            }
        }
        if payload.kind == WebhookEvent::WebhookTest {
            words.test_text.clone_into(&mut message.text);
        }
        message
    }

    /// Of a build, or of a version that has no page here.
    fn tell_feedback(&mut self, words: &EventWords, feedback: &WebhookFeedback) {
        self.text = shortened(&feedback.text);
        if self.facts.is_empty() && (feedback.version.is_some() || feedback.build_number.is_some())
        {
            let (name, number) = (feedback.version.as_deref(), feedback.build_number.as_deref());
            self.facts.push((words.build, version(name, number)));
        }
        self.facts.extend(feedback.rating.map(|rating| (words.rating, format!("{rating}/5"))));
        let read = || Some((words.open_feedback, feedback.page_url.clone()?));
        self.button = self.button.take().or_else(read);
    }

    fn tell_new(&mut self, words: &EventWords, build: &WebhookBuild, language: Language) {
        self.text = shortened(build.release_notes.as_deref().unwrap_or_default());
        self.facts.push((words.size, language.size(build.size)));
        self.facts.extend(build.branch.clone().map(|branch| (words.branch, branch)));
        let details = build.warnings.iter().map(|warning| warning.detail.as_str());
        let warnings = details.collect::<Vec<_>>().join(" ");
        self.facts.extend((!warnings.is_empty()).then(|| (words.warnings, shortened(&warnings))));
    }

    /// `text` of the message where Markdown is read.
    fn marked(&self, text: &str) -> String {
        if self.is_strange { unmarked(text) } else { text.to_owned() }
    }

    /// What stands in a notification, where there is no room for more.
    fn line(&self) -> String {
        let build = self.facts.first().map(|(_, value)| format!(" ({value})"));
        format!("{}{}", self.title, build.unwrap_or_default())
    }
}

fn happened(words: &EventWords, payload: &WebhookPayload) -> &'static str {
    match payload.kind {
        WebhookEvent::BuildPublished => words.published,
        WebhookEvent::BuildChanged => match payload.build.as_ref().map(|build| build.status) {
            Some(BuildStatus::Inactive) => words.deactivated,
            Some(BuildStatus::Active) | None => words.activated,
        },
        WebhookEvent::BuildDeleted => words.deleted,
        WebhookEvent::BuildExpiring => words.expiring,
        WebhookEvent::FeedbackCreated => words.feedback,
        WebhookEvent::DeviceEnrolled => words.enrolled,
        WebhookEvent::WebhookTest => words.test_event,
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

/// As Markdown that says `text` and nothing else.
fn unmarked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_~[]<>!|#".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// Where a name after an `@` calls people, or all of them.
fn calling_nobody(text: &str) -> String {
    text.replace('@', "@\u{200b}")
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
    let facts: Vec<Value> = message
        .facts
        .iter()
        .map(|(name, value)| json!({"title": name, "value": message.marked(value)}))
        .collect();
    let colour = if message.is_warning { "warning" } else { "default" };
    let mut body = vec![json!({"type": "TextBlock", "text": message.title, "weight": "bolder",
        "size": "medium", "color": colour, "wrap": true})];
    if !facts.is_empty() {
        body.push(json!({"type": "FactSet", "facts": facts}));
    }
    if !message.text.is_empty() {
        body.push(
            json!({"type": "TextBlock", "text": message.marked(&message.text), "wrap": true}),
        );
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
    let shown = |text: &str| calling_nobody(&message.marked(text));
    let fields: Vec<Value> = message
        .facts
        .iter()
        .map(|(name, value)| json!({"title": name, "value": shown(value), "short": value.len() <= 40}))
        .collect();
    let mut attachment = json!({
        "fallback": calling_nobody(&message.line()),
        "color": if message.is_warning { "#a86a00" } else { "#3b4cc0" },
        "title": calling_nobody(&message.title),
        "text": shown(&message.text),
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
        .map(|(name, value)| json!({"name": name, "value": message.marked(value), "inline": value.len() <= 40}))
        .collect();
    let mut embed = json!({
        "title": title,
        "description": message.marked(&message.text),
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
