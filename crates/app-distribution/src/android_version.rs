//! Which Android came with which API level.

/// The API level of each Android from 4 on; 13 and later are 20 above their number.
const LEVELS: [u32; 10] = [14, 21, 23, 24, 26, 28, 29, 30, 31, 33];

/// The highest API level of an Android: 8 is 8.0 or 8.1.
pub(crate) fn level_of(android: u32) -> Option<u32> {
    match android {
        4 => Some(20),
        5 => Some(22),
        6 => Some(23),
        7 => Some(25),
        8 => Some(27),
        9..=11 => Some(android + 19),
        12 => Some(32),
        13.. => Some(android + 20),
        _ => None,
    }
}

/// The Android that an API level came with.
pub(crate) fn android_of(level: u32) -> String {
    let android = match level {
        33.. => level - 20,
        _ => match LEVELS.iter().rposition(|first| *first <= level) {
            Some(at) => u32::try_from(at).unwrap_or_default() + 4,
            None => return format!("Android API {level}"),
        },
    };
    format!("Android {android}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_have_names() {
        for (level, name) in [
            (17, "4"),
            (21, "5"),
            (22, "5"),
            (24, "7"),
            (29, "10"),
            (32, "12"),
            (33, "13"),
            (35, "15"),
        ] {
            assert_eq!(android_of(level), format!("Android {name}"), "{level}");
        }
        assert_eq!(android_of(10), "Android API 10");
        assert_eq!((level_of(10), level_of(12), level_of(15)), (Some(29), Some(32), Some(35)));
    }
}
