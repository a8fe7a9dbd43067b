//! The mails about builds, in the language that the app's managers chose.

use chrono::{DateTime, Utc};
use securevox_core::{mail::Mail, web::Language};
use securevox_protocol::webhooks::{MailLanguage, WebhookEnd};

use super::store::{About, Recipient};
use crate::{
    events::words::{MailWords, language},
    letter::Letter,
    notes,
    words::{system_and_version, version},
};

/// A mail about a new build, but for who gets it.
pub(super) struct NewBuild {
    language: Language,
    title: String,
    facts: String,
    /// As written, and as HTML.
    notes: Option<(String, String)>,
    page: String,
}

impl NewBuild {
    pub(super) fn of(about: &About, page: String) -> Self {
        let language = language(about.language);
        let words = MailWords::of(language);
        let notes = about.notes.as_deref().map(str::trim).filter(|notes| !notes.is_empty());
        Self {
            language,
            title: format!("{} {}", named(about), words.ready),
            facts: facts(about, language),
            notes: notes.map(|notes| (notes.to_owned(), notes::html(notes))),
            page,
        }
    }

    pub(super) fn to(&self, recipient: &Recipient, end: &str) -> Mail {
        let words = MailWords::of(self.language);
        let note = if recipient.is_member { words.why_member } else { words.why };
        let notes = self.notes.as_ref();
        let letter = Letter {
            language: self.language.code(),
            title: &self.title,
            lead: words.ready_lead,
            facts: &self.facts,
            notes: notes.map(|(_, html)| (words.whats_new, html.as_str())),
            action: words.open_build,
            link: &self.page,
            note,
            end: Some((words.no_more, end)),
        };
        let told = notes.map(|(text, _)| format!("{}:\n{text}\n\n", words.whats_new));
        let told = told.unwrap_or_default();
        letter.mail(&recipient.email, &told, Some(end.to_owned()))
    }
}

/// The name of the app, and the version.
fn named(about: &About) -> String {
    match (&about.version, &about.build_number) {
        (None, None) => about.name.clone(),
        (name, number) => {
            format!("{} {}", about.name, version(name.as_deref(), number.as_deref()))
        }
    }
}

fn facts(about: &About, language: Language) -> String {
    let (name, number) = (about.version.as_deref(), about.build_number.as_deref());
    let mut facts = vec![system_and_version(about.platform, name, number)];
    facts.extend(about.channel.clone());
    facts.push(language.size(about.size));
    facts.join(" · ")
}

/// The signature of a build ends.
pub(in crate::events) fn expiring(
    about: &About,
    (to, page, end): (&str, &str, &str),
    expires: DateTime<Utc>,
) -> Mail {
    let language = language(about.language);
    let words = MailWords::of(language);
    let letter = Letter {
        language: language.code(),
        title: &format!("{} {} {}", named(about), words.ends, language.date(&expires)),
        lead: words.ends_lead,
        facts: &facts(about, language),
        notes: None,
        action: words.open_build,
        link: page,
        note: words.why_member,
        end: Some((words.no_more, end)),
    };
    letter.mail(to, "", Some(end.to_owned()))
}

/// A device was enrolled.
pub(in crate::events) fn enrolled(
    (app, chosen): (&str, MailLanguage),
    (to, page, end): (&str, &str, &str),
    device: &str,
) -> Mail {
    let language = language(chosen);
    let words = MailWords::of(language);
    let letter = Letter {
        language: language.code(),
        title: &format!("{app}: {}", words.enrolled),
        lead: words.enrolled_lead,
        facts: device,
        notes: None,
        action: words.open_devices,
        link: page,
        note: words.why_member,
        end: Some((words.no_more, end)),
    };
    letter.mail(to, "", Some(end.to_owned()))
}

/// A webhook was turned off.
pub(in crate::events) fn turned_off(
    (app, chosen): (&str, MailLanguage),
    (to, page, end): (&str, &str, &str),
    (why, since): (WebhookEnd, DateTime<Utc>),
) -> Mail {
    let language = language(chosen);
    let words = MailWords::of(language);
    let lead = match why {
        WebhookEnd::Gone => words.webhook_gone.to_owned(),
        WebhookEnd::Failing => format!("{} {}.", words.webhook_failing, language.date(&since)),
    };
    let letter = Letter {
        language: language.code(),
        title: &format!("{app}: {}", words.webhook_off.to_lowercase()),
        lead: &lead,
        facts: "",
        notes: None,
        action: words.webhook_open,
        link: page,
        note: words.why_member,
        end: Some((words.no_more, end)),
    };
    letter.mail(to, "", Some(end.to_owned()))
}

/// Proves that an address is that of an account.
pub(super) fn prove(to: &str, link: &str, language: Language) -> Mail {
    let words = MailWords::of(language);
    let letter = Letter {
        language: language.code(),
        title: words.prove_title,
        lead: words.prove_lead,
        facts: to,
        notes: None,
        action: words.prove,
        link,
        note: words.prove_note,
        end: None,
    };
    letter.mail(to, "", None)
}
