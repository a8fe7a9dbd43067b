//! What an account is called whose owner was not asked.

use crate::{accounts::handle_fits, provider::Claims};

/// The longest handle.
const LONGEST: usize = 32;
/// How many of one name there may be.
const MANY: u32 = 1_000;

/// Handles for `person`, the nicest first: `ada`, `ada2`, `ada3` …
pub(super) fn handles(person: &Claims) -> impl Iterator<Item = String> {
    let wished = ["preferred_username", "email", "name"];
    let mut wished = wished.into_iter().filter_map(|claim| person.text(claim)).map(handle);
    let name = wished.find(|name| handle_fits(name)).unwrap_or_else(|| "user".to_owned());
    let numbered = move |number: u32| {
        let number = number.to_string();
        let kept = name.len().min(LONGEST - number.len());
        if number == "1" { name.clone() } else { format!("{}{number}", &name[..kept]) }
    };
    (1..=MANY).map(numbered)
}

/// What is left of `name` in a handle: of an address, what stands before the `@`.
fn handle(name: &str) -> String {
    let name = name.split_once('@').map_or(name, |(name, _)| name).to_lowercase();
    let plain = name.chars().filter_map(|c| match c {
        'a'..='z' | '0'..='9' | '.' | '_' => Some(c),
        ' ' | '-' | '+' => Some('_'),
        _ => None,
    });
    let plain: String = plain.take(LONGEST).collect();
    plain.trim_matches(['.', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::provider::claims;

    fn first(all: Value) -> String {
        handles(&claims(all)).next().unwrap()
    }

    #[test]
    fn handles_are_made_of_what_the_provider_says() {
        for (all, expected) in [
            (json!({ "preferred_username": "ada" }), "ada"),
            (json!({ "preferred_username": "Ada.Lovelace@contoso.com" }), "ada.lovelace"),
            (json!({ "preferred_username": "+39 333", "email": "x" }), "39_333"),
            (json!({ "preferred_username": "a!", "email": "ada-l@example.org" }), "ada_l"),
            (json!({ "name": "Ada Lovelace" }), "ada_lovelace"),
            (json!({ "name": "李" }), "user"),
            (json!({}), "user"),
        ] {
            assert_eq!(first(all.clone()), expected, "{all}");
        }
    }

    #[test]
    fn all_of_them_fit() {
        for name in ["ada", &"x".repeat(40), &format!("{}.y", "x".repeat(30)), "_._", "ab"] {
            let all = claims(json!({ "preferred_username": name }));
            let many: Vec<String> = handles(&all).collect();
            assert!(many.iter().all(|handle| handle_fits(handle)), "{name}");
            assert_eq!(many.len(), 1_000);
        }
        let ada = claims(json!({ "preferred_username": "ada" }));
        assert_eq!(handles(&ada).nth(1).as_deref(), Some("ada2"));
    }
}
