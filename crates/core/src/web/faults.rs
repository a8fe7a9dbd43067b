//! What is wrong with a form that was refused, told on its page: each field beside itself, in the
//! language of the page.

use std::borrow::Cow;

use axum::http::StatusCode;
use securevox_protocol::Problem;

use super::{Language, ProblemWords, View, said_of};
use crate::Error;

/// What an Italian page says of a value that was not accepted. `{}` stands for what differs.
#[derive(Clone, Copy, Debug)]
pub struct FieldWords {
    /// As checks say it: `must be {} to {} characters long`.
    pub english: &'static str,
    /// Italiano.
    pub italian: &'static str,
}

/// What the pages of a service say of what goes wrong.
#[derive(Clone, Copy, Debug)]
pub struct FaultWords {
    /// Of its problems.
    pub problems: &'static [ProblemWords],
    /// Of what happened this time, whole sentences: instead of what is said of the kind of problem.
    pub details: &'static [FieldWords],
    /// Of values.
    pub fields: &'static [FieldWords],
}

/// What is wrong with a form. Nothing, where it was not refused.
#[derive(Debug, Default)]
pub struct Faults {
    status: StatusCode,
    /// Of the form as a whole: what, and what to do.
    pub said: Option<(String, Option<String>)>,
    /// Of its fields.
    fields: Vec<(&'static str, String)>,
    /// To quote, where it is our fault.
    pub request_id: Option<String>,
}

impl Faults {
    /// What `error` says of a form with these `fields`, called as its pointers call them. What
    /// nobody can mend in the form is an error still.
    pub fn of(
        error: Error,
        view: &View,
        fields: &[&'static str],
        words: FaultWords,
    ) -> Result<Self, Error> {
        let problem = match error {
            Error::Problem(problem) if matches!(problem.status, 401..=404 | 410) => {
                return Err(Error::Problem(problem));
            }
            error => error.into_problem(),
        };
        let language = view.language;
        let mut faults = Self { status: status(problem.status), ..Self::default() };
        let mut elsewhere = Vec::new();
        for error in &problem.errors {
            let name = error.pointer.trim_start_matches(['#', '/']);
            let name = name.split('/').next().unwrap_or_default();
            let told = value_said(&error.detail, language, words.fields);
            match fields.iter().find(|field| **field == name) {
                Some(field) if faults.has(field) => {}
                Some(field) => faults.fields.push((field, told)),
                None => elsewhere.push(format!("{name}: {told}")),
            }
        }
        let (title, detail) = said_of(&problem, language, words);
        faults.said = Some(if !elsewhere.is_empty() {
            (title.to_owned(), Some(elsewhere.join(" ")))
        } else if faults.fields.is_empty() {
            (title.to_owned(), detail.map(Cow::into_owned))
        } else {
            (view.words().marked.to_owned(), None)
        });
        if problem.status >= 500 {
            faults.request_id.clone_from(&view.request_id);
        }
        Ok(faults)
    }

    /// What `problem` says of a page that has a form to go on with.
    pub fn told(problem: &Problem, view: &View, words: FaultWords) -> Self {
        let (title, detail) = said_of(problem, view.language, words);
        let said = Some((title.to_owned(), detail.map(Cow::into_owned)));
        Self { status: status(problem.status), said, ..Self::default() }
    }

    /// One field is not as it should be.
    pub fn about(field: &'static str, words: &str, view: &View) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            said: Some((view.words().marked.to_owned(), None)),
            fields: vec![(field, words.to_owned())],
            request_id: None,
        }
    }

    /// The status of the page.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether there is anything.
    pub fn any(&self) -> bool {
        self.said.is_some()
    }

