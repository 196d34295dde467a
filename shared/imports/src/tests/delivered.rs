//! What the council decides about care that is paid as it was delivered.

use cloud::Fuse;
use domain::actuals::Week;
use domain::clock::Now;
use domain::ids::{ContractRef, ProviderRef};
use domain::invoice::{InvoiceHead, InvoiceNumber};
use domain::weeks::{Recorded, Source};
use serde_json::json;
use store::PeriodOf;

use super::interrupted::state;
use super::rig::{Rig, at};

/// An agency beside the home, in the same periods.
const AGENCY: [(&str, &str); 5] = [
    (
        "contacts_20260401T090000",
        "contact_ref,provider_ref,forename,surname,portal_email,roles\n\
         K2009,P1000,Cy,Hand,cy@water.example,invoices\n",
    ),
    (
        "contracts_20260401T090000",
        "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from\n\
         C3003,P1000,Water homecare,actuals,28DAY,2026-03-30\n",
    ),
    (
        "services_20260401T090000",
        "service_ref,contract_ref,name,purchase,unit,price_per,tolerance_percent,frustrated_percent\n\
         S4003,C3003,Homecare,spot,hour,unit,10,50\n",
    ),
    (
        "cplis_20260401T090000",
        "cpli_id,ss_ref,service_ref,start_date,authorised\n170001,A272433,S4003,2026-01-05,yes\n",
    ),
    (
        "prices_20260401T090000",
        "cpli_id,from_date,quantity,unit_price\n170001,2026-01-05,10.5,22.34\n",
    ),
];

const EXCEPTIONS: &str = "cpli_id,week_start,decision,quantity,reason\n";
const VARIATIONS: &str = "variation_ref,cpli_id,from_date,to_date,quantity,reason\n";
const INVOICES: &str = "provider_ref,number,decision,reason\n";
const DECISION: &str = "PROVIDER#P1000 FACT#C3003#EXCEPTION#170001#2026-03-30";

fn agency() -> (ProviderRef, ContractRef) {
    ("P1000".parse().unwrap(), "C3003".parse().unwrap())
}

async fn rig() -> Rig {
    let rig = Rig::council().await;
    for (stem, text) in AGENCY {
        rig.take_in(stem, text).await;
    }
    rig.told();
    rig
}

/// The agency records so many hours, of which a quarter hour was frustrated, in the first week.
async fn record(rig: &Rig, actual: &str) {
    let (provider, contract) = agency();
    let start = "2026-03-30".parse().unwrap();
    let of = PeriodOf { provider: &provider, contract: &contract, start };
    let mut weeks = rig.store.weeks_of_cpli(of, &"170001".parse().unwrap()).await.unwrap();
    let week = Week {
        actual: actual.parse().unwrap(),
        frustrated: "0.5".parse().unwrap(),
        ..Week::default()
    };
    let at = at("2026-04-07T09:00:00Z").instant;
    let recorded = Recorded { week, at, by: "Cy Hand".to_owned(), source: Source::Form };
    weeks.weeks.insert(start, recorded);
    rig.store.save_weeks(of, &[weeks]).await.unwrap();
}

/// A document that the agency submitted; its lines do not matter here.
async fn submitted(rig: &Rig, n: u16, takes_back: &[&str]) {
    let (provider, _) = agency();
    let head: InvoiceHead = serde_json::from_value(json!({
        "invoice_id": format!("C3003.2026-03-30.{n}"), "provider_ref": "P1000",
        "contract_name": "Water homecare", "period_end": "2026-04-26", "state": "draft", "claim": null,
        "attachment": null, "history": [], "taken_in": null, "paid_in": null, "version": 0
    }))
    .unwrap();
    let next = rig.store.next_invoice_number(&provider).await.unwrap();
    let claim = json!({
        "number": next.number, "kind": "invoice", "net": "234.57",
        "vat": {"category": "exempt", "percent": "0", "tax": "0.00", "suppliers_tax": null},
        "total": "234.57", "lines": 1, "digest": "00", "submitted_at": "2026-04-08T09:00:00Z",
        "submitted_by": "Cy Hand", "takes_back": takes_back
    });
    let head = head.submit(serde_json::from_value(claim).unwrap()).unwrap();
    rig.store.submit_invoice(&head, next).await.unwrap();
}

