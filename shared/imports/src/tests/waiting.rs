//! Rows that name something not yet known.

use super::rig::{COUNCIL, Rig};

#[tokio::test]
async fn files_in_the_most_unhelpful_order_converge_all_the_same() {
    let rig = Rig::new();
    for (stem, text) in COUNCIL.iter().rev() {
        rig.take_in(stem, text).await;
    }
    let waiting = rig.table().keys().filter(|key| key.starts_with("WAITING")).count();
    assert_eq!(waiting, 0);
    assert_eq!(rig.facts(), Rig::council().await.facts());
}

#[tokio::test]
async fn a_row_that_names_something_unknown_is_kept_and_says_so() {
    let rig = Rig::new();
    let text = "cpli_id,from_date,quantity,unit_price\n164628,2026-01-05,1,865.46\n";
    rig.take_in("prices_20260401T080000", text).await;
    assert_eq!(rig.codes("prices_20260401T080000"), ["I40"]);
    assert_eq!(rig.counts("prices_20260401T080000"), [0, 0, 0, 0, 1, 0]);
    let log = rig.answer("prices_20260401T080000_log.csv").unwrap();
    assert!(log.contains("There is no CPLI 164628 yet"), "{log}");
    assert!(log.contains("until 2026-04-08"), "{log}");
}

#[tokio::test]
async fn after_seven_days_a_row_is_given_up_and_told() {
    let rig = Rig::new();
    let text = "cpli_id,from_date,quantity,unit_price\n1,2026-01-05,1,1\n2,2026-01-05,1,1\n";
    rig.take_in("prices_20260401T080000", text).await;
    let waiting = rig.retry("2026-04-08T08:59:59Z").await;
    assert_eq!((waiting.waiting, waiting.rejected), (2, 0));
    assert_eq!(rig.answer("prices_20260401T080000_retry_log.csv"), None);
    let given_up = rig.retry("2026-04-08T09:00:00Z").await;
    assert_eq!((given_up.waiting, given_up.rejected), (0, 2));
    let log = rig.log("prices_20260401T080000_retry_log.csv");
    let log: Vec<_> = log.iter().map(|(row, _, code)| (row.as_str(), code.as_str())).collect();
    assert_eq!(log, [("2", "I41"), ("3", "I41")]);
    let again = rig.retry("2026-04-09T09:00:00Z").await;
    assert_eq!((again.waiting, again.rejected, again.applied), (0, 0, 0));
    assert!(
        rig.table().keys().all(|key| !key.starts_with("WAITING") && !key.starts_with("FOLLOWUP"))
    );
}

#[tokio::test]
async fn a_row_that_is_refused_once_it_could_be_applied_is_told_too() {
    let rig = Rig::council().await;
    let text = "adjustment_ref,contract_ref,cpli_id,amount,reason,period_start\n\
                ADJ9,C3001,777,1,x,2026-03-30\n";
    rig.take_in("adjustments_20260402T080000", text).await;
    assert_eq!(rig.codes("adjustments_20260402T080000"), ["I40"]);
    let header = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from";
    rig.take_in(
        "contracts_20260402T080000",
        &format!("{header}\nC3002,P1000,Water,scheduled,28DAY,2026-03-30\n"),
    )
    .await;
    let header = "service_ref,contract_ref,name,purchase,unit,price_per";
    rig.take_in(
        "services_20260402T080000",
        &format!("{header}\nS4002,C3002,Water,spot,placement,week\n"),
    )
    .await;
    let header = "cpli_id,ss_ref,service_ref,start_date,authorised";
    rig.take_in("cplis_20260402T080000", &format!("{header}\n777,A272433,S4002,2026-04-06,yes\n"))
        .await;
    let log = rig.log("adjustments_20260402T080000_retry_log.csv");
    assert_eq!(log, [("2".to_owned(), "cpli_id".to_owned(), "I28".to_owned())]);
}

#[tokio::test]
async fn a_waiting_row_of_an_older_file_does_not_overwrite_a_later_one() {
    let rig = Rig::new();
    let price = |pounds: &str| {
        format!("cpli_id,from_date,quantity,unit_price\n164628,2026-01-05,1,{pounds}\n")
    };
    rig.take_in("prices_20260403T080000", &price("3")).await;
    rig.take_in("prices_20260402T080000", &price("2")).await;
    for (stem, text) in COUNCIL {
        rig.take_in(stem, text).await;
    }
    let cpli = rig.record("PROVIDER#P1001 CPLI#C3001#164628");
    assert_eq!(cpli["prices"]["2026-01-05"]["unit_price"], "3");
}

#[tokio::test]
async fn a_contact_that_waited_for_its_provider_is_invited() {
    let rig = Rig::new();
    let contacts = "contact_ref,provider_ref,forename,surname,portal_email,roles\n\
                    K1,P1,Ann,Other,ann@lake.example,viewer\n";
    rig.take_in("contacts_20260401T080000", contacts).await;
    assert!(rig.told().is_empty());
    rig.take_in("providers_20260401T080000", "provider_ref,name,kind\nP1,Lake,care_home\n").await;
    assert_eq!(rig.told().len(), 1);
    let access = rig.store.access_of(&"ann@lake.example".parse().unwrap()).await.unwrap();
    assert_eq!(access.len(), 1);
}
