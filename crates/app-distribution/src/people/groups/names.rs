//! Names that stand beside addresses: as people paste them, and as programs send them.

/// What is said of somebody: `Ada Lovelace <ada@example.org>`, or the address alone.
pub(super) fn apart(said: &str) -> (Option<String>, &str) {
    match said.trim().strip_suffix('>').and_then(|said| said.rsplit_once('<')) {
        Some((name, email)) => (clean(name), email),
        None => (None, said),
    }
}

/// The addresses in a text as people paste it, with the names that stand before them: one a line,
/// or separated by commas, semicolons or spaces; of a table whatever is an address.
pub(super) fn pasted(text: &str) -> Vec<String> {
    text.lines().flat_map(in_line).collect()
}

/// In a line of a table the cells before the address are the name. Where there are several
/// addresses nobody knows whose those are, and only what stands before a `<` is one.
fn in_line(line: &str) -> Vec<String> {
    let is_row = line.matches('@').count() == 1;
    let mut before = Vec::new();
    let mut found = Vec::new();
    for cell in line.split([',', ';', '\t']) {
        let (said, rest) = cell.split_once('<').unwrap_or(("", cell));
        // Whoever has no name is written `ada@example.org <ada@example.org>` by some programs.
        let rest = if said.contains('@') && !rest.contains('@') { cell } else { rest };
        let words = rest.split(|c: char| c.is_whitespace() || "<>\"".contains(c));
        let words: Vec<&str> = words.map(|word| word.trim_matches('\'')).collect();
        let is_alone = words.iter().filter(|word| !word.is_empty()).count() == 1;
        let emails: Vec<&str> = words.into_iter().filter(|word| word.contains('@')).collect();
        if emails.is_empty() {
            before.push(cell);
            continue;
        }
        let mut name = Vec::new();
        if is_row {
            name.append(&mut before);
        }
        name.push(said);
        let name = clean(&name.join(" ")).filter(|_| is_alone);
        found.extend(emails.into_iter().map(|email| match &name {
            Some(name) => format!("{name} <{email}>"),
            None => email.to_owned(),
        }));
    }
    found
}

/// A name without quotes and with single spaces; nothing of what has no letters, or is an address.
fn clean(name: &str) -> Option<String> {
    let plain: String =
        name.chars().map(|c| if c.is_control() || "\"<>".contains(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = plain
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphabetic))
        .map(|word| word.trim_matches('\''))
        .collect();
    let name = words.join(" ");
    (!name.is_empty() && !name.contains('@')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_what_people_paste() {
        for (text, found) in [
            ("Ada Lovelace <ada@x.org>; bob@x.org", &["Ada Lovelace <ada@x.org>", "bob@x.org"][..]),
            ("\"Lovelace, Ada\" <ada@x.org>", &["Lovelace Ada <ada@x.org>"]),
            ("Ada <ada@x.org> Bob <bob@x.org>", &["ada@x.org", "bob@x.org"]),
            ("ada@x.org <ada@x.org>", &["ada@x.org"]),
            ("ada@x.org, 'bob@x.org'\neve@x.org", &["ada@x.org", "bob@x.org", "eve@x.org"]),
            ("ada@x.org, Ada; bob@x.org, Bob", &["ada@x.org", "bob@x.org"]),
            ("First,Last,Email\nAda,O'Brien,ada@x.org\n", &["Ada O'Brien <ada@x.org>"]),
            ("\"Eve\",eve@x.org,QA\n7\tBob\tbob@x.org", &["Eve <eve@x.org>", "Bob <bob@x.org>"]),
            ("ada@x.org,Ada Lovelace", &["ada@x.org"]),
            ("invite ada@x.org, too", &["ada@x.org"]),
            ("nobody at all", &[]),
        ] {
            assert_eq!(pasted(text), found, "{text}");
        }
    }

    #[test]
    fn a_name_is_told_from_its_address() {
        assert_eq!(apart(" \"Ada\"  L. <a@x.org>"), (Some("Ada L.".to_owned()), "a@x.org"));
        assert_eq!(apart("a@x.org"), (None, "a@x.org"));
        assert_eq!(apart("<a@x.org>"), (None, "a@x.org"));
    }
}
