//! What the daily email is told of care packages.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::rig::{Rig, at, nine};

impl Rig {
    /// How many care packages each file is told to have changed, by day and file.
    fn told_of_cplis(&self) -> BTreeMap<String, u64> {
        let table = self.table();
        let news = table.iter().filter_map(|(key, row)| {
            let key = key.strip_prefix("NEWS#")?;
            Some((
                key.replace(" AT#P1001#care_packages#care_package_changed#", " "),
                row["count"].as_u64()?,
            ))
        });
        news.collect()
    }
}

/// So many care packages: more than one piece of a file.
fn many(count: u32) -> String {
    let mut text = "cpli_id,ss_ref,service_ref,start_date,authorised\n".to_owned();
    for n in 0..count {
        writeln!(text, "300{n:03},A272433,S4001,2026-04-06,yes").unwrap();
    }
    text
}

/// Three prices of each, so that those of one are in two pieces of the file.
fn prices(count: u32, pounds: u32) -> String {
    let mut text = "cpli_id,from_date,quantity,unit_price\n".to_owned();
    for n in 0..count {
        for month in 4..7 {
            writeln!(text, "300{n:03},2026-{month:02}-06,1,{pounds}").unwrap();
        }
    }
    text
}

#[tokio::test]
async fn a_care_package_is_told_once_a_day_however_many_rows_and_files_change_it() {
    let rig = Rig::council().await;
    let of_council = ("2026-04-01 cplis_20260401T080000".to_owned(), 2);
    assert_eq!(rig.told_of_cplis(), [of_council.clone()].into());
    rig.take_in("cplis_20260402T080000", &many(50)).await;
    rig.take_in("prices_20260402T080000", &prices(50, 900)).await;
    let created = ("2026-04-01 cplis_20260402T080000".to_owned(), 50);
    assert_eq!(rig.told_of_cplis(), [of_council.clone(), created.clone()].into());
    let tomorrow = at("2026-04-02T09:00:00Z");
    rig.take_in_at("prices_20260403T080000", &prices(40, 910), tomorrow).await;
    rig.take_in_at("prices_20260403T080000", &prices(40, 910), tomorrow).await;
    rig.take_in_at("prices_20260404T080000", &prices(50, 910), tomorrow).await;
    let (dearer, others) = (
        ("2026-04-02 prices_20260403T080000".to_owned(), 40),
        ("2026-04-02 prices_20260404T080000".to_owned(), 10),
    );
    assert_eq!(rig.told_of_cplis(), [of_council, created, dearer, others].into());
}

#[tokio::test]
async fn what_is_not_on_the_portal_yet_is_not_told() {
    let rig = Rig::council().await;
    let header = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from";
    let contract = format!("{header}\nC3001,P1001,Lake,scheduled,28DAY,2026-04-27\n");
    rig.take_in("contracts_20260402T080000", &contract).await;
    let before = rig.told_of_cplis();
    rig.take_in("cplis_20260402T080000", &many(3)).await;
    assert_eq!(rig.told_of_cplis(), before);
}

#[tokio::test]
async fn what_follows_after_the_email_of_a_day_was_made_is_told_by_the_next() {
    let rig = Rig::council().await;
    rig.take_in("cplis_20260402T080000", &many(3)).await;
    let begun = rig.store.begin_digest(nine().date).await.unwrap();
    rig.store.collect_news(&begun).await.unwrap();
    let waited = "cpli_id,ss_ref,service_ref,start_date,authorised\n\
                  300100,A999999,S4001,2026-04-06,yes\n300101,A999999,S4001,2026-04-06,yes\n";
    rig.take_in("cplis_20260403T080000", waited).await;
    rig.take_in("cplis_20260404T080000", "cpli_id,ss_ref,service_ref,start_date,authorised\n300102,A272433,S4001,2026-04-06,yes\n300103,A999999,S4001,2026-04-06,yes\n").await;
    let begun = rig.store.begin_digest(nine().date).await.unwrap();
    rig.store.collect_news(&begun).await.unwrap();
    rig.take_in("clients_20260403T080000", "ss_ref,forename,surname\nA999999,Uncle,Fester\n").await;
    let told = rig.told_of_cplis();
    assert_eq!(told["2026-04-01 cplis_20260404T080000"], 1);
    assert_eq!(told["2026-04-02 cplis_20260404T080000"], 1, "what waited, after the email");
    assert_eq!(told["2026-04-01 cplis_20260403T080000"], 2, "of which nothing was told");
}
