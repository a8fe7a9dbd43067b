//! Which addresses belong to the public Internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether everybody can reach `address`, so that nobody gains anything by having us reach it.
///
/// After the registries of special-purpose addresses at IANA (RFC 6890), and stricter: of what
/// serves protocols alone (relays, anycast of resolvers) nothing is public here.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    match address.octets() {
        // This network; private; loopback; multicast, reserved and broadcast.
        [0 | 10 | 127 | 224..=255, ..] => false,
        // Behind a carrier's NAT.
        [100, second, ..] => !(64..=127).contains(&second),
        // Link-local, where clouds serve their metadata.
        [169, second, ..] => second != 254,
        [172, second, ..] => !(16..=31).contains(&second),
        // Protocol assignments; documentation; the former relays of 6to4; private.
        [192, second, third, _] => !matches!((second, third), (0, 0 | 2) | (88, 99) | (168, _)),
        // Benchmarks; documentation.
        [198, second, third, _] => !matches!((second, third), (18 | 19, _) | (51, 100)),
        [203, second, third, _] => (second, third) != (0, 113),
        // Where Azure serves its metadata.
        octets => octets != [168, 63, 129, 16],
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // IPv4-mapped, to which the kernel connects over IPv4; and NAT64, which is what a machine
        // without IPv4 sees of the others. 64:ff9b:1::/48 is for local use.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            is_public_v4(last_32_bits(address))
        }
        // Protocol assignments: Teredo, benchmarks, ORCHID and others; documentation.
        [0x2001, second, ..] => second > 0x01ff && second != 0x0db8,
        // 6to4, which holds any IPv4 address.
        [0x2002, ..] => false,
        // Documentation.
        [0x3fff, second, ..] => second > 0x0fff,
        // Of the rest only 2000::/3 was ever given to anybody: loopback, IPv4-compatible, discard,
        // unique local, link-local, site-local and multicast lie outside.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

fn last_32_bits(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn all_are(public: bool, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn the_internet_is_public() {
        all_are(true, &["1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "126.255.255.255"]);
        all_are(true, &["100.63.255.255", "100.128.0.0", "168.63.129.15", "169.253.255.255"]);
        all_are(true, &["172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.1.1", "192.169.0.0"]);
        all_are(true, &["198.17.255.255", "198.20.0.0", "203.0.112.255", "223.255.255.255"]);
        all_are(true, &["2606:4700:4700::1111", "2001:4860:4860::8888", "2a00::1", "2001:200::1"]);
        all_are(true, &["2000::", "3ffe::1", "3fff:1000::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]);
    }

    #[test]
    fn the_neighbourhood_is_not() {
        all_are(false, &["0.0.0.0", "0.1.2.3", "10.0.0.1", "127.0.0.1", "127.255.255.254"]);
        all_are(false, &["100.64.0.1", "100.127.255.255", "169.254.169.254", "168.63.129.16"]);
        all_are(false, &["172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255"]);
        all_are(false, &["::1", "::", "fc00::1", "fd00:ec2::254", "fe80::1", "febf::1", "fec0::1"]);
    }

    #[test]
    fn what_is_for_special_purposes_is_not() {
        all_are(false, &["192.0.0.8", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1"]);
        all_are(false, &["198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1"]);
        all_are(false, &["239.255.255.255", "240.0.0.1", "255.255.255.255"]);
        all_are(false, &["100::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1"]);
        all_are(false, &["3fff::1", "3fff:fff::1", "5f00::1", "4000::1", "ff02::1", "ff0e::1"]);
    }

    #[test]
    fn an_ipv4_address_in_an_ipv6_address_opens_nothing() {
        all_are(false, &["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0.0.0.0"]);
        all_are(false, &["::127.0.0.1", "::8.8.8.8", "::ffff:0:8.8.8.8"]);
        all_are(false, &["64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8"]);
        all_are(false, &["64:ff9b:1:7f00:0:100::", "2002:7f00:1::", "2002:808:808::"]);
        all_are(false, &["2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"]);
    }
}