    /// What is wrong with the field `name`.
    pub fn at(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, words)| words.as_str())
    }

    /// Whether something is wrong with the field `name`.
    pub fn has(&self, name: &str) -> bool {
        self.at(name).is_some()
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What a page says of a value, as a sentence; in the words of the check where there are no others.
pub fn value_said(detail: &str, language: Language, words: &[FieldWords]) -> String {
    let said = match language {
        Language::English => None,
        Language::Italian => in_italian(detail, words.iter().chain(OURS)),
    };
    sentence(&said.unwrap_or_else(|| detail.to_owned()))
}

/// `text` in Italian, if `words` know it.
pub(super) fn in_italian<'w>(
    text: &str,
    words: impl Iterator<Item = &'w FieldWords>,
) -> Option<String> {
    let fitting =
        words.filter_map(|words| captured(words.english, text).map(|found| (words, found)));
    // Of two that fit, the longer one leaves less open.
    let fitting = fitting.max_by_key(|(words, _)| words.english.len());
    fitting.map(|(words, found)| filled(words.italian, &found))
}

/// What stands in `text` where `pattern` has `{}`, if it is such a text.
fn captured<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    for part in parts {
        let end = if part.is_empty() { rest.len() } else { rest.find(part)? };
        found.push(&rest[..end]);
        rest = &rest[end + part.len()..];
    }
    rest.is_empty().then_some(found)
}

fn filled(pattern: &str, found: &[&str]) -> String {
    let mut found = found.iter();
    let parts = pattern.split_inclusive("{}");
    parts.map(|part| part.replacen("{}", found.next().unwrap_or(&""), 1)).collect()
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
    let end = if words.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{}{}{end}", first.unwrap_or_default(), letters.as_str())
}

/// What the checks of `core` say.
const OURS: &[FieldWords] = &[
    FieldWords {
        english: "must be {} to {} characters long",
        italian: "deve avere da {} a {} caratteri",
    },
    FieldWords { english: "must not be blank", italian: "non può essere vuoto" },
    FieldWords {
        english: "must not hold control characters",
        italian: "non può contenere caratteri di controllo",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::INVALID_REQUEST, extract::Checks};
    use axum::http::HeaderMap;
    use securevox_protocol::Problem;

    const WORDS: FaultWords = FaultWords {
        problems: &[],
        details: &[],
        fields: &[FieldWords { english: "must be 1 to {}", italian: "deve essere tra 1 e {}" }],
    };

    fn view(language: &str) -> View {
        let mut headers = HeaderMap::new();
        headers.insert("accept-language", language.parse().unwrap());
        View::bare(&headers, "/")
    }

    fn told(error: Error, language: &str) -> Faults {
        Faults::of(error, &view(language), &["name", "uses"], WORDS).unwrap()
    }

    #[test]
    fn each_field_is_told_beside_itself_in_the_language_of_the_page() {
        let refused = || {
            let mut checks = Checks::default();
            checks.text("", "#/name", (1, 100));
            checks.require(false, "#/uses", "must be 1 to 10,000");
            checks.finish().unwrap_err()
        };
        let english = told(refused(), "en");
        assert_eq!(english.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(english.at("name"), Some("Must be 1 to 100 characters long."));
        let italian = told(refused(), "it");
        assert_eq!(italian.at("name"), Some("Deve avere da 1 a 100 caratteri."));
        assert_eq!(italian.at("uses"), Some("Deve essere tra 1 e 10,000."));
        assert!(!italian.has("role") && italian.any());
    }

    #[test]
    fn what_has_no_field_is_said_of_the_form() {
        let faults = told(Error::invalid_field("#/emails/3", "is odd"), "en");
        let (title, detail) = faults.said.unwrap();
        assert_eq!(title, INVALID_REQUEST.title);
        assert_eq!(detail.as_deref(), Some("emails: Is odd."));
    }

    #[test]
    fn what_nobody_can_mend_in_the_form_stays_an_error() {
        let gone = Problem::new(404, "/problems/no-such-app", "No such app");
        assert!(Faults::of(gone.into(), &view("en"), &[], WORDS).is_err());
    }

    #[test]
    fn our_fault_is_told_with_what_to_quote() {
        let mut view = view("it");
        view.request_id = Some("r-1".to_owned());
        let busy = Problem::new(503, "/problems/storage-unavailable", "The storage is not there");
        let faults = Faults::of(busy.into(), &view, &[], WORDS).unwrap();
        assert_eq!(faults.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(faults.request_id.as_deref(), Some("r-1"));
        assert_eq!(faults.said.unwrap().0, "I file non sono raggiungibili");
    }
}