fn invoice(rig: &Rig, n: u16) -> serde_json::Value {
    rig.record(&format!("PROVIDER#P1000 INVOICE#C3003#2026-03-30#{n:05}"))
}

#[tokio::test]
async fn a_variation_is_a_fact_of_its_contract_and_stays_there() {
    let rig = rig().await;
    let row = "VAR1,170001,2026-03-30,2026-04-05,2.5,Crisis\n";
    rig.take_in("variations_20260402T080000", &format!("{VARIATIONS}{row}")).await;
    assert_eq!(rig.counts("variations_20260402T080000"), [1, 0, 0, 0, 0, 0]);
    let (provider, contract) = agency();
    let facts = rig.store.known_facts(&provider, &contract).await.unwrap().facts;
    let variation = facts.variations.values().next().unwrap();
    assert_eq!(
        (variation.quantity.to_string(), variation.reason.as_str()),
        ("2.5".into(), "Crisis")
    );
    let moved = format!("{VARIATIONS}VAR1,164628,2026-03-30,2026-04-05,2.5,Crisis\n");
    rig.take_in("variations_20260403T080000", &moved).await;
    assert_eq!(rig.codes("variations_20260403T080000"), ["I27"]);
    let backwards = format!("{VARIATIONS}VAR2,170001,2026-04-05,2026-03-30,1,x\n");
    rig.take_in("variations_20260404T080000", &backwards).await;
    assert_eq!(rig.codes("variations_20260404T080000"), ["I20"]);
}

#[tokio::test]
async fn of_two_files_about_a_variation_the_later_holds_whichever_arrives_first() {
    let rig = rig().await;
    let row =
        |quantity| format!("{VARIATIONS}VAR1,170001,2026-03-30,2026-04-05,{quantity},Crisis\n");
    rig.take_in("variations_20260403T080000", &row("3")).await;
    rig.take_in("variations_20260402T080000", &row("2")).await;
    assert_eq!(rig.counts("variations_20260402T080000"), [0, 0, 0, 0, 0, 1]);
    let key = "PROVIDER#P1000 FACT#C3003#VARIATION#VAR1";
    assert_eq!(rig.record(key)["quantity"], "3");
    let table = rig.table();
    rig.again("variations_20260403T080000", &Fuse::default()).await.unwrap();
    assert_eq!(rig.table(), table, "the same file again changes nothing");
}

#[tokio::test]
async fn decisions_about_care_not_yet_known_are_kept_and_applied_when_it_is() {
    let rig = Rig::council().await;
    let variation = format!("{VARIATIONS}VAR1,170001,2026-03-30,2026-04-05,2.5,Crisis\n");
    rig.take_in("variations_20260402T080000", &variation).await;
    let decision = format!("{EXCEPTIONS}170001,2026-03-30,approve,,\n");
    rig.take_in("exceptions_20260402T080000", &decision).await;
    rig.take_in("invoices_20260402T080000", &format!("{INVOICES}P1000,1,approve,\n")).await;
    for feed in ["variations", "exceptions", "invoices"] {
        assert_eq!(rig.codes(&format!("{feed}_20260402T080000")), ["I40"], "{feed}");
    }
    let log = rig.answer("invoices_20260402T080000_log.csv").unwrap();
    assert!(log.contains("There is no invoice or credit note 1 of P1000 yet"), "{log}");
    record(&rig, "12").await;
    for (stem, text) in AGENCY {
        rig.take_in(stem, text).await;
    }
    submitted(&rig, 1, &[]).await;
    rig.retry("2026-04-02T09:00:00Z").await;
    assert_eq!(rig.record("PROVIDER#P1000 FACT#C3003#VARIATION#VAR1")["quantity"], "2.5");
    assert_eq!(rig.record(DECISION)["upon"], "12.250");
    assert_eq!(invoice(&rig, 1)["state"], "approved");
}

