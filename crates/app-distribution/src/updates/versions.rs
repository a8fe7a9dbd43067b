//! Which of two versions is newer.

use std::cmp::Ordering;

/// Compares versions as people count: part by part, numbers as numbers, and a word (`rc`) before
/// none, because a pre-release comes before its release.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let (mut ones, mut others) = (parts(one), parts(other));
    loop {
        let order = match (ones.next(), others.next()) {
            (None, None) => return Ordering::Equal,
            (Some(part), None) => part.against_none(),
            (None, Some(part)) => part.against_none().reverse(),
            (Some(one), Some(other)) => one.cmp(&other),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Whether `build` is newer than what is installed: the version decides, then the build number,
/// each where both have one.
pub(super) fn is_newer(
    build: (Option<&str>, Option<&str>),
    installed: (Option<&str>, Option<&str>),
) -> bool {
    let by = |one: Option<&str>, other: Option<&str>| match (one, other) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    };
    by(build.0, installed.0).then(by(build.1, installed.1)).is_gt()
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Word(&'a str),
    /// Without leading zeros: the longer one is larger.
    Number(usize, &'a str),
}

impl Part<'_> {
    fn against_none(&self) -> Ordering {
        match self {
            Self::Word(_) => Ordering::Less,
            // 1.2 and 1.2.0 are the same.
            Self::Number(0, _) => Ordering::Equal,
            Self::Number(..) => Ordering::Greater,
        }
    }
}

fn parts(version: &str) -> impl Iterator<Item = Part<'_>> {
    // What stands behind a plus says nothing about the order.
    let version = version.split('+').next().unwrap_or_default();
    let separated = version.split(|c: char| !c.is_alphanumeric());
    separated.flat_map(runs).map(|run| {
        if run.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = run.trim_start_matches('0');
            Part::Number(digits.len(), digits)
        } else {
            Part::Word(run)
        }
    })
}

/// `rc10` is `rc` and `10`.
fn runs(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let first = text.chars().next()?;
        let end = text.find(|c: char| c.is_ascii_digit() != first.is_ascii_digit());
        let (run, rest) = text.split_at(end.unwrap_or(text.len()));
        text = rest;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_people_count() {
        let ascending = [
            "0.9",
            "1.0-alpha",
            "1.0-beta2",
            "1.0-beta10",
            "1.0-rc.1",
            "1.0",
            "1.0.1",
            "1.2",
            "1.10",
            "2",
            "2.0.0.1",
            "20261123",
            "99999999999999999999999999",
        ];
        for (position, one) in ascending.iter().enumerate() {
            for other in &ascending[position + 1..] {
                assert_eq!(compare(one, other), Ordering::Less, "{one} {other}");
                assert_eq!(compare(other, one), Ordering::Greater, "{other} {one}");
            }
        }
        for (one, other) in
            [("1.2", "1.2.0"), ("1.02", "1.2"), ("v1.0", "v1.0"), ("1.0+5", "1.0+7"), ("", "0")]
        {
            assert_eq!(compare(one, other), Ordering::Equal, "{one} {other}");
        }
    }

    #[test]
    fn the_build_number_decides_among_equal_versions() {
        assert!(is_newer((Some("1.1"), Some("1")), (Some("1.0"), Some("9"))));
        assert!(is_newer((Some("1.0"), Some("10")), (Some("1.0"), Some("9"))));
        assert!(is_newer((Some("1.0"), Some("10")), (None, Some("9"))));
        assert!(!is_newer((Some("1.0"), Some("9")), (Some("1.0"), Some("9"))));
        assert!(!is_newer((Some("1.0"), None), (None, Some("9"))));
    }
}
