//! What each feed's rows do, and what refuses them.

use std::fmt::Write;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::rig::Rig;

/// Takes in one more row of a feed of the council and gives the codes of its log.
async fn codes(rig: &Rig, feed: &str, text: &str) -> Vec<String> {
    let stem = format!("{feed}_20260402T080000");
    rig.take_in(&stem, text).await;
    rig.codes(&stem)
}

async fn refused(feed: &str, text: &str) -> Vec<String> {
    codes(&Rig::council().await, feed, text).await
}

fn cpli(rig: &Rig, id: &str) -> Value {
    rig.record(&format!("PROVIDER#P1001 CPLI#C3001#{id}"))
}

#[tokio::test]
async fn the_council_is_what_statements_are_made_from() {
    let rig = Rig::council().await;
    let known =
        rig.store.known_facts(&"P1001".parse().unwrap(), &"C3001".parse().unwrap()).await.unwrap();
    let facts = known.facts;
    assert_eq!((facts.services.len(), facts.cplis.len(), facts.capacities.len()), (1, 2, 1));
    assert_eq!((facts.adjustments.len(), facts.periods.len()), (1, 2));
    assert_eq!(facts.contract.grace_days, 3);
    let period = facts.periods.values().next().unwrap();
    assert_eq!(period.confirm_by.to_rfc3339(), "2026-04-24T16:00:00+00:00");
    let adams = facts.cplis.values().next().unwrap();
    assert_eq!(adams.client.full_name(), "Miss Wednesday Adams");
    assert_eq!((adams.prices.len(), adams.contributions.len(), adams.absences.len()), (2, 1, 1));
    assert_eq!(adams.changed_from.unwrap().to_string(), "2026-01-05");
    assert_eq!(facts.changed_from.unwrap().to_string(), "2026-03-30");
    assert!(rig.table().contains_key("PROVIDER#P1009 PAYEE#C3001"));
    assert!(rig.table().contains_key("CYCLE#28DAY CONTRACT#C3001"));
}

/// What DynamoDB could not write would stop the whole file.
#[tokio::test]
async fn a_care_package_with_more_than_a_record_holds_is_refused_by_the_row() {
    let rig = Rig::council().await;
    let header = "cpli_id,kind,from_date,to_date,weekly_amount,collected_by\n".to_owned();
    let (mut all, mut gone) = (header.clone(), header);
    for n in 0..1_001 {
        let day = "2026-05-01".parse::<NaiveDate>().unwrap() + Days::new(n);
        writeln!(all, "188631,third_party,{day},{day},1234.56,provider").unwrap();
        if n < 2 {
            writeln!(gone, "188631,third_party,{day},,,").unwrap();
        }
    }
    let refused = codes(&rig, "contributions", &all).await;
    assert_eq!(refused, ["I32", "I32"], "one price is there already");
    rig.take_in("contributions_20260403T080000", &gone).await;
    rig.take_in(
        "prices_20260403T080000",
        "cpli_id,from_date,quantity,unit_price\n188631,2026-04-08,1,900\n",
    )
    .await;
    assert_eq!(rig.codes("prices_20260403T080000"), ["I32"], "what was taken back is remembered");
}

#[tokio::test]
async fn a_care_package_that_changes_says_from_when_on() {
    let rig = Rig::council().await;
    let key = "PROVIDER#P1001 CPLI#C3001#188631";
    let text = "cpli_id,ss_ref,service_ref,start_date,end_date,authorised\n\
                188631,A365739,S4001,2026-04-06,2026-04-10,yes\n";
    codes(&rig, "cplis", text).await;
    assert_eq!(rig.record(key)["end_date"], "2026-04-10");
    assert_eq!(rig.record(key)["service_level"], "Respite", "a missing column says nothing");
    assert_eq!(rig.record(key)["changed_from"], "2026-04-06");
    let text = "ss_ref,forename,surname,date_of_death\nA365739,Betty,Boop,2026-04-02\n";
    codes(&rig, "clients", text).await;
    assert_eq!(rig.record(key)["client"]["date_of_death"], "2026-04-02");
}

