//! What runs on the other end, as a `User-Agent` or an app says of itself. It says little, and may
//! say anything. The log of downloads shows it as exactly as it was said; analytics counts it
//! coarsely, by major version and family.

use axum::http::{HeaderMap, header};
use securevox_protocol::{builds::Platform, downloads::DownloadDevice};

/// Names longer than these are no names.
const MAX_NAME: usize = 60;

/// What is known of the other end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Agent<'a> {
    /// `iPadOS`.
    system: Option<&'static str>,
    /// As it was said: `18.1`, `18_1_2`.
    version: Option<&'a str>,
    /// `iPhone16,1`, `Pixel 9`.
    model: Option<&'a str>,
    /// `android-tablet`; empty where it is not known.
    family: &'static str,
    /// The program, where nothing says what it runs on: `curl`.
    program: Option<&'a str>,
    /// Whether it is the browser inside an app, which does not follow the links that install.
    pub(crate) is_in_app: bool,
}

/// What is counted: too coarse to know anybody by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coarse {
    /// `iOS 18`; empty where it is not known.
    pub(crate) system: String,
    /// `iphone`.
    pub(crate) family: &'static str,
}

impl<'a> Agent<'a> {
    /// Of whoever sent these headers.
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Self::read(agent.unwrap_or_default())
    }

    /// Of a browser, the installer of a phone, or a program.
    pub(crate) fn read(agent: &'a str) -> Self {
        let read = installer_of_ios(agent)
            .or_else(|| apples(agent))
            .or_else(|| android(agent))
            .or_else(|| desk(agent))
            .unwrap_or_else(|| {
                let name = agent.split(['/', ' ']).next().unwrap_or_default();
                Self { program: name_of(name), ..Self::default() }
            });
        Self { is_in_app: is_in_app(agent, read.platform()), ..read }
    }

    /// Of an installation of an app, as it says itself: `iOS 18.1` or `18.1`, and the model.
    pub(crate) fn installed(
        platform: Platform,
        system: Option<&'a str>,
        model: Option<&'a str>,
    ) -> Self {
        let version =
            system.and_then(|text| text.find(|c: char| c.is_ascii_digit()).map(|at| &text[at..]));
        let has = |name: &str| model.is_some_and(|model| model.contains(name));
        match platform {
            Platform::Ios if has("iPad") => Self::apple("ipad", version, model),
            Platform::Ios => Self::apple(if has("iPhone") { "iphone" } else { "" }, version, model),
            Platform::Android => Self {
                system: Some("Android"),
                version,
                model,
                family: "android-phone",
                ..Self::default()
            },
        }
    }

    fn apple(family: &'static str, version: Option<&'a str>, model: Option<&'a str>) -> Self {
        let major = version.and_then(major);
        let system = Some(name_of_ios(family == "ipad", major));
        Self { system, version, model, family, ..Self::default() }
    }

    /// As the log of downloads shows it.
    pub(crate) fn exact(&self) -> DownloadDevice {
        let number = self.version.map(|version| version.replace('_', "."));
        let number = number.filter(|number| is_number(number));
        let system = self.system.map(|system| numbered(system, number.as_deref()));
        let [model, program] = [self.model, self.program].map(|name| name.map(ToOwned::to_owned));
        DownloadDevice { system, model, program }
    }

    /// As analytics counts it.
    pub(crate) fn coarse(&self) -> Coarse {
        let major = self.version.and_then(major).map(|major| major.to_string());
        let system = self.system.map(|system| numbered(system, major.as_deref()));
        Coarse { system: system.unwrap_or_default(), family: self.family }
    }

    /// Which builds it installs; nothing of a computer. In Safari an iPad says that it is one.
    pub(crate) fn platform(&self) -> Option<Platform> {
        match self.system? {
            "iOS" | "iPadOS" => Some(Platform::Ios),
            "Android" => Some(Platform::Android),
            _ => None,
        }
    }

    /// What people call a phone or a tablet; nothing of a computer.
    pub(crate) fn phone(&self) -> Option<&'static str> {
        match self.family {
            "iphone" => Some("iPhone"),
            "ipad" => Some("iPad"),
            "android-phone" => Some("Android phone"),
            "android-tablet" => Some("Android tablet"),
            _ => None,
        }
    }

    /// Major and minor version of its iOS or iPadOS.
    pub(crate) fn ios(&self) -> Option<(u32, u32)> {
        self.version.filter(|_| matches!(self.system, Some("iOS" | "iPadOS"))).and_then(pair)
    }

    /// The major version of its Android.
    pub(crate) fn android(&self) -> Option<u32> {
        let version = self.version.filter(|_| self.system == Some("Android"));
        version.and_then(pair).map(|(major, _)| major)
    }
}