#[tokio::test]
async fn a_decision_is_upon_what_is_entered_and_the_same_again_is_no_new_one() {
    let rig = rig().await;
    record(&rig, "12").await;
    let row = format!("{EXCEPTIONS}170001,2026-03-30,approve,,\n");
    rig.take_in("exceptions_20260408T080000", &row).await;
    let upon = rig.record(DECISION)["upon"].clone();
    assert_eq!(upon, "12.250");
    record(&rig, "14").await;
    rig.take_in("exceptions_20260409T080000", &row).await;
    assert_eq!(rig.counts("exceptions_20260409T080000"), [0, 0, 1, 0, 0, 0]);
    assert_eq!(rig.record(DECISION)["upon"], upon, "nobody decided about 14");
    let again = format!("{EXCEPTIONS}170001,2026-03-30,cap,13,As agreed by phone\n");
    rig.take_in("exceptions_20260410T080000", &again).await;
    let decision = rig.record(DECISION);
    assert_eq!((&decision["upon"], &decision["quantity"]), (&json!("14.250"), &json!("13")));
    assert_eq!(
        (&decision["kind"], &decision["reason"]),
        (&json!("cap"), &json!("As agreed by phone"))
    );
}

#[tokio::test]
async fn a_decision_names_a_week_in_which_something_is_entered() {
    let rig = rig().await;
    record(&rig, "12").await;
    let rows = "170001,2026-03-31,approve,,\n\
                170001,2026-04-06,approve,,\n\
                170001,2026-03-30,cap,,\n\
                170001,2026-05-04,perhaps,,\n";
    rig.take_in("exceptions_20260408T080000", &format!("{EXCEPTIONS}{rows}")).await;
    assert_eq!(rig.codes("exceptions_20260408T080000"), ["I34", "I35", "I10", "I16"]);
    assert!(!rig.table().contains_key(DECISION));
}

#[tokio::test]
async fn an_invoice_is_disputed_and_approved_and_its_provider_told_each_time_once() {
    let rig = rig().await;
    submitted(&rig, 1, &[]).await;
    let silent = format!("{INVOICES}P1000,1,dispute,\n");
    rig.take_in("invoices_20260409T080000", &silent).await;
    assert_eq!(rig.codes("invoices_20260409T080000"), ["I10"]);
    let dispute = format!("{INVOICES}P1000,1,dispute,Ten hours were agreed\n");
    rig.take_in("invoices_20260410T080000", &dispute).await;
    let head = invoice(&rig, 1);
    assert_eq!(
        (&head["state"], &head["history"][1]["reason"]),
        (&json!("disputed"), &json!("Ten hours were agreed"))
    );
    assert_eq!(rig.told().len(), 1);

    let (provider, _) = agency();
    let id = "C3003.2026-03-30.1".parse().unwrap();
    let head = rig.store.invoice(&provider, &id).await.unwrap().unwrap();
    let now = Now::at("2026-04-10T12:00:00Z".parse().unwrap());
    let answered = head.resubmit("Cy Hand", "Twelve, see your letter", now).unwrap();
    rig.store.save_invoice(&answered).await.unwrap();
    rig.take_in("invoices_20260411T080000", &dispute).await;
    assert_eq!(rig.counts("invoices_20260411T080000"), [0, 0, 1, 0, 0, 0]);
    assert_eq!(
        invoice(&rig, 1)["state"],
        "submitted",
        "the answer stands until there is another reason"
    );
    assert!(rig.told().is_empty());

    let approve = format!("{INVOICES}P1000,1,approve,\n");
    rig.take_in("invoices_20260412T080000", &approve).await;
    assert_eq!(invoice(&rig, 1)["state"], "approved");
    assert!(rig.table().contains_key("PROVIDER#P1000 APPROVED#C3003#2026-03-30#00001"));
    assert_eq!(rig.told().len(), 1);
    let late = format!("{INVOICES}P1000,1,dispute,After all\n");
    rig.take_in("invoices_20260413T080000", &late).await;
    assert_eq!(rig.codes("invoices_20260413T080000"), ["I36"]);
    rig.take_in("invoices_20260408T080000", &late).await;
    assert_eq!(rig.counts("invoices_20260408T080000"), [0, 0, 0, 0, 0, 1], "an older file");
}

