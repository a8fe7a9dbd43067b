//! The list of devices as developer.apple.com takes it.

use securevox_protocol::enrolment::EnrolledDevice;

use super::models::model;

/// Longer names are refused there.
const MAX_NAME: usize = 50;

/// A line for each device, however many people enrolled it.
pub(super) fn apples_list(devices: &[EnrolledDevice]) -> String {
    let mut text = "Device ID\tDevice Name\tDevice Platform\n".to_owned();
    let mut seen = std::collections::HashSet::new();
    for device in devices.iter().filter(|device| seen.insert(&device.udid)) {
        text.extend([&*device.udid, "\t", &name(device), "\tios\n"]);
    }
    text
}

/// Names are written by strangers, and lists are opened in programs that calculate.
fn name(device: &EnrolledDevice) -> String {
    let model = || device.product.as_deref().map_or_else(|| "iPhone".to_owned(), model);
    let said = device.name.clone().unwrap_or_else(|| match &device.owner {
        Some(owner) => format!("{} {}", owner.split('@').next().unwrap_or_default(), model()),
        None => model(),
    });
    let plain: String = said.chars().filter(|c| !c.is_control() && *c != '"').collect();
    let name: String =
        plain.trim_start_matches([' ', '=', '+', '-', '@']).chars().take(MAX_NAME).collect();
    if name.trim().is_empty() { model() } else { name.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use securevox_protocol::EnrolledDeviceId;

    use super::*;

    fn device(udid: &str, name: Option<&str>, owner: Option<&str>) -> EnrolledDevice {
        EnrolledDevice {
            id: EnrolledDeviceId::fresh(),
            udid: udid.to_owned(),
            name: name.map(str::to_owned),
            product: Some("iPhone14,7".to_owned()),
            version: None,
            owner: owner.map(str::to_owned),
            listed: false,
            verified: false,
            first_seen_at: DateTime::UNIX_EPOCH,
            last_seen_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_line_is_what_apple_takes() {
        let long = "x".repeat(60);
        let devices = [
            device("A1", None, Some("bob@example.org")),
            device("A2", Some("=cmd\t\"x\"\n"), None),
            device("A1", Some("again"), None),
            device("A3", Some("+ "), None),
            device("A4", Some(&long), None),
        ];
        let list = apples_list(&devices);
        let expected = format!(
            "Device ID\tDevice Name\tDevice Platform\nA1\tbob iPhone 14\tios\nA2\tcmdx\tios\nA3\tiPhone 14\tios\nA4\t{}\tios\n",
            &long[..50]
        );
        assert_eq!(list, expected);
    }
}