/// iPads have a system of their own since 13.
pub(crate) fn name_of_ios(is_pad: bool, major: Option<u32>) -> &'static str {
    if is_pad && major.is_none_or(|major| major >= 13) { "iPadOS" } else { "iOS" }
}

/// `com.apple.appstored/1.0 iOS/18.1 model/iPhone16,1 hwp/t8130 build/22B83`.
fn installer_of_ios(agent: &str) -> Option<Agent<'_>> {
    let word = |key: &str| agent.split(' ').find_map(|word| word.strip_prefix(key));
    let version = word("iOS/").or_else(|| word("iPadOS/"))?;
    let model = word("model/").and_then(name_of);
    Some(Agent::apple(if agent.contains("iPad") { "ipad" } else { "iphone" }, Some(version), model))
}

/// `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) …`.
fn apples(agent: &str) -> Option<Agent<'_>> {
    // An iPod says `iPhone OS`, too.
    let model = ["iPod", "iPad", "iPhone"].into_iter().find(|model| agent.contains(model))?;
    let version = agent.split(" OS ").nth(1).and_then(|rest| rest.split([' ', ';', ')']).next());
    let family = if model == "iPad" { "ipad" } else { "iphone" };
    Some(Agent::apple(family, version, Some(model)))
}

/// `Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A) …`, or that of the download manager.
fn android(agent: &str) -> Option<Agent<'_>> {
    if !agent.contains("Android") {
        return None;
    }
    // The download manager names itself first.
    let manager = agent.split_once("AndroidDownloadManager/").map(|(_, rest)| rest);
    let rest = agent.split_once("Android ").map(|(_, rest)| rest).or(manager);
    let mut parts = rest.unwrap_or_default().split([';', ')']);
    let version = parts.next().map(str::trim);
    let model = parts.next().map(|model| model.split(" Build/").next().unwrap_or_default().trim());
    // For the sake of privacy Chrome says of every device that it is a K with Android 10.
    let is_hidden = model == Some("K");
    let is_tablet = agent.contains("Mozilla/") && !agent.contains("Mobile");
    Some(Agent {
        system: Some("Android"),
        version: version.filter(|_| !is_hidden),
        model: model.filter(|_| !is_hidden).and_then(name_of),
        family: if is_tablet { "android-tablet" } else { "android-phone" },
        ..Agent::default()
    })
}

/// Versions of theirs are frozen, or say nothing.
fn desk(agent: &str) -> Option<Agent<'_>> {
    let systems = [
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
        ("X11", "Linux"),
    ];
    let (_, system) = systems.into_iter().find(|(mark, _)| agent.contains(mark))?;
    Some(Agent { system: Some(system), family: "computer", ..Agent::default() })
}

/// On iPhones only browsers say that they are Safari, on Android a view inside an app says that it
/// is one. Some apps say their names.
fn is_in_app(agent: &str, platform: Option<Platform>) -> bool {
    const APPS: [&str; 10] = [
        "FBAN/",
        "FBAV/",
        "FB_IAB/",
        "Instagram",
        "LinkedInApp",
        "Line/",
        "MicroMessenger",
        "Snapchat",
        "Pinterest/",
        "BytedanceWebview",
    ];
    let is_view = match platform {
        Some(Platform::Ios) => !agent.contains("Safari/"),
        Some(Platform::Android) => agent.contains("; wv)"),
        // An iPad says that it is a Mac.
        None if agent.contains("Macintosh") => {
            agent.contains("AppleWebKit/") && !agent.contains("Safari/")
        }
        None => return false,
    };
    is_view || APPS.iter().any(|app| agent.contains(app))
}

fn numbered(system: &str, number: Option<&str>) -> String {
    number.map_or_else(|| system.to_owned(), |number| format!("{system} {number}"))
}

fn is_number(text: &str) -> bool {
    text.len() <= 12
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// One or two digits: whoever makes numbers up makes at most a hundred of them.
fn major(version: &str) -> Option<u32> {
    pair(version).map(|(major, _)| major).filter(|major| *major < 100)
}

/// `18.1`, `18_1_2`, `15`.
pub(crate) fn pair(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(|c: char| !c.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    Some((major, parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

fn name_of(text: &str) -> Option<&str> {
    let fits = !text.is_empty() && text.chars().count() <= MAX_NAME;
    (fits && !text.chars().any(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests;
