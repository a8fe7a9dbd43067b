//! How the text of a variable becomes a value.

use std::{fmt, net::IpAddr, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use axum::http::HeaderValue;
use secrecy::SecretString;
use url::Url;

/// A type that a variable can have.
pub trait Setting: Sized {
    /// Whether the text must not be repeated in messages.
    const SECRET: bool = false;

    /// The value, or what is wrong with the text.
    fn parse(text: &str) -> Result<Self, String>;
}

/// Implements [`Setting`] by `FromStr`.
macro_rules! by_from_str {
    ($($type:ty: $wanted:literal),+ $(,)?) => {
        $(impl Setting for $type {
            fn parse(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| format!("must be {}", $wanted))
            }
        })+
    };
}

by_from_str! {
    u16: "a number from 0 to 65535",
    u32: "a whole number",
    u64: "a whole number",
    usize: "a whole number",
    bool: "true or false",
    IpAddr: "an IP address",
}

impl Setting for String {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl Setting for PathBuf {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("must be a path".to_owned()) } else { Ok(Self::from(text)) }
    }
}

impl Setting for SecretString {
    const SECRET: bool = true;

    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("must be set".to_owned()) } else { Ok(text.into()) }
    }
}

impl Setting for Url {
    fn parse(text: &str) -> Result<Self, String> {
        let url = Self::from_str(text).map_err(|error| format!("must be a URL ({error})"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err("must begin with http:// or https://".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() || url.path() != "/" {
            return Err("must be scheme and host alone, like https://app.example.org".to_owned());
        }
        Ok(url)
    }
}

impl<T: Setting> Setting for Option<T> {
    const SECRET: bool = T::SECRET;

    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::parse(text).map(Some) }
    }
}

/// A size, `1048576` or `64K`, `20M`, `2G` (powers of 1,024).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub u64);

impl Setting for Bytes {
    fn parse(text: &str) -> Result<Self, String> {
        const WANTED: &str = "must be a size like 1048576, 64K, 20M or 2G";
        let (digits, unit) = match text.char_indices().next_back() {
            Some((end, 'k' | 'K')) => (&text[..end], 1 << 10),
            Some((end, 'm' | 'M')) => (&text[..end], 1 << 20),
            Some((end, 'g' | 'G')) => (&text[..end], 1 << 30),
            _ => (text, 1),
        };
        let number: u64 = digits.parse().map_err(|_| WANTED.to_owned())?;
        // A signed column and a signed offset hold it.
        let bytes = number.checked_mul(unit).filter(|bytes| i64::try_from(*bytes).is_ok());
        bytes.map(Self).ok_or_else(|| WANTED.to_owned())
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        match UNITS.iter().find(|(size, _)| self.0 >= *size && self.0.is_multiple_of(*size)) {
            Some((size, unit)) => write!(f, "{} {unit}", self.0 / size),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

/// A length of time, `90`, `90s`, `10m`, `1h` or `30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds(pub u64);

impl Seconds {
    /// The same length of time.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0)
    }

    /// The same length of time, for arithmetic with dates.
    pub fn delta(self) -> chrono::TimeDelta {
        chrono::TimeDelta::seconds(i64::try_from(self.0).expect("bounded when parsed"))
    }
}

impl Setting for Seconds {
    fn parse(text: &str) -> Result<Self, String> {
        const WANTED: &str = "must be a length of time like 90s, 10m, 1h or 30d";
        const LONGEST: u64 = 100 * 365 * 86_400;
        let (digits, unit) = match text.char_indices().next_back() {
            Some((end, 's')) => (&text[..end], 1),
            Some((end, 'm')) => (&text[..end], 60),
            Some((end, 'h')) => (&text[..end], 3_600),
            Some((end, 'd')) => (&text[..end], 86_400),
            _ => (text, 1),
        };
        let number: u64 = digits.parse().map_err(|_| WANTED.to_owned())?;
        let seconds = number.checked_mul(unit).filter(|seconds| *seconds <= LONGEST);
        seconds.map(Self).ok_or_else(|| WANTED.to_owned())
    }
}

/// Networks, `10.0.0.0/8, 192.0.2.7`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<ipnet::IpNet>);

impl Networks {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `address` lies in one of them. IPv4-mapped addresses count as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl Setting for Networks {
    fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let networks = parts.map(|part| match part.parse::<IpAddr>() {
            Ok(address) => Ok(address.into()),
            Err(_) => part.parse().map_err(|_| format!("{part:?} is no address or network")),
        });
        networks.collect::<Result<_, _>>().map(Self)
    }
}

/// Origins as browsers name them, `https://chat.example.org, http://localhost:3000`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Arc<[String]>);

impl Origins {
    /// Whether the value of an `Origin` header is one of them.
    pub fn contains(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|known| known.as_bytes() == origin.as_bytes())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Setting for Origins {
    fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        // Written as a browser writes it: in lower case, without the usual port.
        let origins = parts.map(|part| match <Url as Setting>::parse(part) {
            Ok(url) if !part.contains(['*', '@']) => Ok(url.origin().ascii_serialization()),
            _ => Err(format!("{part:?} is no origin like https://chat.example.org")),
        });
        origins.collect::<Result<_, _>>().map(Self)
    }
}

/// Words that somebody chose, `staff, admins`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Arc<[String]>);

impl Words {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl Setting for Words {
    fn parse(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        Ok(Self(words.map(ToOwned::to_owned).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times() {
        assert_eq!(Bytes::parse("2G"), Ok(Bytes(2 << 30)));
        assert_eq!(Bytes::parse("100"), Ok(Bytes(100)));
        assert!(Bytes::parse("99999999999G").is_err());
        assert!(Bytes::parse("").is_err());
        assert!(Bytes::parse("2€").is_err());
        assert_eq!(Seconds::parse("10m"), Ok(Seconds(600)));
        assert!(Seconds::parse("m").is_err());
        assert_eq!(Bytes(2 << 30).to_string(), "2 GiB");
    }

    #[test]
    fn networks() {
        let networks = Networks::parse("10.0.0.0/8, 192.0.2.7").unwrap();
        assert!(networks.contains("10.2.3.4".parse().unwrap()));
        assert!(networks.contains("::ffff:192.0.2.7".parse().unwrap()));
        assert!(!networks.contains("192.0.2.8".parse().unwrap()));
        assert!(Networks::parse("10.0.0.0/99").is_err());
    }

    #[test]
    fn origins_are_written_as_browsers_do() {
        let origins = Origins::parse("https://Chat.example.org:443/, http://localhost:3000");
        let contains =
            |origin| origins.as_ref().unwrap().contains(&HeaderValue::from_static(origin));
        assert!(contains("https://chat.example.org") && contains("http://localhost:3000"));
        assert!(!contains("http://chat.example.org") && !contains("https://chat.example.org:8443"));
        assert!(!contains("null") && !contains("https://a.chat.example.org"));
        for wrong in ["*", "null", "https://*.example.org", "example.org", "https://e.org/page"] {
            assert!(Origins::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Origins::parse("").unwrap().is_empty());
    }

    #[test]
    fn urls_are_scheme_and_host() {
        assert!(Url::parse("https://app.example.org").is_ok());
        assert!(<Url as Setting>::parse("https://app.example.org/x").is_err());
        assert!(<Url as Setting>::parse("ftp://app.example.org").is_err());
    }
}