#[tokio::test]
async fn being_told_the_same_again_is_no_change_to_those_who_wait_for_one() {
    let rig = Rig::council().await;
    let version = cpli(&rig, "164628")["version"].clone();
    let text = "cpli_id,from_date,quantity,unit_price\n164628,2026-01-05,1.0000,£865.46\n";
    assert_eq!(codes(&rig, "prices", text).await, Vec::<String>::new());
    assert_eq!(rig.counts("prices_20260402T080000"), [0, 0, 1, 0, 0, 0]);
    assert_eq!(cpli(&rig, "164628")["version"], version);
}

#[tokio::test]
async fn a_price_an_absence_and_a_contribution_can_be_taken_back() {
    let rig = Rig::council().await;
    codes(&rig, "prices", "cpli_id,from_date,quantity,unit_price\n164628,2026-04-06,,\n").await;
    let absence = "cpli_id,from_date,to_date,kind,pay_percent\n164628,2026-04-01,,,\n";
    codes(&rig, "absences", absence).await;
    let contribution =
        "cpli_id,kind,from_date,to_date,weekly_amount,collected_by\n164628,client,2026-01-05,,,\n";
    codes(&rig, "contributions", contribution).await;
    let cpli = cpli(&rig, "164628");
    assert_eq!(cpli["prices"].as_object().unwrap().len(), 1);
    assert_eq!((&cpli["absences"], &cpli["contributions"]), (&json!({}), &json!([])));
    assert_eq!(rig.counts("absences_20260402T080000"), [0, 1, 0, 0, 0, 0]);
}

