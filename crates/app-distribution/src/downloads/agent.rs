//! What a `User-Agent` says of a device. It says little, and may say anything.

use securevox_protocol::downloads::DownloadDevice;

/// Names longer than these are no names.
const MAX_NAME: usize = 60;

/// The device, as far as `agent` tells.
pub(super) fn device(agent: Option<&str>) -> DownloadDevice {
    let agent = agent.unwrap_or_default();
    installer_of_ios(agent)
        .or_else(|| apples(agent))
        .or_else(|| android(agent))
        .or_else(|| desk(agent))
        .unwrap_or_else(|| program(agent))
}

/// `com.apple.appstored/1.0 iOS/18.1 model/iPhone16,1 hwp/t8130 build/22B83`.
fn installer_of_ios(agent: &str) -> Option<DownloadDevice> {
    let word = |key: &str| agent.split(' ').find_map(|word| word.strip_prefix(key));
    let (name, number) = [("iOS", word("iOS/")), ("iPadOS", word("iPadOS/"))]
        .into_iter()
        .find_map(|(name, number)| Some((name, number?)))?;
    let model = word("model/").and_then(name_of);
    Some(DownloadDevice { system: Some(system(name, Some(number))), model, program: None })
}

/// `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) …`.
fn apples(agent: &str) -> Option<DownloadDevice> {
    let model = ["iPhone", "iPad", "iPod"].into_iter().find(|model| agent.contains(model))?;
    let number = agent.split(" OS ").nth(1).and_then(|rest| rest.split([' ', ';', ')']).next());
    let number = number.map(|number| number.replace('_', "."));
    Some(DownloadDevice {
        system: Some(system("iOS", number.as_deref())),
        model: Some(model.to_owned()),
        program: None,
    })
}

/// `Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP4A) …`, or that of the download manager.
fn android(agent: &str) -> Option<DownloadDevice> {
    // The download manager names itself first.
    let (_, rest) = agent.split_once("Android ").or_else(|| agent.split_once("Android"))?;
    let mut parts = rest.split([';', ')']);
    let number = parts.next().map(str::trim);
    let model = parts
        .next()
        .map(|model| model.split(" Build/").next().unwrap_or_default().trim())
        // What Chrome says of every device for the sake of privacy.
        .filter(|model| *model != "K")
        .and_then(name_of);
    Some(DownloadDevice { system: Some(system("Android", number)), model, program: None })
}

fn desk(agent: &str) -> Option<DownloadDevice> {
    let systems =
        [("Windows", "Windows"), ("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];
    let (_, name) = systems.into_iter().find(|(mark, _)| agent.contains(mark))?;
    Some(DownloadDevice { system: Some(name.to_owned()), ..DownloadDevice::default() })
}

/// `curl` of `curl/8.9.1`.
fn program(agent: &str) -> DownloadDevice {
    let name = agent.split(['/', ' ']).next().unwrap_or_default();
    DownloadDevice { program: name_of(name), ..DownloadDevice::default() }
}

/// The number only where it is one.
fn system(name: &str, number: Option<&str>) -> String {
    let is_number = |number: &&str| {
        number.len() <= 12
            && number.starts_with(|c: char| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    match number.filter(is_number) {
        Some(number) => format!("{name} {number}"),
        None => name.to_owned(),
    }
}

fn name_of(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.chars().count() <= MAX_NAME;
    (fits && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_known_by_what_they_say() {
        let told = |agent: &str| {
            let DownloadDevice { system, model, program } = device(Some(agent));
            [system, model, program].map(Option::unwrap_or_default)
        };
        for (agent, expected) in [
            (
                "com.apple.appstored/1.0 iOS/18.1 model/iPhone16,1 hwp/t8130 build/22B83 (6; dt:311) AMS/1",
                ["iOS 18.1", "iPhone16,1", ""],
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                ["iOS 17.5.1", "iPhone", ""],
            ),
            ("Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X)", ["iOS 16.7", "iPad", ""]),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0.0.0",
                ["Android 15", "Pixel 9", ""],
            ),
            ("Mozilla/5.0 (Linux; Android 10; K) Chrome/131.0.0.0", ["Android 10", "", ""]),
            (
                "AndroidDownloadManager/14 (Linux; U; Android 14; SM-S911B Build/UP1A.231005.007)",
                ["Android 14", "SM-S911B", ""],
            ),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131", ["Windows", "", ""]),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", ["macOS", "", ""]),
            ("Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0", ["Linux", "", ""]),
            ("curl/8.9.1", ["", "", "curl"]),
            ("Android", ["Android", "", ""]),
            ("iOS/<script> model/", ["iOS", "", ""]),
            ("", ["", "", ""]),
        ] {
            assert_eq!(told(agent), expected, "{agent}");
        }
        assert_eq!(device(None), DownloadDevice::default());
    }
}
