//! Making text from a package safe to keep and to show.

/// Longer names and versions are cut: no page and no column has room for more.
const MAX_CHARS: usize = 255;
/// How much of a name is repeated in a sentence about it.
const MAX_QUOTED_CHARS: usize = 80;

/// The text without control characters (Postgres takes no NUL) and outer spaces; nothing if nothing is left.
pub(super) fn clean(text: &str) -> Option<String> {
    let kept: String = text.trim().chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect();
    let trimmed = kept.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// A name from the archive, fit for a sentence.
pub(super) fn quote(name: impl AsRef<[u8]>) -> String {
    let name = name.as_ref();
    // Four bytes a character at most; the rest need not be decoded.
    let head = &name[..name.len().min(MAX_QUOTED_CHARS * 4)];
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let text = String::from_utf8_lossy(head);
    let mut quoted: String = text.chars().take(MAX_QUOTED_CHARS).map(visible).collect();
    if text.chars().count() > MAX_QUOTED_CHARS {
        quoted.push('…');
    }
    quoted
}

/// Whether `id` is a bundle id or package name of ordinary length, made of ASCII letters, digits, dots and `extra`.
pub(super) fn is_identifier(id: &str, extra: &[u8]) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || extra.contains(&b);
    (1..=MAX_CHARS).contains(&id.len()) && id.bytes().all(allowed)
}
