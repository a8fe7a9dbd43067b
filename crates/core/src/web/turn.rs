//! Long lists on pages, a part at a time: older entries, and the way back to newer ones.

use serde::Deserialize;
use uuid::Uuid;

/// Where a part of a list begins, as the query of its page says it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Turn {
    /// Older than this entry.
    pub after: Option<Uuid>,
    /// Newer than this entry.
    pub before: Option<Uuid>,
}

/// Which rows of a list are read, newest first; with `before` those next to it, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Older than this row.
    pub after: Option<Uuid>,
    /// Newer than this row.
    pub before: Option<Uuid>,
    /// How many at most.
    pub limit: i64,
}

/// A part of a list, newest first.
#[derive(Debug)]
pub struct Part<T> {
    /// What is in it.
    pub items: Vec<T>,
    newer: Option<Uuid>,
    older: Option<Uuid>,
}

/// The addresses of the parts beside one.
#[derive(Debug, Default)]
pub struct Beside {
    /// With newer entries.
    pub newer: Option<String>,
    /// With older entries.
    pub older: Option<String>,
}

impl Span {
    /// From the newest on, or from after `after`.
    pub fn after(after: Option<Uuid>, limit: i64) -> Self {
        Self { after, before: None, limit }
    }
}

impl Turn {
    /// The rows to read for a part of `shown` entries: one more, to see whether it ends there.
    pub fn span(self, shown: u16) -> Span {
        let Self { after, before } = self;
        let after = after.filter(|_| before.is_none());
        Span { after, before, limit: i64::from(shown) + 1 }
    }

    /// The part of `shown` entries in the `rows` that were read.
    pub fn part<T>(self, shown: u16, mut rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> Part<T> {
        let more = rows.len() > usize::from(shown);
        rows.truncate(shown.into());
        if self.before.is_some() {
            rows.reverse();
        }
        let (first, last) = (rows.first().map(&id), rows.last().map(&id));
        let (newer, older) = match (self.before, self.after) {
            (Some(before), _) => (first.filter(|_| more), last.or(Some(before))),
            (None, Some(after)) => (first.or(Some(after)), last.filter(|_| more)),
            (None, None) => (None, last.filter(|_| more)),
        };
        Part { items: rows, newer, older }
    }
}

impl<T> Part<T> {
    /// What is beside it, on the page at `path` that is asked `query`.
    pub fn beside(&self, path: &str, query: &[(&str, &str)]) -> Beside {
        let address = |name: &str, id: Uuid| {
            let mut pairs = url::form_urlencoded::Serializer::new(String::new());
            pairs.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
            pairs.append_pair(name, &id.to_string());
            format!("{path}?{}", pairs.finish())
        };
        Beside {
            newer: self.newer.map(|id| address("before", id)),
            older: self.older.map(|id| address("after", id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The part of two entries of a list with `ids`, as SQL reads it.
    fn part(ids: u128, turn: Turn) -> (Vec<u128>, Beside) {
        let span = turn.span(2);
        let (after, before) =
            (span.after.map(|id| id.as_u128()), span.before.map(|id| id.as_u128()));
        let mut rows: Vec<Uuid> = (1..=ids)
            .filter(|id| after.is_none_or(|after| *id < after) && before.is_none_or(|b| *id > b))
            .map(Uuid::from_u128)
            .collect();
        if before.is_none() {
            rows.reverse();
        }
        rows.truncate(span.limit.try_into().unwrap());
        let part = turn.part(2, rows, |id| *id);
        let beside = part.beside("/l", &[("q", "a b"), ("x", "")]);
        (part.items.iter().map(Uuid::as_u128).collect(), beside)
    }

    #[test]
    fn a_list_is_walked_to_its_end_and_back() {
        let id = Uuid::from_u128;
        let (items, beside) = part(5, Turn::default());
        assert_eq!(items, [5, 4]);
        assert!(beside.newer.is_none());
        assert_eq!(beside.older, Some(format!("/l?q=a+b&after={}", id(4))));
        let (items, beside) = part(5, Turn { after: Some(id(4)), before: None });
        assert_eq!(items, [3, 2]);
        assert_eq!(beside.newer, Some(format!("/l?q=a+b&before={}", id(3))));
        let (items, beside) = part(5, Turn { after: Some(id(2)), before: None });
        assert_eq!(items, [1]);
        assert!(beside.older.is_none());
        let (items, beside) = part(5, Turn { after: None, before: Some(id(1)) });
        assert_eq!(items, [3, 2]);
        assert!(beside.newer.is_some() && beside.older.is_some());
        let (items, beside) = part(5, Turn { after: None, before: Some(id(3)) });
        assert_eq!(items, [5, 4]);
        assert!(beside.newer.is_none() && beside.older.is_some());
    }

    #[test]
    fn whoever_sees_an_empty_part_finds_the_way_back() {
        let (items, beside) = part(0, Turn { after: Some(Uuid::from_u128(4)), before: None });
        assert!(items.is_empty() && beside.newer.is_some() && beside.older.is_none());
        let (items, beside) = part(0, Turn::default());
        assert!(items.is_empty() && beside.newer.is_none() && beside.older.is_none());
    }
}
