//! Files that are sent from the page: tried, applied once, and what the page says of them.

use cloud::Fuse;
use domain::failure::Failure;
use domain::feed::Feed;
use domain::ids::BatchId;
use files::Place;
use proptest::prelude::*;
use store::{Counts, DroppedBy};

use super::rig::{Rig, at, nine};
use crate::{Answer, DeskState, Dropped, FromPage, Imports};

const PRICES: &str = "cpli_id,from_date,quantity,unit_price\n\
                      164628,2026-04-06,1,920.00\n\
                      164628,2026-01-05,1,865.46\n\
                      999999,2026-01-05,1,10\n\
                      188631,2026-04-06,1,a lot\n";

fn upload() -> BatchId {
    "20260402T080000-4F1C".parse().unwrap()
}

fn ann() -> DroppedBy {
    DroppedBy { staff_ref: "ST1".parse().unwrap(), name: "Ann Officer".to_owned() }
}

fn imports(rig: &Rig) -> Imports {
    rig.imports(&Fuse::default())
}

async fn send(rig: &Rig, text: &str) {
    rig.objects.put(&Place::desk_file(&upload()), text).await.unwrap();
}

fn prices() -> FromPage {
    FromPage { upload_id: upload(), feed: Feed::Prices, file_name: "new prices.csv".to_owned() }
}

/// Takes in everything in the inbox that was not there before, as the events of the bucket have it done.
async fn take_in_all(rig: &Rig, since: &[String]) {
    for name in inbox(rig) {
        if !since.contains(&name) {
            imports(rig).take_in(&format!("council/inbox/{name}"), None, nine()).await.unwrap();
        }
    }
}

fn inbox(rig: &Rig) -> Vec<String> {
    let names = rig.objects.dump();
    let names = names.keys().filter_map(|name| name.strip_prefix("upload/council/inbox/"));
    names.map(str::to_owned).collect()
}

/// Sends a file from the page, tries it and applies it.
async fn tried_and_applied(rig: &Rig, sent: &FromPage, text: &str) -> (Answer, Answer) {
    let before = inbox(rig);
    send(rig, text).await;
    let two = at("2026-04-02T08:00:00Z");
    imports(rig).try_from_page(sent, &ann(), two).await.unwrap();
    take_in_all(rig, &before).await;
    let before = inbox(rig);
    imports(rig).apply_from_page(&upload(), &ann(), two).await.unwrap();
    take_in_all(rig, &before).await;
    let DeskState { tried, applied, .. } = imports(rig).desk_state(&upload()).await.unwrap();
    (tried.unwrap(), applied.unwrap())
}

