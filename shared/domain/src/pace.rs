//! How often somebody may ask: so many times at once, and then one every so often.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// How often something may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many requests at once, after a pause.
    pub at_once: i32,
    /// And one every so many milliseconds, for ever.
    pub milliseconds_each: i64,
}

/// How much of what somebody may ask was used: the moment at which nothing of it will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// When all is there again.
    pub full_at: DateTime<Utc>,
}

/// That it was asked too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// How long to wait before the next request.
    pub seconds: u32,
}

impl Pace {
    /// One more request at `now`; `before`: none was made yet, or what it left.
    ///
    /// # Errors
    ///
    /// [`Wait`] with how long to wait.
    pub fn after(before: Option<Self>, now: DateTime<Utc>, rate: Rate) -> Result<Self, Wait> {
        let each = Duration::milliseconds(rate.milliseconds_each);
        let most = each.checked_mul(rate.at_once).unwrap_or(each);
        let from = before.map_or(now, |it| it.full_at.max(now));
        let full_at = from.checked_add_signed(each).unwrap_or(from);
        let over = full_at.signed_duration_since(now).checked_sub(&most).unwrap_or(most);
        if over <= Duration::zero() {
            return Ok(Self { full_at });
        }
        let whole = over.num_milliseconds().saturating_add(999).checked_div(1000).unwrap_or(1);
        Err(Wait { seconds: u32::try_from(whole).unwrap_or(1).max(1) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE: Rate = Rate { at_once: 60, milliseconds_each: 500 };

    fn now() -> DateTime<Utc> {
        "2026-06-01T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn who_asks_too_often_is_told_how_long_to_wait_and_then_may() {
        let mut pace = None;
        for _ in 0..RATE.at_once {
            pace = Some(Pace::after(pace, now(), RATE).unwrap());
        }
        assert_eq!(Pace::after(pace, now(), RATE).unwrap_err().seconds, 1);
        let later = now().checked_add_signed(Duration::seconds(1)).unwrap();
        assert!(Pace::after(pace, later, RATE).unwrap().full_at > later);
    }

    proptest! {
        /// However requests are spread, no minute has more than the burst and its own share.
        #[test]
        fn no_minute_has_more_requests_than_it_may(gaps in prop::collection::vec(0_i64..900, 1..600)) {
            let (mut pace, mut at, mut done) = (None, now(), Vec::new());
            for gap in gaps {
                at = at.checked_add_signed(Duration::milliseconds(gap)).unwrap();
                if let Ok(next) = Pace::after(pace, at, RATE) {
                    pace = Some(next);
                    done.push(at);
                }
            }
            for from in &done {
                let within = |it: &&DateTime<Utc>| {
                    let since = it.signed_duration_since(*from);
                    since >= Duration::zero() && since < Duration::minutes(1)
                };
                prop_assert!(done.iter().filter(within).count() <= 181);
            }
        }
    }
}
