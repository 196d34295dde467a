//! Names, headers and whole files.

use cloud::Fuse;
use domain::money::Money;

use super::rig::{COUNCIL, Rig};

const PROVIDERS: &str = "provider_ref,name,kind\nP1,Lake,care_home\n";

#[tokio::test]
async fn a_council_comes_in_without_a_complaint() {
    let rig = Rig::council().await;
    for (stem, text) in COUNCIL {
        assert_eq!(rig.codes(stem), Vec::<String>::new(), "{stem}");
        let rows = u64::try_from(text.lines().count()).unwrap() - 1;
        assert_eq!(rig.counts(stem), [rows, 0, 0, 0, 0, 0], "{stem}");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why_in_its_log_and_in_the_history_and_leaves_nothing_else()
{
    let rig = Rig::new();
    let files = [
        ("providers_20260401T080000", "PK\u{3}\u{4}", "F03"),
        ("providers_20260401T080001", "", "F03"),
        ("providers_20260401T080002", "provider_ref,name\nP1,Lake\n", "F02"),
        ("providers_20260401T080003", "provider_ref,name,kind,Name\n", "F08"),
        ("provider_20260401T080000", PROVIDERS, "F07"),
        ("providers", PROVIDERS, "F06"),
        ("documents_20260401T080000", "document_ref\nD1\n", "F02"),
    ];
    for (stem, text, code) in files {
        rig.take_in(stem, text).await;
        assert_eq!(rig.codes(stem), [code], "{stem}");
        assert_eq!(rig.summary(stem)["refused"]["code"], code);
    }
    let (misnamed, left): (Vec<String>, Vec<String>) =
        rig.table().into_keys().partition(|key| key.starts_with("MISNAMED "));
    let listed = rig.imports(&Fuse::default()).misnamed().await.unwrap();
    let mut listed: Vec<_> = listed.iter().map(|it| (&*it.name, &*it.code)).collect();
    listed.sort_unstable();
    assert_eq!(listed, [("provider_20260401T080000.csv", "F07"), ("providers.csv", "F06")]);
    assert_eq!(misnamed.len(), 2);
    let refused = |time: &str, feed: &str| format!("IMPORT#{feed} REFUSED#20260401T{time}");
    let providers = ["080000", "080001", "080002", "080003"].map(|it| refused(it, "providers"));
    let expected: Vec<String> =
        [refused("080000", "documents")].into_iter().chain(providers).collect();
    assert_eq!(left, expected);
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    let rig = Rig::council().await;
    let (table, objects) = (rig.table(), rig.objects.dump());
    for (stem, _) in COUNCIL {
        rig.again(stem, &Fuse::default()).await.unwrap();
    }
    assert_eq!(rig.table(), table);
    assert_eq!(rig.objects.dump(), objects);
}

#[tokio::test]
async fn a_used_name_with_other_content_is_refused() {
    let rig = Rig::new();
    rig.take_in("providers_20260401T080000", PROVIDERS).await;
    let table = rig.table();
    rig.take_in("providers_20260401T080000", "provider_ref,name,kind\nP1,Pond,care_home\n").await;
    assert_eq!(rig.codes("providers_20260401T080000"), ["F01"]);
    let mut left = rig.table();
    let refused = left.remove("IMPORT#providers REFUSED#20260401T080000").unwrap();
    assert_eq!(refused["code"], "F01");
    assert_eq!(left, table);
}

#[tokio::test]
async fn a_pdf_beside_the_files_is_left_alone() {
    let rig = Rig::new();
    rig.imports(&Fuse::default())
        .take_in("council/inbox/agreement.pdf", None, super::rig::nine())
        .await
        .unwrap();
    assert!(rig.objects.dump().is_empty());
}

#[tokio::test]
async fn good_rows_are_applied_and_bad_ones_come_back_as_the_person_sees_them() {
    let rig = Rig::new();
    let text = "provider_ref,name,kind,phone,Remarks\n\
                P1,Lake,care_home,1,x\n\
                \n\
                P2,,hotel,,\n\
                P3,Pond,Care Home,\"two\nlines\",\n\
                P1,Lake again,care_home,,\n\
                P4,Brook,care_home\n";
    let stem = "providers_20260401T080000";
    rig.take_in(stem, text).await;
    let log = rig.log("providers_20260401T080000_log.csv");
    let log: Vec<(&str, &str, &str)> =
        log.iter().map(|(row, column, code)| (&**row, &**column, &**code)).collect();
    let wanted = [("4", "name", "I10"), ("4", "kind", "I16"), ("6", "", "I19"), ("7", "", "I11")];
    assert_eq!(log, wanted);
    assert_eq!(rig.counts(stem), [2, 0, 0, 3, 0, 0]);
    assert_eq!(rig.summary(stem)["columns_ignored"][0], "Remarks");
    assert_eq!(rig.record("PROVIDER#P3 PROVIDER")["phone"], "two lines");
}

#[tokio::test]
async fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let rig = Rig::council().await;
    let table = rig.table();
    let text = "provider_ref,name,kind,parent_ref\n\
                P1001,Lake House,care_home,P1000\n\
                P1009,All voids,void_ledger,\n\
                P2001,Pond,care_home,P2000\n\
                P2000,Ponds,care_home,\n\
                P2002,Brook,hotel,\n\
                P2003,Stream,care_home,P9999\n";
    rig.take_in("DRYRUN_providers_20260402T080000", text).await;
    assert_eq!(rig.table(), table);
    let stem = "DRYRUN_providers_20260402T080000";
    assert_eq!(rig.counts(stem), [2, 1, 1, 1, 1, 0]);
    assert_eq!(rig.codes(stem), ["I16", "I40"]);
    assert_eq!(rig.summary(stem)["dry_run"], true);
    rig.take_in("providers_20260402T080000", text).await;
    assert_eq!(rig.counts("providers_20260402T080000"), [2, 1, 1, 1, 1, 0]);
}

#[tokio::test]
async fn a_dry_run_says_what_it_would_come_to() {
    let rig = Rig::council().await;
    let stem = "DRYRUN_prices_20260402T080000";
    let text = "cpli_id,from_date,quantity,unit_price\n164628,2026-04-06,1,915.73\n";
    rig.take_in(stem, text).await;
    let pounds = rig.summary(stem)["pounds"].clone();
    // Three weeks at £7 more.
    assert_eq!(pounds["payable_change"], "21.00");
    assert_eq!(pounds["contracts"][0]["contract_ref"], "C3001");
    assert_eq!(pounds["contracts"][0]["period_start"], "2026-03-30");
    let of = |side: &str| pounds["contracts"][0][side].as_str().unwrap().parse::<Money>().unwrap();
    assert_eq!(of("payable_after").pence() - of("payable_before").pence(), 2_100);

    let stem = "DRYRUN_capacity_20260402T080000";
    let header = "service_ref,from_date,to_date,beds,void_weekly_rate,void_percent";
    rig.take_in(stem, &format!("{header}\nS4001,2026-03-30,,,,\n")).await;
    let change = rig.summary(stem)["pounds"]["payable_change"].as_str().unwrap().to_owned();
    assert!(change.starts_with('-'), "{change}");
}

#[tokio::test]
async fn a_file_larger_than_a_transaction_is_applied_whole() {
    let rig = Rig::council().await;
    let header = "ss_ref,forename,surname";
    let clients: Vec<String> = (0..250).map(|n| format!("\nX{n:04},Client,Number {n}")).collect();
    let clients = clients.concat();
    rig.take_in("clients_20260402T080000", &format!("{header}{clients}")).await;
    assert_eq!(rig.counts("clients_20260402T080000"), [250, 0, 0, 0, 0, 0]);
    let header = "cpli_id,ss_ref,service_ref,start_date,authorised";
    let cplis: Vec<String> =
        (0..250).map(|n| format!("\n9{n:04},X{n:04},S4001,2026-04-06,yes")).collect();
    let cplis = cplis.concat();
    rig.take_in("cplis_20260402T080000", &format!("{header}{cplis}")).await;
    assert_eq!(rig.counts("cplis_20260402T080000"), [250, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn a_client_with_more_care_packages_than_fit_in_a_transaction_is_changed_whole() {
    let rig = Rig::council().await;
    let header = "cpli_id,ss_ref,service_ref,start_date,authorised";
    let cplis: Vec<String> =
        (0..120).map(|n| format!("\n9{n:04},A272433,S4001,2026-04-06,yes")).collect();
    let cplis = cplis.concat();
    rig.take_in("cplis_20260402T080000", &format!("{header}{cplis}")).await;
    let text = "ss_ref,forename,surname,date_of_death\nA272433,Wednesday,Addams,2026-04-20\n";
    rig.take_in("clients_20260402T080000", text).await;
    assert_eq!(rig.counts("clients_20260402T080000"), [0, 1, 0, 0, 0, 0]);
    let table = rig.table();
    let copies = table.iter().filter(|(key, _)| key.starts_with("PROVIDER#P1001 CPLI#"));
    let of_client = copies.filter(|(_, cpli)| cpli["client"]["ss_ref"] == "A272433");
    let names: Vec<_> = of_client.map(|(_, cpli)| cpli["client"]["surname"].clone()).collect();
    assert_eq!((names.len(), names.iter().all(|it| it == "Addams")), (121, true));
}

#[tokio::test]
async fn a_name_that_is_none_of_ours_is_in_no_log_because_it_may_be_a_clients() {
    let (log, collecting) = testing::Log::collect();
    let rig = Rig::new();
    rig.take_in("Wednesday Adams", PROVIDERS).await;
    rig.take_in("providers_20260401T080001", "").await;
    drop(collecting);
    let files: Vec<_> =
        log.events("file not applied").iter().map(|it| it["file"].clone()).collect();
    assert_eq!(files, ["", "providers_20260401T080001"]);
    assert!(!log.text().contains("Adams"), "{}", log.text());
}
