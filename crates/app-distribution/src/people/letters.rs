//! The mails to testers, in the language of whoever caused them.

use securevox_core::{mail::Mail, web::Language};

use crate::{letter::Letter, words::PeopleWords};

/// Asks somebody to test what `group` gets.
pub(super) fn invitation(to: &str, group: &str, link: &str, language: Language) -> Mail {
    let words = PeopleWords::of(language);
    let title = format!("{} {group}", words.invited_to);
    letter(to, language, (&title, words.invited_lead, words.accept), (link, words.invited_note))
}

/// Signs somebody in who asked for it.
pub(super) fn sign_in(to: &str, link: &str, language: Language) -> Mail {
    let words = PeopleWords::of(language);
    let told = (words.your_link, words.your_link_lead, words.open_apps);
    letter(to, language, told, (link, words.your_link_note))
}

fn letter(
    to: &str,
    language: Language,
    (title, lead, action): (&str, &str, &str),
    (link, note): (&str, &str),
) -> Mail {
    let letter = Letter {
        language: language.code(),
        title,
        lead,
        facts: "",
        notes: None,
        action,
        link,
        note,
        end: None,
    };
    letter.mail(to, "", None)
}
