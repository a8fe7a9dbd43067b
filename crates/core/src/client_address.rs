//! The address a request came from, for limits only: it is never logged and never stored.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{Error, config::Networks};

/// What counts as one client: an IPv4 address, or the /64 network of an IPv6 address.
///
/// Where no connection is known (a router called in process) it is the unspecified address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The networks whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug)]
pub(crate) struct Trusted(pub(crate) Networks);

impl fmt::Display for ClientAddress {
    /// For the keys of limits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ClientAddress {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            address @ IpAddr::V4(_) => address,
        })
    }

    /// Walks `X-Forwarded-For` from its end, past the proxies that are trusted.
    fn behind(peer: IpAddr, forwarded: &[&str], trusted: &Networks) -> Self {
        let mut client = peer;
        let hops = forwarded.iter().rev().flat_map(|value| value.rsplit(','));
        for hop in hops {
            let Ok(hop) = hop.trim().parse() else { break };
            if !trusted.contains(client) {
                break;
            }
            client = hop;
        }
        Self::of(client)
    }
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Some(Peer(peer)) = parts.extensions.get() else {
            return Ok(Self(Ipv4Addr::UNSPECIFIED.into()));
        };
        let none = Trusted(Networks::default());
        let Trusted(trusted) = parts.extensions.get().unwrap_or(&none);
        let forwarded = parts.headers.get_all("x-forwarded-for").iter();
        let forwarded: Vec<&str> = forwarded.filter_map(|value| value.to_str().ok()).collect();
        Ok(Self::behind(peer.ip(), &forwarded, trusted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Setting as _;

    fn client(peer: &str, forwarded: &[&str], trusted: &str) -> String {
        let trusted = Networks::parse(trusted).unwrap();
        ClientAddress::behind(peer.parse().unwrap(), forwarded, &trusted).0.to_string()
    }

    #[test]
    fn a_header_counts_only_from_a_trusted_proxy() {
        assert_eq!(client("192.0.2.1", &["198.51.100.9"], ""), "192.0.2.1");
        assert_eq!(client("10.0.0.1", &["198.51.100.9"], "10.0.0.0/8"), "198.51.100.9");
        assert_eq!(client("10.0.0.1", &["1.1.1.1, 198.51.100.9"], "10.0.0.0/8"), "198.51.100.9");
        assert_eq!(client("10.0.0.1", &["198.51.100.9, 10.0.0.2"], "10.0.0.0/8"), "198.51.100.9");
        assert_eq!(client("10.0.0.1", &["nonsense"], "10.0.0.0/8"), "10.0.0.1");
    }

    #[test]
    fn ipv6_neighbours_are_one_client() {
        assert_eq!(client("2001:db8:1:2:3::4", &[], ""), "2001:db8:1:2::");
        assert_eq!(client("::ffff:192.0.2.1", &[], ""), "192.0.2.1");
    }
}
