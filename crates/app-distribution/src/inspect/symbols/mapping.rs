//! A mapping that R8 or `ProGuard` wrote: text, whose first lines say by what it is found.

use std::io::{BufRead as _, BufReader, Read};

use securevox_protocol::symbols::SymbolId;

use super::super::bytes::blame;
use super::super::{InspectError, Rejection};

/// A line of a mapping is a name and a name.
const MAX_LINE: u64 = 64 * 1024;
/// Where the comments and the first class are.
const HEAD_LINES: usize = 200;
const MAX_ID: usize = 80;

/// The ids that the mapping says of itself, and the one that its sender says.
pub(super) fn read(content: impl Read, given: Option<&str>) -> Result<Vec<SymbolId>, InspectError> {
    let mut reader = BufReader::new(content);
    let mut ids: Vec<String> = given.and_then(normal_id).into_iter().collect();
    let mut has_class = false;
    for _ in 0..HEAD_LINES {
        let mut line = Vec::new();
        let read = reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
        if read.map_err(|error| blame(error, &Rejection::NotSymbols))? == 0 {
            break;
        }
        let line = str::from_utf8(&line).map_err(|_| Rejection::NotSymbols)?.trim_end();
        match line.trim_start().strip_prefix('#') {
            Some(comment) => ids.extend(id(comment)),
            None => has_class |= is_class(line),
        }
    }
    if !has_class {
        return Err(Rejection::NotSymbols.into());
    }
    ids.dedup();
    if ids.is_empty() {
        return Err(Rejection::MappingWithoutId.into());
    }
    let found = |uuid| SymbolId { uuid, name: None, architecture: None };
    Ok(ids.into_iter().map(found).collect())
}

/// `pg_map_id: 6a1d8e1`, `pg_map_hash: SHA-256 6a1d8e1…`.
fn id(comment: &str) -> Option<String> {
    let (name, value) = comment.split_once(':')?;
    match name.trim() {
        "pg_map_id" => normal_id(value),
        "pg_map_hash" => normal_id(value.split_whitespace().next_back()?),
        _ => None,
    }
}

/// `com.example.Main -> a.b:`.
fn is_class(line: &str) -> bool {
    let named = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace);
    let pair = line.strip_suffix(':').and_then(|line| line.split_once(" -> "));
    pair.is_some_and(|(from, to)| named(from) && named(to))
}

/// An id in lower case; nothing for what cannot be one.
pub(crate) fn normal_id(text: &str) -> Option<String> {
    let id = text.trim().to_ascii_lowercase();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    ((1..=MAX_ID).contains(&id.len()) && id.chars().all(allowed)).then_some(id)
}