#[tokio::test]
async fn what_takes_back_another_invoice_is_approved_after_it_also_in_one_file() {
    let rig = rig().await;
    submitted(&rig, 1, &[]).await;
    submitted(&rig, 2, &["C3003.2026-03-30.1"]).await;
    rig.take_in("invoices_20260409T080000", &format!("{INVOICES}P1000,2,approve,\n")).await;
    assert_eq!(rig.codes("invoices_20260409T080000"), ["I36"]);
    let both = format!("{INVOICES}P1000,1,approve,\nP1000,2,approve,\n");
    rig.take_in("invoices_20260410T080000", &both).await;
    assert_eq!(rig.counts("invoices_20260410T080000"), [2, 0, 0, 0, 0, 0]);
    assert_eq!(invoice(&rig, 2)["state"], "approved");
    let number = InvoiceNumber::try_from(2).unwrap();
    let (provider, _) = agency();
    let id = rig.store.invoice_numbered(&provider, number).await.unwrap().unwrap();
    assert_eq!(id.n, 2);
}

#[tokio::test]
async fn killed_before_or_after_any_call_decisions_are_taken_once() {
    let files = [
        ("exceptions_20260409T080000", format!("{EXCEPTIONS}170001,2026-03-30,approve,,\n")),
        (
            "invoices_20260409T080000",
            format!("{INVOICES}P1000,1,dispute,Ten hours\nP1000,2,approve,\n"),
        ),
    ];
    for (stem, text) in &files {
        let ready = async || {
            let rig = rig().await;
            record(&rig, "12").await;
            submitted(&rig, 1, &[]).await;
            submitted(&rig, 2, &[]).await;
            rig.put(stem, text).await;
            rig
        };
        let undisturbed = ready().await;
        undisturbed.again(stem, &Fuse::default()).await.unwrap();
        let wanted = state(&undisturbed);
        for cut in 1.. {
            let rig = ready().await;
            let fuse = Fuse::blowing_at(cut);
            let killed = rig.again(stem, &fuse).await;
            assert_eq!(killed.is_err(), fuse.has_blown(), "cut {cut}");
            if !fuse.has_blown() {
                break;
            }
            rig.again(stem, &Fuse::default()).await.unwrap();
            assert_eq!(state(&rig), wanted, "{stem}: {:?}", fuse.blown_label());
        }
    }
}

#[tokio::test]
async fn the_payment_method_stays_once_weeks_are_recorded_or_statements_locked() {
    let rig = rig().await;
    let header = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from\n";
    let scheduled = format!("{header}C3003,P1000,Water homecare,scheduled,28DAY,2026-03-30\n");
    let actuals = format!("{header}C3003,P1000,Water homecare,actuals,28DAY,2026-03-30\n");
    rig.take_in("contracts_20260402T080000", &scheduled).await;
    rig.take_in("contracts_20260403T080000", &actuals).await;
    assert_eq!(
        rig.counts("contracts_20260403T080000"),
        [0, 1, 0, 0, 0, 0],
        "nothing is recorded yet"
    );
    record(&rig, "12").await;
    rig.take_in("contracts_20260404T080000", &scheduled).await;
    assert_eq!(rig.codes("contracts_20260404T080000"), ["I37"]);
    rig.lock("2026-04-26").await;
    let home = format!("{header}C3001,P1001,Lake House residential,actuals,28DAY,2026-03-30\n");
    rig.take_in("contracts_20260405T080000", &home).await;
    assert_eq!(rig.codes("contracts_20260405T080000"), ["I37"]);
}

#[tokio::test]
async fn the_settings_about_actuals_are_changed_by_their_names() {
    let rig = Rig::council().await;
    let text = "setting,value\nlate_actuals,no\nperiods_in_order,yes\nover_tolerance,pay commissioned\n\
                comment_on_difference,yes\nall_or_nothing,yes\nreason_codes,HOSP other\n";
    rig.take_in("settings_20260401T080000", text).await;
    assert_eq!(rig.counts("settings_20260401T080000"), [6, 0, 0, 0, 0, 0]);
    let settings = rig.store.settings().await.unwrap();
    assert!(!settings.actuals.late_allowed && settings.periods_in_order);
    assert!(settings.actuals.comment_on_difference && settings.actuals.all_or_nothing);
    assert_eq!(settings.over_tolerance, domain::settings::OverTolerance::PayCommissioned);
    assert_eq!(settings.actuals.reason_codes, ["HOSP", "OTHER"]);
}
