//! What `securevox up` prints once it is ready: where everything is, and a code for phones.

use std::io::{self, IsTerminal as _};

use anyhow::Context as _;
use fast_qr::QRBuilder;
use securevox_core::process::{Base, Common};
use url::{Host, Url};

/// Light modules around a code, without which no camera finds it.
const MARGIN: usize = 2;

/// Tells where everything is.
pub(crate) fn announce(base: &Base, common: &Common, set_up: Option<&str>) -> anyhow::Result<()> {
    let listening = &common.listening;
    let first = match set_up {
        Some(path) => format!(
            "Make the first administrator here, once, within 24 hours:\n\n\x20 {}{path}\n\n",
            base.urls.api
        ),
        None => String::new(),
    };
    let port = listening.distribution_port;
    let elsewhere = if is_of_this_machine(&base.urls.distribution) {
        format!(
            "Only this machine reaches these addresses. From phones and other machines: SECUREVOX_BIND=0.0.0.0, \
             and SECUREVOX_PUBLIC_URL_DISTRIBUTION=http://<this machine>:{port}\n"
        )
    } else {
        let code = code(base.urls.distribution.as_str(), io::stdout().is_terminal())?;
        format!("Apps, for the camera of a phone:\n\n{code}\n")
    };
    let text = format!(
        "\nSecureVOX {version} is ready. Ctrl-C stops it; what it keeps is in {data}.\n\n\
         \x20 REST API          {api}            health on port {api_health}\n\
         \x20 event stream      port {notifier}                        health on port {notifier_health}\n\
         \x20 call signalling   {calls}            health on port {calls_health}\n\
         \x20 app distribution  {distribution}            health on port {distribution_health}\n\n\
         {first}{elsewhere}",
        version = env!("CARGO_PKG_VERSION"),
        data = base.data.display(),
        api = base.urls.api,
        api_health = listening.api_internal_port,
        notifier = listening.notifier_port,
        notifier_health = listening.notifier_internal_port,
        calls = base.urls.calls,
        calls_health = listening.calls_internal_port,
        distribution = base.urls.distribution,
        distribution_health = listening.distribution_internal_port,
    );
    #[expect(clippy::print_stdout, reason = "what the person who started it is waiting for")]
    {
        println!("{text}");
    }
    Ok(())
}

/// Whether nobody else can reach `url`.
fn is_of_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => true,
    }
}

/// `address` as a QR code in half blocks, two modules each. What is light is drawn: terminals are
/// mostly dark, and where it is known to be one it is told both colours.
fn code(address: &str, in_colour: bool) -> anyhow::Result<String> {
    let code = QRBuilder::new(address).build().context("the address is too long for a QR code")?;
    let is_dark = |line: usize, column: usize| {
        let inside = MARGIN..code.size + MARGIN;
        inside.contains(&line)
            && inside.contains(&column)
            && code[line - MARGIN][column - MARGIN].value()
    };
    let (begin, end) = if in_colour { ("\x1b[97;40m", "\x1b[0m") } else { ("", "") };
    let size = code.size + 2 * MARGIN;
    let mut text = String::new();
    for line in (0..size).step_by(2) {
        text += begin;
        text.extend((0..size).map(|column| {
            match (is_dark(line, column), is_dark(line + 1, column)) {
                (true, true) => ' ',
                (true, false) => '▄',
                (false, true) => '▀',
                (false, false) => '█',
            }
        }));
        text += end;
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_others_reach_become_a_code() {
        for (url, expected) in [
            ("http://localhost:8083/", true),
            ("http://127.0.0.1:8083/", true),
            ("http://[::1]:8083/", true),
            ("http://192.168.1.7:8083/", false),
            ("https://app.example.org/", false),
        ] {
            assert_eq!(is_of_this_machine(&url.parse().unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn terminals_are_told_the_colours() {
        let plain = code("https://app.example.org/", false).unwrap();
        let coloured = code("https://app.example.org/", true).unwrap();
        assert_eq!(coloured.replace("\x1b[97;40m", "").replace("\x1b[0m", ""), plain);
        assert!(plain.lines().next().unwrap().chars().all(|c| c == '█'));
    }
}