async fn payable(rig: &Rig) -> Option<String> {
    // A dry run of nothing new says what the statement comes to as it is.
    let text = "cpli_id,from_date,quantity,unit_price\n164628,2030-01-01,1,1\n";
    rig.take_in("DRYRUN_prices_20260409T080000", text).await;
    let summary = rig.summary("DRYRUN_prices_20260409T080000");
    summary["pounds"]["contracts"][0]["payable_before"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn what_the_dry_run_says_is_what_applying_then_does_in_rows_and_pounds() {
    let rig = Rig::council().await;
    let (tried, applied) = tried_and_applied(&rig, &prices(), PRICES).await;
    let expected =
        Counts { read: 4, changed: 1, unchanged: 1, rejected: 1, pending: 1, ..Counts::default() };
    assert_eq!((tried.counts, applied.counts), (expected, expected));
    assert_eq!(tried.log.len(), 2);
    let codes =
        |answer: &Answer| answer.log.iter().map(|it| (it.row, it.code.clone())).collect::<Vec<_>>();
    assert_eq!(codes(&tried), codes(&applied));
    let pounds = tried.pounds.unwrap();
    let [contract] = pounds.contracts.as_slice() else { panic!("{pounds:?}") };
    assert_eq!(contract.provider_ref.as_ref().unwrap().as_str(), "P1001");
    assert_ne!(contract.payable_before, contract.payable_after);
    assert_eq!(payable(&rig).await.unwrap(), contract.payable_after.to_string());
    assert_eq!(applied.pounds, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Whatever the rows of a file say: prices of known and unknown care packages, new, changed and as they were.
    #[test]
    fn the_dry_run_of_any_prices_says_what_applying_does(
        rows in prop::collection::vec((prop::sample::select(vec!["164628", "188631", "999"]), prop::sample::select(vec!["06", "13", "20"]), 1_u32..3000), 1..8)
    ) {
        let mut text = "cpli_id,from_date,quantity,unit_price\n".to_owned();
        for (cpli, day, price) in rows {
            std::fmt::Write::write_fmt(&mut text, format_args!("{cpli},2026-04-{day},1,{price}\n")).unwrap();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let rig = Rig::council().await;
            let (tried, applied) = tried_and_applied(&rig, &prices(), &text).await;
            assert_eq!(tried.counts, applied.counts);
            assert_eq!(tried.log, applied.log);
            if let Some(contract) = tried.pounds.unwrap().contracts.first() {
                assert_eq!(payable(&rig).await.unwrap(), contract.payable_after.to_string());
            }
        });
    }
}

#[tokio::test]
async fn a_file_is_tried_and_applied_once_however_often_it_is_asked() {
    let rig = Rig::council().await;
    let before = inbox(&rig);
    send(&rig, PRICES).await;
    for second in ["2026-04-02T08:00:00Z", "2026-04-02T08:00:09Z"] {
        imports(&rig).try_from_page(&prices(), &ann(), at(second)).await.unwrap();
    }
    take_in_all(&rig, &before).await;
    for second in ["2026-04-02T08:01:00Z", "2026-04-02T08:01:07Z"] {
        imports(&rig).apply_from_page(&upload(), &ann(), at(second)).await.unwrap();
    }
    let mut fresh = inbox(&rig);
    fresh.retain(|name| !before.contains(name));
    assert_eq!(fresh, ["DRYRUN_prices_20260402T090000.csv", "prices_20260402T090100.csv"]);
}

#[tokio::test]
async fn cut_off_anywhere_and_asked_again_there_is_one_file() {
    for cut in 1.. {
        let rig = Rig::council().await;
        let before = inbox(&rig);
        send(&rig, PRICES).await;
        let cutting = rig.imports(&Fuse::blowing_at(cut));
        let two = at("2026-04-02T08:00:00Z");
        let tried = cutting.try_from_page(&prices(), &ann(), two).await;
        imports(&rig).try_from_page(&prices(), &ann(), two).await.unwrap();
        take_in_all(&rig, &before).await;
        let applied = match tried {
            // What was not cut off while it was tried is cut off while it is applied.
            Ok(_) => cutting.apply_from_page(&upload(), &ann(), two).await,
            Err(cut) => Err(cut),
        };
        imports(&rig).apply_from_page(&upload(), &ann(), two).await.unwrap();
        let fresh = inbox(&rig).len() - before.len();
        assert_eq!(fresh, 2, "cut {cut}");
        if applied.is_ok() {
            assert!(cut > 6, "nothing was cut off");
            return;
        }
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_left_alone_and_the_next_second_used() {
    let rig = Rig::council().await;
    let other = "cpli_id,from_date,quantity,unit_price\n164628,2026-04-06,1,1.00\n";
    rig.put("DRYRUN_prices_20260402T090000", other).await;
    send(&rig, PRICES).await;
    let two = at("2026-04-02T08:00:00Z");
    let state = imports(&rig).try_from_page(&prices(), &ann(), two).await.unwrap();
    assert_eq!(state.file.tried.time.to_string(), "20260402T090001");
}

#[tokio::test]
async fn what_nobody_has_seen_tried_or_was_refused_whole_is_not_applied() {
    let rig = Rig::council().await;
    let before = inbox(&rig);
    let code = |error: crate::ImportsError| error.code();
    let two = at("2026-04-02T08:00:00Z");
    let applied = imports(&rig).apply_from_page(&upload(), &ann(), two).await;
    assert_eq!(code(applied.unwrap_err()), "not-found");
    let tried = imports(&rig).try_from_page(&prices(), &ann(), two).await;
    assert_eq!(code(tried.unwrap_err()), "not-a-council-file");
    send(&rig, "this,that\n1,2\n").await;
    imports(&rig).try_from_page(&prices(), &ann(), two).await.unwrap();
    let applied = imports(&rig).apply_from_page(&upload(), &ann(), two).await;
    assert_eq!(code(applied.unwrap_err()), "not-tried-yet");
    take_in_all(&rig, &before).await;
    let applied = imports(&rig).apply_from_page(&upload(), &ann(), two).await;
    assert_eq!(code(applied.unwrap_err()), "file-refused");
}

#[tokio::test]
async fn the_history_has_every_file_latest_first_with_who_sent_it_and_what_was_refused() {
    let rig = Rig::council().await;
    tried_and_applied(&rig, &prices(), PRICES).await;
    rig.take_in("prices_20260403T080000", "nothing,known\n1,2\n").await;
    let all = imports(&rig).history(None, None, 3).await.unwrap();
    let stems: Vec<_> = all.files.iter().map(|it| it.file.name().2.to_owned()).collect();
    assert_eq!(stems[..2], ["prices_20260403T080000", "prices_20260402T090000"]);
    assert!(matches!(&all.files[0].file, Dropped::Refused(it) if it.code == "F02"));
    assert_eq!(all.files[0].from, None);
    assert_eq!(all.files[1].from.as_ref().unwrap().by, ann());
    // The others have one time, so they stay together.
    assert_eq!((all.files.len(), all.next), (14, None));

    let prices = imports(&rig).history(Some(Feed::Prices), None, 1).await.unwrap();
    assert_eq!(prices.files.len(), 1);
    let next = imports(&rig).history(Some(Feed::Prices), prices.next, 2).await.unwrap();
    let stems: Vec<_> = next.files.iter().map(|it| it.file.name().2.to_owned()).collect();
    assert_eq!(stems, ["prices_20260402T090000", "prices_20260401T080000"]);
    assert_eq!(next.next, None);
}

#[tokio::test]
async fn rows_that_wait_are_listed_with_what_they_wait_for_until_they_are_applied() {
    let rig = Rig::council().await;
    tried_and_applied(&rig, &prices(), PRICES).await;
    let (waiting, more) = imports(&rig).waiting_rows(None).await.unwrap();
    let [row] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert_eq!(
        (row.waits_for.as_str(), row.rows.as_slice(), more),
        ("CPLI 999999", &[4_u64][..], false)
    );
    assert_eq!(row.until.to_string(), "2026-04-08");
    let other = Some((Feed::Cplis, row.time));
    assert_eq!(imports(&rig).waiting_rows(other).await.unwrap().0, []);
    rig.take_in(
        "cplis_20260404T080000",
        "cpli_id,ss_ref,service_ref,service_level,start_date,end_date,authorised\n\
         999999,A365739,S4001,Respite,2026-01-05,2026-01-12,yes\n",
    )
    .await;
    assert_eq!(imports(&rig).waiting_rows(None).await.unwrap().0, []);
}

#[tokio::test]
async fn rows_that_wait_for_a_pdf_are_tried_again_when_somebody_asks() {
    let rig = Rig::council().await;
    let text = "document_ref,provider_ref,service_ref,ss_ref,cpli_id,doc_type,date_from,date_to,file\n\
                D1,P1001,S4001,,,Agreement,2026-04-01,,agreement.pdf\n";
    rig.take_in("documents_20260402T080000", text).await;
    assert_eq!(imports(&rig).waiting_rows(None).await.unwrap().0.len(), 1);
    rig.objects.put(&Place::council_inbox("agreement.pdf"), "%PDF-1.7 agreed").await.unwrap();
    let before = inbox(&rig);
    for _ in 0..2 {
        let name = imports(&rig).retry_from_page(&ann(), nine()).await.unwrap();
        assert_eq!(name.stem(), "settings_20260401T100000");
    }
    take_in_all(&rig, &before).await;
    assert_eq!(imports(&rig).waiting_rows(None).await.unwrap().0, []);
    let tried = imports(&rig).history(Some(Feed::Settings), None, 5).await.unwrap();
    let [file] = tried.files.as_slice() else { panic!("{tried:?}") };
    assert_eq!(file.from.as_ref().unwrap().by, ann());
}
