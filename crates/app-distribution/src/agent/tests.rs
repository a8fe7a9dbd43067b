use securevox_protocol::downloads::DownloadDevice;

use super::*;

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

/// What is said, then what the log shows (system, model, program), and what is counted.
const KNOWN: &[(&str, [&str; 3], (&str, &str))] = &[
    (
        "com.apple.appstored/1.0 iOS/18.1 model/iPhone16,1 hwp/t8130 build/22B83 (6; dt:311) AMS/1",
        ["iOS 18.1", "iPhone16,1", ""],
        ("iOS 18", "iphone"),
    ),
    (
        "com.apple.appstored/1.0 iOS/17.5.1 model/iPad13,4 hwp/t8103 build/21F90",
        ["iPadOS 17.5.1", "iPad13,4", ""],
        ("iPadOS 17", "ipad"),
    ),
    (
        "com.apple.appstored/1.0 iPadOS/26.0 model/iPad16,3",
        ["iPadOS 26.0", "iPad16,3", ""],
        ("iPadOS 26", "ipad"),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
        ["iOS 18.1", "iPhone", ""],
        ("iOS 18", "iphone"),
    ),
    (
        "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 FxiOS/133.0 Mobile/15E148 Safari/605.1.15",
        ["iPadOS 17.7", "iPad", ""],
        ("iPadOS 17", "ipad"),
    ),
    ("itunesstored/1.0 iOS/12.5.7 hwp/t7000", ["iOS 12.5.7", "", ""], ("iOS 12", "iphone")),
    (IPHONE, ["iOS 17.5.1", "iPhone", ""], ("iOS 17", "iphone")),
    (
        "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X)",
        ["iPadOS 16.7", "iPad", ""],
        ("iPadOS 16", "ipad"),
    ),
    (
        "Mozilla/5.0 (iPad; CPU OS 12_4 like Mac OS X) AppleWebKit/605.1.15",
        ["iOS 12.4", "iPad", ""],
        ("iOS 12", "ipad"),
    ),
    ("Mozilla/5.0 (iPad)", ["iPadOS", "iPad", ""], ("iPadOS", "ipad")),
    (
        "Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5 like Mac OS X)",
        ["iOS 12.5", "iPod", ""],
        ("iOS 12", "iphone"),
    ),
    (
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36",
        ["Android 15", "Pixel 9", ""],
        ("Android 15", "android-phone"),
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
        ["Android 14", "SM-X910", ""],
        ("Android 14", "android-tablet"),
    ),
    (
        "Mozilla/5.0 (Linux; Android 10; K) Chrome/131.0.0.0 Mobile",
        ["Android", "", ""],
        ("Android", "android-phone"),
    ),
    (
        "AndroidDownloadManager/14 (Linux; U; Android 14; SM-S911B Build/UP1A.231005.007)",
        ["Android 14", "SM-S911B", ""],
        ("Android 14", "android-phone"),
    ),
    ("AndroidDownloadManager/13", ["Android 13", "", ""], ("Android 13", "android-phone")),
    (
        "Mozilla/5.0 (Linux; Android 9999999999999; Pixel 9) Mobile",
        ["Android", "Pixel 9", ""],
        ("Android", "android-phone"),
    ),
    ("Android", ["Android", "", ""], ("Android", "android-phone")),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15",
        ["macOS", "", ""],
        ("macOS", "computer"),
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0",
        ["Windows", "", ""],
        ("Windows", "computer"),
    ),
    (
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/131.0.0.0",
        ["ChromeOS", "", ""],
        ("ChromeOS", "computer"),
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0",
        ["Linux", "", ""],
        ("Linux", "computer"),
    ),
    ("iOS/<script> model/", ["iOS", "", ""], ("iOS", "iphone")),
    ("curl/8.9.1", ["", "", "curl"], ("", "")),
    ("", ["", "", ""], ("", "")),
];

#[test]
fn who_asks_is_known_exactly_and_coarsely() {
    for (agent, exact, (system, family)) in KNOWN {
        let read = Agent::read(agent);
        let DownloadDevice { system: shown, model, program } = read.exact();
        assert_eq!([shown, model, program].map(Option::unwrap_or_default), *exact, "{agent}");
        let Coarse { system: counted, family: of } = read.coarse();
        assert_eq!((counted.as_str(), of), (*system, *family), "{agent}");
    }
    assert_eq!(Agent::read("").exact(), DownloadDevice::default());
}

#[test]
fn what_an_app_says_of_itself_is_known() {
    let of = |platform, system, model| {
        let Coarse { system, family } = Agent::installed(platform, system, model).coarse();
        (system, family)
    };
    let (ios, android) = (Platform::Ios, Platform::Android);
    assert_eq!(of(ios, Some("iOS 18.1"), Some("iPhone17,1")), ("iOS 18".to_owned(), "iphone"));
    assert_eq!(of(ios, Some("18.1"), Some("iPad13,4")), ("iPadOS 18".to_owned(), "ipad"));
    assert_eq!(of(ios, Some("12.5"), Some("iPad4,1")), ("iOS 12".to_owned(), "ipad"));
    assert_eq!(of(ios, None, None), ("iOS".to_owned(), ""));
    let pixel = of(android, Some("15"), Some("Pixel 9"));
    assert_eq!(pixel, ("Android 15".to_owned(), "android-phone"));
    assert_eq!(of(android, Some("<script>"), None), ("Android".to_owned(), "android-phone"));
}

#[test]
fn phones_have_names_and_versions() {
    let of = |agent| {
        (Agent::read(agent).phone(), Agent::read(agent).ios(), Agent::read(agent).android())
    };
    assert_eq!(of(IPHONE), (Some("iPhone"), Some((17, 5)), None));
    assert_eq!(
        of("Mozilla/5.0 (iPad; CPU OS 15 like Mac OS X)"),
        (Some("iPad"), Some((15, 0)), None)
    );
    let nexus = "Mozilla/5.0 (Linux; Android 8.1.0; Nexus 5X) Mobile";
    assert_eq!(of(nexus), (Some("Android phone"), None, Some(8)));
    assert_eq!(of("Mozilla/5.0 (Linux; Android 10; K)").2, None, "every Chrome says so");
    assert_eq!(of("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"), (None, None, None));
}

#[test]
fn browsers_inside_apps_are_known() {
    let in_app = |agent: &str| Agent::read(agent).is_in_app;
    let ios = |rest: &str| {
        in_app(&format!(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) {rest}"
        ))
    };
    assert!(!ios("Version/18.1 Mobile/15E148 Safari/604.1"));
    assert!(!ios("CriOS/131.0 Mobile/15E148 Safari/604.1"));
    assert!(ios("Mobile/15E148"));
    assert!(ios("Mobile/15E148 Instagram 361.0"));
    assert!(ios("Version/18.1 Mobile/15E148 Safari/604.1 Line/14.0"));
    let android = |rest: &str| in_app(&format!("Mozilla/5.0 (Linux; Android 15; Pixel 9{rest}"));
    assert!(!android(") AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36"));
    assert!(android(
        " Build/AP4A; wv) AppleWebKit/537.36 Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36"
    ));
    assert!(android(") Chrome/131.0.0.0 Mobile Safari/537.36 Instagram 361.0"));
    assert!(!in_app("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)") && !in_app("curl/8.9.1"));
    let mac =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    assert!(!in_app(&format!("{mac} Version/18.1 Safari/605.1.15")));
    assert!(in_app(mac), "an app on an iPad");
}