#[tokio::test]
async fn capacity_and_periods_can_be_taken_back_and_do_not_come_again_with_an_older_file() {
    let rig = Rig::council().await;
    let header =
        "service_ref,from_date,to_date,beds,void_weekly_rate,void_percent,void_provider_ref";
    codes(&rig, "capacity", &format!("{header}\nS4001,2026-03-30,,,,,\n")).await;
    let periods = "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date";
    codes(&rig, "periods", &format!("{periods}\n28DAY,2026-04-27,,,,\n")).await;
    let old = format!("{header}\nS4001,2026-03-30,,12,865.46,90,\n");
    rig.take_in("capacity_20260401T090000", &old).await;
    assert_eq!(rig.counts("capacity_20260401T090000"), [0, 0, 0, 0, 0, 1]);
    let known =
        rig.store.known_facts(&"P1001".parse().unwrap(), &"C3001".parse().unwrap()).await.unwrap();
    assert_eq!((known.facts.capacities.len(), known.facts.periods.len()), (0, 1));
    rig.take_in("capacity_20260403T090000", &old).await;
    assert_eq!(rig.counts("capacity_20260403T090000"), [1, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn nothing_moves_to_another_provider_or_contract() {
    let rig = Rig::council().await;
    let header = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from";
    let other = format!("{header}\nC3002,P1000,Water,scheduled,28DAY,2026-03-30\n");
    assert!(codes(&rig, "contracts", &other).await.is_empty());
    let header = "service_ref,contract_ref,name,purchase,unit,price_per";
    let other = format!("{header}\nS4002,C3002,Water,spot,placement,week\n");
    assert!(codes(&rig, "services", &other).await.is_empty());

    let moves = [
        (
            "contracts_20260403T080000",
            "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from\nC3001,P1000,Lake,scheduled,28DAY,2026-03-30\n",
            "I24",
        ),
        (
            "services_20260403T080000",
            "service_ref,contract_ref,name,purchase,unit,price_per\nS4001,C3002,Lake,block,placement,week\n",
            "I25",
        ),
        (
            "cplis_20260403T080000",
            "cpli_id,ss_ref,service_ref,start_date,authorised\n164628,A272433,S4002,2026-01-05,yes\n",
            "I26",
        ),
        (
            "adjustments_20260403T080000",
            "adjustment_ref,contract_ref,amount,reason,period_start\nADJ501,C3002,1,x,2026-03-30\n",
            "I27",
        ),
        (
            "directives_20260403T080000",
            "directive_ref,contract_ref,cpli_id,kind,from_date,reason\nDIR1,C3002,164628,suspend,2026-03-30,x\n",
            "I28",
        ),
    ];
    for (stem, text, code) in moves {
        let before = rig.facts();
        rig.take_in(stem, text).await;
        assert_eq!(rig.codes(stem), [code], "{stem}");
        assert_eq!(rig.facts(), before, "{stem}");
    }
}

#[tokio::test]
async fn two_periods_of_a_cycle_cannot_share_a_day() {
    let header = "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date";
    let overlaps = format!(
        "{header}\n28DAY,2026-05-24,2026-06-20,2026-06-19T17:00,2026-06-22T09:00,2026-06-26\n"
    );
    assert_eq!(refused("periods", &overlaps).await, ["I22"]);
    let among_themselves = format!(
        "{header}\n7DAY,2026-03-30,2026-04-05,2026-04-03T17:00,2026-04-06T09:00,2026-04-10\n\
         7DAY,2026-04-05,2026-04-12,2026-04-10T17:00,2026-04-13T09:00,2026-04-17\n"
    );
    assert_eq!(refused("periods", &among_themselves).await, ["I22"]);
    let backwards = format!(
        "{header}\n7DAY,2026-03-30,2026-03-29,2026-04-03T17:00,2026-04-06T09:00,2026-04-10\n"
    );
    assert_eq!(refused("periods", &backwards).await, ["I20"]);
    let late = format!(
        "{header}\n7DAY,2026-03-30,2026-04-05,2026-04-07T17:00,2026-04-06T09:00,2026-04-10\n"
    );
    assert_eq!(refused("periods", &late).await, ["I21"]);
}

#[tokio::test]
async fn what_a_locked_statement_was_made_by_stays() {
    let rig = Rig::council().await;
    rig.lock("2026-04-26").await;
    let header = "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date";
    let shorter = format!(
        "{header}\n28DAY,2026-03-30,2026-04-25,2026-04-24T17:00,2026-04-27T09:00,2026-05-01\n"
    );
    assert_eq!(codes(&rig, "periods", &shorter).await, ["I23"]);
    let later_paid = format!(
        "{header}\n28DAY,2026-03-30,2026-04-26,2026-04-24T17:00,2026-04-27T09:00,2026-05-02\n"
    );
    rig.take_in("periods_20260403T080000", &later_paid).await;
    assert_eq!(rig.counts("periods_20260403T080000"), [0, 1, 0, 0, 0, 0]);
    let header = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from";
    let earlier = format!("{header}\nC3001,P1001,Lake,scheduled,28DAY,2026-03-02\n");
    assert_eq!(codes(&rig, "contracts", &earlier).await, ["I29"]);
}

#[tokio::test]
async fn a_contract_goes_over_to_a_cycle_only_if_no_day_is_left_out() {
    let rig = Rig::council().await;
    rig.lock("2026-04-26").await;
    let header = "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date";
    let straddles = format!(
        "{header}\nMONTH,2026-04-01,2026-04-30,2026-04-29T17:00,2026-05-01T09:00,2026-05-08\n\
         MONTH,2026-05-01,2026-05-31,2026-05-29T17:00,2026-06-01T09:00,2026-06-08\n"
    );
    assert!(codes(&rig, "periods", &straddles).await.is_empty());
    let header_of_contracts = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from";
    let moved = format!("{header_of_contracts}\nC3001,P1001,Lake,scheduled,MONTH,2026-03-30\n");
    assert_eq!(codes(&rig, "contracts", &moved).await, ["I33"]);

    let bridge = format!(
        "{header}\nMONTH,2026-04-01,,,,\n\
         MONTH,2026-04-27,2026-04-30,2026-04-29T17:00,2026-05-01T09:00,2026-05-08\n"
    );
    rig.take_in("periods_20260403T080000", &bridge).await;
    assert!(rig.codes("periods_20260403T080000").is_empty());
    rig.take_in("contracts_20260403T080000", &moved).await;
    assert!(rig.codes("contracts_20260403T080000").is_empty());
    assert_eq!(rig.record("CYCLE#MONTH CONTRACT#C3001")["locked_to"], "2026-04-26");
}

#[tokio::test]
async fn a_period_in_which_actuals_are_recorded_loses_no_day() {
    let rig = Rig::council().await;
    rig.record_week().await;
    let header = "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date";
    let ends = |end: &str| {
        format!("{header}\n28DAY,2026-03-30,{end},2026-04-24T17:00,2026-04-27T09:00,2026-05-01\n")
    };
    assert_eq!(codes(&rig, "periods", &ends("2026-04-25")).await, ["I23"]);
    let taken_back = format!("{header}\n28DAY,2026-03-30,,,,\n");
    rig.take_in("periods_20260403T080000", &taken_back).await;
    assert_eq!(rig.codes("periods_20260403T080000"), ["I23"]);
    let other = format!("{header}\n28DAY,2026-04-27,,,,\n");
    rig.take_in("periods_20260404T080000", &other).await;
    assert!(rig.codes("periods_20260404T080000").is_empty());
}

#[tokio::test]
async fn how_care_is_paid_is_fixed_once_it_has_begun() {
    let contract = |method: &str, cycle: &str| {
        format!(
            "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from\n\
             C3001,P1001,Lake,{method},{cycle},2026-03-30\n"
        )
    };
    let taxed = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from,vat\n\
                 C3001,P1001,Lake,actuals,28DAY,2026-03-30,standard\n";
    let other = "service_ref,contract_ref,name,purchase,service_type,unit,price_per,week_starts\n\
                 S4009,C3001,Lake nights,spot,Residential,placement,week,wed\n";
    let gone_over =
        "cpli_id,ss_ref,service_ref,start_date,authorised\n164628,A272433,S4009,2026-01-05,yes\n";
    let service = |price_per: &str, week_starts: &str| {
        format!(
            "service_ref,contract_ref,name,purchase,service_type,unit,price_per,week_starts\n\
             S4001,C3001,Lake,block,Residential,placement,{price_per},{week_starts}\n"
        )
    };
    let rig = Rig::council().await;
    assert!(codes(&rig, "contracts", &contract("actuals", "28DAY")).await.is_empty());
    assert!(codes(&rig, "services", &service("week", "tue")).await.is_empty());
    rig.record_week().await;
    for (name, text, refused) in [
        ("contracts_20260404T080000", contract("scheduled", "28DAY"), true),
        ("contracts_20260405T080000", contract("actuals", "28DAY"), false),
        ("contracts_20260406T080000", taxed.to_owned(), true),
        ("services_20260403T080000", other.to_owned(), false),
        ("cplis_20260404T080000", gone_over.to_owned(), true),
        ("services_20260404T080000", service("week", "wed"), true),
        ("services_20260405T080000", service("unit", "tue"), false),
    ] {
        rig.take_in(name, &text).await;
        assert_eq!(rig.codes(name), if refused { vec!["I37"] } else { vec![] }, "{name}");
    }
    let rig = Rig::council().await;
    rig.lock("2026-04-26").await;
    assert_eq!(codes(&rig, "contracts", &contract("actuals", "28DAY")).await, ["I37"]);
    assert_eq!(codes(&rig, "services", &service("unit", "mon")).await, ["I37"]);
}

#[tokio::test]
async fn a_setting_is_changed_and_an_unknown_one_refused() {
    let rig = Rig::council().await;
    let text = "setting,value\ncouncil_name,Oxford\nlockout_tries,7\ncouncil_nam,x\n";
    assert_eq!(codes(&rig, "settings", text).await, ["I31"]);
    assert!(rig.store.bring_settings_to("2026-04-02".parse().unwrap()).await.unwrap());
    let settings = rig.store.settings().await.unwrap();
    assert_eq!((settings.council_name.as_str(), settings.lockout_tries), ("Oxford", 7));
    rig.take_in("settings_20260401T080000", "setting,value\ncouncil_name,Bedford\n").await;
    assert_eq!(rig.counts("settings_20260401T080000"), [0, 0, 0, 0, 0, 1]);
}

#[tokio::test]
async fn a_setting_changes_on_its_day_and_what_is_withdrawn_never_does() {
    let rig = Rig::council().await;
    let header = "setting,value,from_date,withdrawn,reason,made_by,change_ref";
    let text = format!(
        "{header}\nlockout_tries,7,2099-12-01,,More calls,ST01,a1\nlockout_minutes,9,2099-12-01,,,,\n\
         digest_hour,6,2020-01-01,,,,\n"
    );
    assert_eq!(codes(&rig, "settings", &text).await, ["I43"]);
    rig.take_in(
        "settings_20260403T080000",
        &format!("{header}\nlockout_minutes,,2099-12-01,yes,,,\n"),
    )
    .await;
    let told = async || {
        let settings = rig.store.settings().await.unwrap();
        (settings.lockout_tries, settings.lockout_minutes)
    };
    assert_eq!(told().await, (5, 15));
    let bring = async |day: &str| rig.store.bring_settings_to(day.parse().unwrap()).await.unwrap();
    assert!(!bring("2099-11-30").await);
    assert!(bring("2099-12-01").await);
    assert_eq!(told().await, (7, 15));
    assert!(!bring("2099-12-02").await, "it is done once");
    assert!(!bring("2099-11-30").await, "a day that comes late takes nothing back");
    let changes = rig.store.setting_changes().await.unwrap();
    let history = changes.history("lockout_tries");
    let first = history.first().unwrap().change;
    assert_eq!((first.reason.as_str(), first.made_by.len()), ("More calls", 1));
    assert!(changes.has("a1"));
}

#[tokio::test]
async fn a_directive_suspends_and_ends_when_its_last_day_is_set() {
    let rig = Rig::council().await;
    let header = "directive_ref,contract_ref,cpli_id,kind,from_date,to_date,reason";
    codes(&rig, "directives", &format!("{header}\nDIR1,C3001,,suspend,2026-03-30,,Under query\n"))
        .await;
    let key = "PROVIDER#P1001 FACT#C3001#DIRECTIVE#DIR1";
    assert_eq!(rig.record(key)["kind"], "suspend");
    let ended = format!("{header}\nDIR1,C3001,,suspend,2026-03-30,2026-04-26,Under query\n");
    rig.take_in("directives_20260403T080000", &ended).await;
    assert_eq!(rig.record(key)["to_date"], "2026-04-26");
}

#[tokio::test]
async fn a_rule_of_the_contract_that_changes_affects_all_its_care() {
    let rig = Rig::council().await;
    let header = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from,grace_days";
    let text =
        format!("{header}\nC3001,P1001,Lake House residential,scheduled,28DAY,2026-03-23,5\n");
    assert!(codes(&rig, "contracts", &text).await.is_empty());
    let contract = rig.record("PROVIDER#P1001 FACT#C3001#CONTRACT");
    assert_eq!(contract["changed_from"], "2026-03-23");
    assert_eq!(rig.record("CYCLE#28DAY CONTRACT#C3001")["portal_from"], "2026-03-23");
}

#[tokio::test]
async fn a_contract_in_another_cycle_is_found_there_alone() {
    let rig = Rig::council().await;
    let header = "cycle_ref,start_date,end_date,confirm_by,finalise_at,pay_date";
    let weekly = format!(
        "{header}\n7DAY,2026-03-30,2026-04-05,2026-04-03T17:00,2026-04-06T09:00,2026-04-10\n"
    );
    codes(&rig, "periods", &weekly).await;
    let header = "contract_ref,provider_ref,name,payment_method,cycle_ref,portal_from";
    let moved = format!("{header}\nC3001,P1001,Lake House residential,scheduled,7DAY,2026-03-30\n");
    assert!(codes(&rig, "contracts", &moved).await.is_empty());
    assert!(rig.table().contains_key("CYCLE#7DAY CONTRACT#C3001"));
    assert!(!rig.table().contains_key("CYCLE#28DAY CONTRACT#C3001"));
}
