//! Whether somebody has an account, and what became of it, shows in no byte and in no work.

use std::fs;

use domain::sender::RATE_OF_AN_ACCOUNT;

use super::*;

/// What an address may be to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Known,
    Unknown,
    Invited,
    LockedByTries,
    LockedUnknown,
    LockedByTheCouncil,
}

const ALL: [Whose; 6] = [
    Whose::Known,
    Whose::Unknown,
    Whose::Invited,
    Whose::LockedByTries,
    Whose::LockedUnknown,
    Whose::LockedByTheCouncil,
];

impl Whose {
    /// A portal where one address is this.
    async fn portal(self) -> (Portal, &'static str) {
        let portal = if self == Self::Invited {
            let portal = Portal::empty(Settings::default()).await;
            portal.invite(&["P1001"]).await;
            portal
        } else {
            Portal::with_ada().await
        };
        let email = if matches!(self, Self::Unknown | Self::LockedUnknown) { EVE } else { ADA };
        match self {
            Self::LockedByTries | Self::LockedUnknown => portal.lock(email).await,
            Self::LockedByTheCouncil => locked_by_the_council(&portal).await,
            Self::Known | Self::Unknown | Self::Invited => {}
        }
        (portal, email)
    }
}

fn forms(email: &str) -> [(&'static str, Value); 3] {
    [
        ("/api/sign-in", json!({"email": email, "password": "Wrong-Kettle-42"})),
        ("/api/password-reset", json!({"email": email})),
        (
            "/api/password-reset/password",
            json!({"email": email, "code": "000000", "password": "New-Kettle-42"}),
        ),
    ]
}

#[tokio::test]
async fn whatever_an_address_is_to_the_portal_the_bytes_and_headers_are_the_same() {
    let mut first: Vec<Option<(u16, String, String)>> = vec![None; 3];
    for whose in ALL {
        let (portal, email) = whose.portal().await;
        for (nth, (path, form)) in forms(email).into_iter().enumerate() {
            let reply = whole(&portal.post(path, &form).await);
            let expected = first[nth].get_or_insert_with(|| reply.clone());
            assert_eq!(&reply, expected, "{whose:?} {path}");
        }
    }
}

/// The table is asked the same, in the same order, and as many messages are sent, so that the time that AWS takes
/// does not tell either. Whether an address is locked for its tries may show: it is, account or none.
#[tokio::test]
async fn whatever_an_address_is_to_the_portal_the_table_is_asked_the_same() {
    for alike in [
        &[Whose::Known, Whose::Unknown, Whose::Invited, Whose::LockedByTheCouncil][..],
        &[Whose::LockedByTries, Whose::LockedUnknown][..],
    ] {
        let mut first: Vec<Vec<Vec<String>>> = Vec::new();
        for whose in alike {
            let (portal, email) = whose.portal().await;
            let mut asked = Vec::new();
            for _ in 0..7 {
                asked.push(work(&portal, "/api/sign-in", &forms(email)[0].1).await);
            }
            for (path, form) in &forms(email)[1..] {
                asked.push(work(&portal, path, form).await);
            }
            first.push(asked);
            for (nth, (one, other)) in first[0].iter().zip(first.last().unwrap()).enumerate() {
                assert_eq!(one, other, "{whose:?}, request {nth}");
            }
        }
    }
}

/// The time that this thread was on a processor, in nanoseconds: whatever else the machine does is not in it.
fn busy() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

/// The least that each kind of request took, the kinds in turn: a neighbour on the machine only ever adds to the time of
/// one. A hash that one of them is spared or made twice would be a half or the double however often it is tried, so that
/// rounds are added until the least are alike, and only a difference that stays is one.
#[tokio::test]
async fn whatever_an_address_is_to_the_portal_the_work_is_the_same() {
    const ROUNDS: usize = 40;
    let mut portals = Vec::new();
    for whose in ALL {
        portals.push((whose, whose.portal().await, [u64::MAX; 3]));
    }
    let mut told = None;
    for round in 1..=ROUNDS {
        for (_, (portal, email), least) in &mut portals {
            portal.later(Duration::minutes(3));
            for (nth, (path, form)) in forms(email).into_iter().enumerate() {
                let before = busy();
                portal.post(path, &form).await;
                least[nth] = least[nth].min(busy() - before);
            }
        }
        let known = portals[0].2;
        told = portals.iter().find_map(|(whose, _, least)| {
            let apart =
                |nth: &usize| !(known[*nth] * 70..known[*nth] * 143).contains(&(least[*nth] * 100));
            let nth = (0..3).find(apart)?;
            Some(format!("{whose:?}: {} for {}, {}", least[nth], known[nth], forms("")[nth].0))
        });
        if round >= 4 && told.is_none() {
            break;
        }
    }
    assert_eq!(told, None);
}

#[tokio::test]
async fn an_account_is_tried_so_often_and_then_waits_whether_there_is_one_or_not() {
    let mut replies = Vec::new();
    for email in [ADA, EVE] {
        let portal = Portal::with_ada().await;
        let browser = portal.browser();
        let form = json!({"email": email, "password": "Wrong-Kettle-42"});
        let mut answered = 0;
        let refused = loop {
            let reply = browser.post("/api/sign-in", &form).await;
            if reply.status == StatusCode::TOO_MANY_REQUESTS {
                break reply;
            }
            answered += 1;
        };
        assert_eq!(answered, RATE_OF_AN_ACCOUNT.at_once);
        assert_eq!(refused.problem(), (429, "too-many-tries".into()));
        assert_eq!(refused.headers["retry-after"], "10");
        let reset = browser.post("/api/password-reset", &json!({"email": email})).await;
        assert_eq!(reset.problem(), (429, "too-many-tries".into()));
        let other = browser.post("/api/password-reset", &json!({"email": "x@y.example"})).await;
        assert_eq!(other.status, 202);
        replies.push(whole(&refused));
        portal.later(Duration::seconds(10));
        assert_eq!(browser.post("/api/sign-in", &form).await.status, 422);
    }
    assert_eq!(replies[0], replies[1]);
}
