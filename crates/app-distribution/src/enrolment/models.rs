//! What people call their devices, and their iOS, where a device says a number.

use crate::agent::name_of_ios;

/// iPhones that test builds are still made for.
const IPHONES: [(&str, &str); 32] = [
    ("12,1", "11"),
    ("12,3", "11 Pro"),
    ("12,5", "11 Pro Max"),
    ("12,8", "SE (2nd generation)"),
    ("13,1", "12 mini"),
    ("13,2", "12"),
    ("13,3", "12 Pro"),
    ("13,4", "12 Pro Max"),
    ("14,2", "13 Pro"),
    ("14,3", "13 Pro Max"),
    ("14,4", "13 mini"),
    ("14,5", "13"),
    ("14,6", "SE (3rd generation)"),
    ("14,7", "14"),
    ("14,8", "14 Plus"),
    ("15,2", "14 Pro"),
    ("15,3", "14 Pro Max"),
    ("15,4", "15"),
    ("15,5", "15 Plus"),
    ("16,1", "15 Pro"),
    ("16,2", "15 Pro Max"),
    ("17,1", "16 Pro"),
    ("17,2", "16 Pro Max"),
    ("17,3", "16"),
    ("17,4", "16 Plus"),
    ("17,5", "16e"),
    ("18,1", "17 Pro"),
    ("18,2", "17 Pro Max"),
    ("18,3", "17"),
    ("18,4", "Air"),
    ("11,2", "XS"),
    ("11,8", "XR"),
];

/// `iPhone 14` for `iPhone14,7`; the number itself for what is not known.
pub(super) fn model(product: &str) -> String {
    let number = product.strip_prefix("iPhone");
    let known = number.and_then(|number| IPHONES.iter().find(|(known, _)| *known == number));
    known.map_or_else(|| product.to_owned(), |(_, name)| format!("iPhone {name}"))
}

/// Whether this is the number of a model, like `iPad16,3`.
pub(super) fn is_number(product: &str) -> bool {
    product.len() <= 20 && product.chars().all(|c| c.is_ascii_alphanumeric() || c == ',')
}

/// What runs on a device: `iOS 16` for `20A362`.
pub(super) fn os(product: Option<&str>, build: Option<&str>) -> Option<String> {
    let is_pad = product.is_some_and(|product| product.starts_with("iPad"));
    build.and_then(system).map(|major| format!("{} {major}", name_of_ios(is_pad, Some(major))))
}

/// The iOS of a build of it: 16 for `20A362`. After 18 came 26.
pub(super) fn system(build: &str) -> Option<u32> {
    let digits = build.find(|c: char| !c.is_ascii_digit())?;
    let number: u32 = build[..digits].parse().ok()?;
    match number {
        10..=22 => Some(number - 4),
        23.. => number.checked_add(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_named() {
        assert_eq!(model("iPhone14,7"), "iPhone 14");
        assert_eq!(model("iPad16,3"), "iPad16,3");
        assert_eq!(model("iPhone99,9"), "iPhone99,9");
        assert_eq!(["20A362", "22B83", "23A341"].map(system), [Some(16), Some(18), Some(26)]);
        assert_eq!(os(Some("iPad16,3"), Some("22B83")).as_deref(), Some("iPadOS 18"));
        assert_eq!(os(None, Some("20A362")).as_deref(), Some("iOS 16"));
        assert!(is_number("iPad16,3") && !is_number("Win now: example.org"));
        assert_eq!(["", "A", "4294967295A", "7A341", "20"].map(system), [None; 5]);
    }
}
