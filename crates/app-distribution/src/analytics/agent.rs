//! What runs on the other end, told coarsely: its system with the major version, and its family.

use securevox_protocol::builds::Platform;

/// What runs on the other end; empty where it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Agent {
    /// `iOS 18`.
    pub(super) system: String,
    /// `iphone`.
    pub(super) device: &'static str,
}

impl Agent {
    /// As a download says in `User-Agent`: a browser, or the installer of a phone.
    pub(super) fn of_download(agent: &str) -> Self {
        // The installer of iOS: `com.apple.appstored/1.0 iOS/18.1 model/iPhone17,1`.
        let installer = agent.split_once("iOS/").map(|(_, version)| version);
        if agent.contains("iPad") {
            let version = installer.or(after(agent, "CPU OS "));
            return Self::new("iPadOS", version, "ipad");
        }
        if agent.contains("iPhone") || agent.contains("iPod") || installer.is_some() {
            let version = installer.or(after(agent, "iPhone OS "));
            return Self::new("iOS", version, "iphone");
        }
        if agent.contains("Android") {
            let version = after(agent, "Android ").or(after(agent, "AndroidDownloadManager/"));
            let is_tablet = agent.contains("Mozilla/") && !agent.contains("Mobile");
            let device = if is_tablet { "android-tablet" } else { "android-phone" };
            return Self::new("Android", version, device);
        }
        // Their versions are frozen, or say nothing.
        if agent.contains("Windows NT") {
            Self::new("Windows", None, "computer")
        } else if agent.contains("Mac OS X") {
            Self::new("macOS", None, "computer")
        } else if agent.contains("CrOS") {
            Self::new("ChromeOS", None, "computer")
        } else if agent.contains("Linux") || agent.contains("X11") {
            Self::new("Linux", None, "computer")
        } else {
            Self::default()
        }
    }

    /// As an installation says of itself.
    pub(super) fn of_installation(
        platform: Platform,
        system: Option<&str>,
        model: Option<&str>,
    ) -> Self {
        let version =
            system.and_then(|text| text.find(|c: char| c.is_ascii_digit()).map(|at| &text[at..]));
        let model = model.unwrap_or_default();
        match platform {
            Platform::Ios if model.contains("iPad") => Self::new("iPadOS", version, "ipad"),
            Platform::Ios => {
                Self::new("iOS", version, if model.contains("iPhone") { "iphone" } else { "" })
            }
            Platform::Android => Self::new("Android", version, "android-phone"),
        }
    }

    fn new(system: &str, version: Option<&str>, device: &'static str) -> Self {
        let major = version.and_then(major);
        let system = major.map_or(system.to_owned(), |major| format!("{system} {major}"));
        Self { system, device }
    }
}

/// System and name of a phone or tablet, by its `User-Agent`.
pub(crate) fn phone(agent: &str) -> Option<(String, &'static str)> {
    let Agent { system, device } = Agent::of_download(agent);
    let name = match device {
        "iphone" => "iPhone",
        "ipad" => "iPad",
        "android-phone" => "Android phone",
        "android-tablet" => "Android tablet",
        _ => return None,
    };
    Some((system, name))
}

fn after<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    text.split_once(before).map(|(_, rest)| rest)
}

/// One or two digits: whoever makes numbers up makes at most a hundred of them.
fn major(version: &str) -> Option<u8> {
    let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..end].parse().ok().filter(|major| *major < 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_downloads_is_known() {
        for (agent, system, device) in [
            (
                "com.apple.appstored/1.0 iOS/18.1 model/iPhone17,1 hwp/t8140 build/22B83 (6; dt:337) AMS/1",
                "iOS 18",
                "iphone",
            ),
            (
                "com.apple.appstored/1.0 iOS/17.5.1 model/iPad13,4 hwp/t8103 build/21F90",
                "iPadOS 17",
                "ipad",
            ),
            ("itunesstored/1.0 iOS/12.5.7 hwp/t7000", "iOS 12", "iphone"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
                "iOS 18",
                "iphone",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 12_4 like Mac OS X) AppleWebKit/605.1.15",
                "iPadOS 12",
                "ipad",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36",
                "Android 15",
                "android-phone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
                "Android 14",
                "android-tablet",
            ),
            (
                "AndroidDownloadManager/14 (Linux; U; Android 14; Pixel 7 Build/UP1A)",
                "Android 14",
                "android-phone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15",
                "macOS",
                "computer",
            ),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0", "Windows", "computer"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0", "Linux", "computer"),
            ("Mozilla/5.0 (Linux; Android 99999999; K) Mobile", "Android", "android-phone"),
            ("iOS/", "iOS", "iphone"),
            ("curl/8.5.0", "", ""),
            ("", "", ""),
        ] {
            let expected = Agent { system: system.to_owned(), device };
            assert_eq!(Agent::of_download(agent), expected, "{agent}");
        }
    }

    #[test]
    fn what_an_app_says_of_itself_is_known() {
        let of = |platform, system, model| {
            let Agent { system, device } = Agent::of_installation(platform, system, model);
            (system, device)
        };
        let (ios, android) = (Platform::Ios, Platform::Android);
        assert_eq!(of(ios, Some("iOS 18.1"), Some("iPhone17,1")), ("iOS 18".to_owned(), "iphone"));
        assert_eq!(of(ios, Some("18.1"), Some("iPad13,4")), ("iPadOS 18".to_owned(), "ipad"));
        assert_eq!(of(ios, None, None), ("iOS".to_owned(), ""));
        assert_eq!(
            of(android, Some("15"), Some("Pixel 9")),
            ("Android 15".to_owned(), "android-phone")
        );
        assert_eq!(of(android, Some("<script>"), None), ("Android".to_owned(), "android-phone"));
    }
}
