//! What our mails look like.

use askama::Template;
use securevox_core::mail::Mail;

/// A mail with facts, notes and one button.
#[derive(Debug, Template)]
#[template(path = "letter.html")]
pub(crate) struct Letter<'a> {
    pub(crate) language: &'static str,
    pub(crate) title: &'a str,
    pub(crate) lead: &'a str,
    pub(crate) facts: &'a str,
    /// Heading and HTML.
    pub(crate) notes: Option<(&'a str, &'a str)>,
    pub(crate) action: &'a str,
    pub(crate) link: &'a str,
    pub(crate) note: &'a str,
    /// The words, and the link that ends such mails.
    pub(crate) end: Option<(&'a str, &'a str)>,
}

impl Letter<'_> {
    /// The mail to one person, with `notes` in the text.
    pub(crate) fn mail(&self, to: &str, notes: &str, unsubscribe: Option<String>) -> Mail {
        let Self { lead, facts, action, link, note, .. } = self;
        let facts = if facts.is_empty() { String::new() } else { format!("{facts}\n\n") };
        let end = self.end.map(|(words, link)| format!("{words}: {link}\n")).unwrap_or_default();
        Mail {
            to: to.to_owned(),
            subject: self.title.to_owned(),
            text: format!("{lead}\n\n{facts}{notes}{action}:\n{link}\n\n{note}\n{end}"),
            // The text says the same.
            html: self.render().ok(),
            unsubscribe,
        }
    }
}
