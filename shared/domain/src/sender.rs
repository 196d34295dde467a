//! Where a request that nobody has signed in for comes from, and how often it may ask.

use std::net::{IpAddr, Ipv6Addr};

use thiserror::Error;

use crate::failure::{Failure, Kind};
use crate::pace::{Rate, Wait};
use crate::sign_in::{EmailAddress, TokenHash};

/// How often one network may ask without anybody being signed in: an office of sixty people signs in at nine o'clock
/// in three steps each, and then one request every two seconds. This project's own decision.
pub const RATE_OF_A_NETWORK: Rate = Rate { at_once: 200, milliseconds_each: 2_000 };

/// How often one account may be tried, wrong tries and right ones and codes for a new password together: no person
/// does it half as often. This project's own decision; wrong tries lock the account long before.
pub const RATE_OF_AN_ACCOUNT: Rate = Rate { at_once: 30, milliseconds_each: 10_000 };

/// Whoever asks, as far as a limit goes: a network, or an account that is tried. Kept as a hash only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The hash under which it is counted.
    pub hash: TokenHash,
    /// How often it may ask.
    pub rate: Rate,
}

impl Sender {
    /// The network of an address. An IPv6 household has a whole /64 to choose its addresses from. Nobody else's
    /// request comes from this very machine, so that none of its own is counted.
    pub fn network(address: IpAddr) -> Option<Self> {
        let address = address.to_canonical();
        if address.is_loopback() {
            return None;
        }
        let network = match address {
            IpAddr::V4(four) => four.to_string(),
            IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & (!0 << 64)).to_string(),
        };
        let hash = TokenHash::of(&format!("network {network}"));
        Some(Self { hash, rate: RATE_OF_A_NETWORK })
    }

    /// The account of an address, whether there is one or not.
    pub fn account(email: &EmailAddress) -> Self {
        let hash = TokenHash::of(&format!("account {email}"));
        Self { hash, rate: RATE_OF_AN_ACCOUNT }
    }
}

/// There were too many requests from one network, or for one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("There were too many tries. Wait {} seconds, then try again.", .0.seconds)]
pub struct TooManyTries(pub Wait);

impl Failure for TooManyTries {
    fn kind(&self) -> Kind {
        Kind::TooMany
    }

    fn code(&self) -> &'static str {
        "too-many-tries"
    }

    fn wait_seconds(&self) -> Option<u32> {
        Some(self.0.seconds)
    }
}

/// The address from which a request came to us.
///
/// `connected`: who was connected to the API, which nobody can forge. `forwarded`: the `X-Forwarded-For` of a request
/// that the distribution passed on, and only of such a one: the API writes the distribution's own address last, and
/// the distribution writes before it who was connected to it. What stands further left, anybody may have written.
pub fn address(connected: &str, forwarded: Option<&str>) -> Option<IpAddr> {
    let passed_on = forwarded.and_then(|list| list.rsplit(',').nth(1));
    passed_on.and_then(|it| it.trim().parse().ok()).or_else(|| connected.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Option<Sender> {
        Sender::network(address.parse().unwrap())
    }

    #[test]
    fn an_address_of_version_6_counts_with_its_whole_network() {
        assert_eq!(network("2001:db8:1:2::9"), network("2001:db8:1:2:ffff:1:2:3"));
        assert_ne!(network("2001:db8:1:2::9"), network("2001:db8:1:3::9"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
    }

    #[test]
    fn this_very_machine_is_nobodys_network() {
        assert_eq!(network("127.0.0.1"), None);
        assert_eq!(network("::1"), None);
        assert_eq!(network("::ffff:127.0.0.1"), None);
    }

    #[test]
    fn what_a_client_wrote_itself_is_never_taken_for_its_address() {
        let at = |connected, forwarded| address(connected, forwarded).unwrap().to_string();
        assert_eq!(at("192.0.2.7", None), "192.0.2.7");
        assert_eq!(at("203.0.113.5", Some("198.51.100.1, 192.0.2.7, 203.0.113.5")), "192.0.2.7");
        assert_eq!(at("203.0.113.5", Some("192.0.2.7,203.0.113.5")), "192.0.2.7");
        assert_eq!(at("203.0.113.5", Some("203.0.113.5")), "203.0.113.5");
        assert_eq!(at("203.0.113.5", Some("nonsense, 203.0.113.5")), "203.0.113.5");
        assert_eq!(address("nonsense", None), None);
    }

    #[test]
    fn neither_an_address_nor_an_account_can_be_read_from_what_is_kept() {
        let sender = Sender::account(&"ada@lakehouse.example".parse().unwrap());
        assert!(!format!("{sender:?}").contains("ada"));
        assert!(!format!("{:?}", network("192.0.2.7")).contains("192"));
    }
}
