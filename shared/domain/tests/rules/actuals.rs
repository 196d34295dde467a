//! What a provider's file of actuals may say: a test for every code.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::actuals::{
    Accepted, Change, Checked, Column, FileProblem, Known, Line, Policy, Row, Week, check, planned,
};
use domain::entitlement::Days;
use domain::facts::{Contract, Cpli, PaymentMethod, Price, PricePer, Service, Unit};
use domain::ids::{ContractRef, CpliId, ProviderRef, ServiceRef, VariationRef};
use domain::weeks::Variation;
use proptest::prelude::*;
use rust_decimal::Decimal;
use testing::{client, contract, cpli, day, parse, price, service};

/// Two clients with 10.5 hours of homecare a week at £22.34 since Wednesday 1 April 2026, in weeks from Monday.
struct Agency {
    provider_ref: ProviderRef,
    contracts: BTreeMap<ContractRef, Contract>,
    services: BTreeMap<ServiceRef, Service>,
    cplis: BTreeMap<CpliId, Cpli>,
    closed_to: BTreeMap<ContractRef, NaiveDate>,
    variations: BTreeMap<VariationRef, Variation>,
    recorded: BTreeMap<CpliId, BTreeMap<NaiveDate, Week>>,
    policy: Policy,
}

impl Agency {
    fn new() -> Self {
        let homecare =
            Contract { payment_method: PaymentMethod::Actuals, ..contract("C1", "P1", "Homecare") };
        let north = Service {
            unit: Unit::Hour,
            price_per: PricePer::Unit,
            unit_step: parse("0.25"),
            tolerance_percent: parse("10"),
            ..service("S1", "C1", "Homecare north")
        };
        let cplis = [("100", "A1", "Wednesday", "Adams"), ("200", "007", "Ada", "O'Neil")];
        let cplis = cplis.map(|(id, ss_ref, forename, surname)| {
            let mut cpli = cpli(id, &north, client(ss_ref, forename, surname));
            cpli.start_date = day("2026-04-01");
            cpli.prices = BTreeMap::from([(day("2026-04-01"), price("10.5", "22.34"))]);
            (cpli.cpli_id.clone(), cpli)
        });
        Self {
            provider_ref: parse("P1"),
            contracts: BTreeMap::from([(parse("C1"), homecare)]),
            services: BTreeMap::from([(parse("S1"), north)]),
            cplis: cplis.into(),
            closed_to: BTreeMap::new(),
            variations: BTreeMap::new(),
            recorded: BTreeMap::new(),
            policy: Policy::default(),
        }
    }

    fn service(&mut self) -> &mut Service {
        self.services.get_mut(&parse("S1")).unwrap()
    }

    fn cpli(&mut self) -> &mut Cpli {
        self.cplis.get_mut(&parse("100")).unwrap()
    }

    /// On Thursday 30 April 2026.
    fn check<'r>(&self, rows: &'r [Row]) -> Result<Checked<'_, 'r>, FileProblem> {
        let known = Known {
            provider_ref: &self.provider_ref,
            contracts: &self.contracts,
            services: &self.services,
            cplis: &self.cplis,
            closed_to: &self.closed_to,
            variations: &self.variations,
        };
        check(&known, &self.policy, day("2026-04-30"), rows)
    }

    /// What is said of rows: `2 Actual E20 Actual must be ...`, warnings too.
    fn told(&self, rows: &[&[(Column, &str)]]) -> Vec<String> {
        let rows = file(rows);
        let checked = self.check(&rows).unwrap();
        let findings = checked.rejected.iter().flat_map(|rejected| {
            let told = |it: &domain::actuals::Finding| {
                format!("{} {} {} {}", rejected.row, it.column, it.problem.code(), it.problem)
            };
            rejected.findings.iter().map(told).collect::<Vec<_>>()
        });
        let compared = checked.against(&self.recorded).unwrap();
        let warnings = checked.accepted.iter().zip(compared).flat_map(|(accepted, compared)| {
            let warnings = accepted.warnings().chain(compared.warning());
            let told = |(column, it): (Column, domain::actuals::Warning)| {
                format!("{} {column} {} {it}", accepted.row, it.code())
            };
            warnings.map(told).collect::<Vec<_>>()
        });
        findings.chain(warnings).collect()
    }

    /// What is said of a good row in which some cells are others.
    fn of(&self, cells: &[(Column, &str)]) -> Vec<String> {
        self.told(&[cells])
    }
}

/// All care as planned, in the week of 6 April 2026.
fn good(column: Column) -> &'static str {
    let cells = [
        (Column::ProviderRef, "P1"),
        (Column::SSRef, "A1"),
        (Column::CpliId, "100"),
        (Column::WeekStart, "06/04/2026"),
        (Column::Actual, "10.50"),
    ];
    cells.into_iter().find(|(it, _)| *it == column).map(|(_, text)| text).unwrap_or_default()
}

fn headings() -> Row {
    Row::of(1, Column::ALL.map(Column::name))
}

fn row(number: u32, cells: &[(Column, &str)]) -> Row {
    let text = |column| cells.iter().find(|(it, _)| *it == column).map(|(_, text)| *text);
    Row::of(number, Column::ALL.map(|column| text(column).unwrap_or(good(column))))
}

fn file(rows: &[&[(Column, &str)]]) -> Vec<Row> {
    std::iter::once(headings())
        .chain((2..).zip(rows).map(|(number, cells)| row(number, cells)))
        .collect()
}

fn one(told: &str) -> Vec<String> {
    vec![told.to_owned()]
}

#[test]
fn care_as_planned_is_accepted_and_owed() {
    let (agency, rows) = (Agency::new(), file(&[&[]]));
    let checked = agency.check(&rows).unwrap();
    let [accepted] = checked.accepted.as_slice() else { panic!("{checked:?}") };
    assert_eq!(
        (accepted.row, accepted.late, accepted.planned.to_string().as_str()),
        (2, false, "10.5")
    );
    assert_eq!(accepted.owed.to_string(), "234.57");
    let compared = accepted.against(None).unwrap();
    assert_eq!((compared.change, compared.adds), (Change::New, accepted.owed));
    assert!(accepted.warnings().next().is_none() && compared.warning().is_none());
}

#[test]
fn example_13_is_accepted_from_a_file_and_frustrated_care_is_paid_at_its_share() {
    let cells = [
        (Column::Actual, "9.75"),
        (Column::Frustrated, "0.50"),
        (Column::Missed, "0.25"),
        (Column::ReasonCode, "hosp"),
    ];
    for (percent, owed) in [("0", "217.82"), ("100", "228.99")] {
        let mut agency = Agency::new();
        agency.service().frustrated_percent = parse(percent);
        let rows = file(&[&cells]);
        let checked = agency.check(&rows).unwrap();
        assert_eq!(checked.accepted[0].owed.to_string(), owed);
        assert_eq!(checked.accepted[0].reason_code, Some("HOSP"));
    }
}

#[test]
fn f01_names_the_upload_that_it_was() {
    let problem = FileProblem::AlreadyUploaded { batch: "B17".to_owned(), date: day("2026-04-09") };
    assert_eq!(problem.to_string(), "This file was already uploaded as B17 on 09/04/2026.");
    assert_eq!(problem.code().to_string(), "F01");
}

#[test]
fn the_references_of_a_file_are_handed_on_to_be_looked_up() {
    let rows = file(&[
        &[(Column::FileReference, "APR-1")],
        &[(Column::CpliId, "200"), (Column::SSRef, "007")],
    ]);
    let found = Agency::new().check(&rows).unwrap().file_references;
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["APR-1"]);
}

#[test]
fn f03_says_that_a_file_is_empty() {
    let problem = Agency::new().check(&[]).unwrap_err();
    assert_eq!(problem.to_string(), "This is not a CSV or XLSX file we can read: it is empty.");
    assert_eq!(problem.code().to_string(), "F03");
}

#[test]
fn f03_refuses_more_references_than_can_be_looked_up() {
    let many: Vec<_> = (1..=91).map(|number| number.to_string()).collect();
    let rows: Vec<_> = many.iter().map(|it| [(Column::FileReference, it.as_str())]).collect();
    let rows: Vec<_> = rows.iter().map(<[_; 1]>::as_slice).collect();
    assert_eq!(Agency::new().check(&file(&rows)).unwrap_err().code().to_string(), "F03");
    let found = Agency::new().check(&file(&rows[..90])).unwrap().file_references.len();
    assert_eq!(found, 90);
}

#[test]
fn f05_refuses_a_file_of_another_provider() {
    let problem = Agency::new().check(&file(&[&[(Column::ProviderRef, "P2")]])).unwrap_err();
    assert_eq!(problem.to_string(), "ProviderRef P2 is not the provider you selected.");
    assert_eq!(problem.code().to_string(), "F05");
    let problem = Agency::new().check(&file(&[&[(Column::ProviderRef, "")]])).unwrap_err();
    assert_eq!(problem.to_string(), "ProviderRef (empty) is not the provider you selected.");
    assert!(Agency::new().of(&[(Column::ProviderRef, " p1 ")]).is_empty());
}

#[test]
fn e10_says_that_a_client_is_not_on_the_list() {
    assert_eq!(
        Agency::new().of(&[(Column::SSRef, "Z9")]),
        one("2 SSRef E10 No client with SSRef Z9 is on your care package list.")
    );
    let leading_zeros_lost = [(Column::SSRef, "7"), (Column::CpliId, "200")];
    assert_eq!(Agency::new().of(&leading_zeros_lost).len(), 1);
    assert!(Agency::new().of(&[(Column::SSRef, "007"), (Column::CpliId, "200")]).is_empty());
}

#[test]
fn e12_says_that_a_cpli_is_of_somebody_else_or_of_nobody() {
    for id in ["200", "999"] {
        assert_eq!(
            Agency::new().of(&[(Column::CpliId, id)]),
            one(&format!("2 CPLI_ID E12 CPLI {id} is not for client A1."))
        );
    }
}

#[test]
fn e12_also_of_care_that_is_paid_by_the_plan() {
    let mut agency = Agency::new();
    agency.service().price_per = PricePer::Week;
    assert!(agency.of(&[]).is_empty());
    agency.contracts.get_mut(&parse("C1")).unwrap().payment_method = PaymentMethod::Scheduled;
    assert_eq!(agency.of(&[]), one("2 CPLI_ID E12 CPLI 100 is not for client A1."));
}

#[test]
fn e13_says_that_a_cpli_is_a_draft() {
    let mut agency = Agency::new();
    agency.cpli().authorised = false;
    assert_eq!(agency.of(&[]), one("2 CPLI_ID E13 CPLI 100 is not authorised yet."));
}

#[test]
fn e14_says_which_dates_the_week_must_be_in() {
    let mut agency = Agency::new();
    assert_eq!(
        agency.of(&[(Column::WeekStart, "23/03/2026")]),
        one(
            "2 WeekStart E14 The week of 23/03/2026 is outside the CPLI's dates, 01/04/2026 to further notice."
        )
    );
    agency.cpli().end_date = Some(day("2026-04-10"));
    assert_eq!(
        agency.of(&[(Column::WeekStart, "2026-04-13")]),
        one(
            "2 WeekStart E14 The week of 13/04/2026 is outside the CPLI's dates, 01/04/2026 to 10/04/2026."
        )
    );
    agency.cpli().client.date_of_death = Some(day("2026-04-05"));
    assert_eq!(
        agency.of(&[]),
        one(
            "2 WeekStart E14 The week of 06/04/2026 is outside the CPLI's dates, 01/04/2026 to 05/04/2026."
        )
    );
}

#[test]
fn a_week_that_care_begins_in_has_the_plan_of_its_days() {
    // Wednesday to Sunday: 5 days of 1.5 hours.
    let cells = [(Column::WeekStart, "30/03/2026"), (Column::Actual, "7.5")];
    assert!(Agency::new().of(&cells).is_empty());
}

#[test]
fn e15_names_the_first_day_of_the_week() {
    let mut agency = Agency::new();
    assert_eq!(
        agency.of(&[(Column::WeekStart, "07/04/2026")]),
        one("2 WeekStart E15 WeekStart must be a Monday.")
    );
    let days = ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    for (week_starts, day) in (1..).zip(days) {
        agency.service().week_starts = week_starts;
        assert_eq!(agency.of(&[]), one(&format!("2 WeekStart E15 WeekStart must be a {day}.")));
    }
}

#[test]
fn e16_refuses_a_week_to_come_but_not_this_one() {
    assert_eq!(
        Agency::new().of(&[(Column::WeekStart, "04/05/2026")]),
        one("2 WeekStart E16 Care cannot be entered for a future week.")
    );
    assert!(Agency::new().of(&[(Column::WeekStart, "27/04/2026")]).is_empty());
    let mut agency = Agency::new();
    agency.service().week_starts = 3;
    assert!(agency.of(&[(Column::WeekStart, "30/04/2026")]).is_empty(), "it begins today");
    agency.service().week_starts = 4;
    assert_eq!(agency.of(&[(Column::WeekStart, "01/05/2026")]).len(), 1);
}

#[test]
fn e17_refuses_a_closed_week_where_late_changes_are_not_allowed() {
    let mut agency = Agency::new();
    agency.closed_to.insert(parse("C1"), day("2026-04-12"));
    assert!(agency.check(&file(&[&[]])).unwrap().accepted[0].late);
    agency.policy.late_allowed = false;
    assert_eq!(
        agency.of(&[]),
        one(
            "2 WeekStart E17 The week of 06/04/2026 is closed. Late changes are not allowed for this contract."
        )
    );
    assert!(agency.of(&[(Column::WeekStart, "13/04/2026")]).is_empty());
}

#[test]
fn e20_names_the_cell_that_is_no_number() {
    for column in [Column::Actual, Column::Frustrated, Column::Missed, Column::Extra] {
        for text in ["-1", "ten", "9,75", "1.00001"] {
            let told = format!(
                "2 {column} E20 {column} must be a number of 0 or more with up to 4 decimals."
            );
            assert_eq!(Agency::new().of(&[(column, text)]), one(&told), "{text}");
        }
    }
    let told = "2 Actual E20 Actual must be a number of 0 or more with up to 4 decimals.";
    assert_eq!(Agency::new().of(&[(Column::Actual, "")]), one(told));
}

#[test]
fn e20_wants_whole_visits_where_the_service_does() {
    let told = one("2 Visits E20 Visits must be a number of 0 or more with up to 0 decimals.");
    let mut agency = Agency::new();
    assert!(agency.of(&[]).is_empty());
    assert_eq!(agency.of(&[(Column::Visits, "1.5")]), told);
    agency.service().visits_required = true;
    assert_eq!(agency.of(&[]), told);
    assert!(agency.of(&[(Column::Visits, "14")]).is_empty());
}

#[test]
fn e21_wants_steps_unless_the_plan_itself_is_between_them() {
    let mut agency = Agency::new();
    let cells = [(Column::Actual, "10.4"), (Column::Missed, "0.1"), (Column::ReasonCode, "OTHER")];
    assert_eq!(
        agency.of(&cells),
        [
            "2 Actual E21 Actual must be in steps of 0.25.",
            "2 Missed E21 Missed must be in steps of 0.25."
        ]
    );
    let cells = [(Column::Actual, "10.4"), (Column::Missed, "0.25"), (Column::ReasonCode, "OTHER")];
    let told = agency.of(&cells);
    assert!(told[0].starts_with("2 Actual E21") && told[1].starts_with("2 Actual E22"), "{told:?}");
    agency.service().unit_step = Decimal::ONE;
    assert!(agency.of(&[]).is_empty());
}

#[test]
fn e21_wants_steps_also_of_more_decimals_than_a_file_has() {
    let missed = |actual, missed| {
        [(Column::Actual, actual), (Column::Missed, missed), (Column::ReasonCode, "STAFFING")]
    };
    let mut agency = Agency::new();
    agency.service().unit_step = parse("0.00001");
    assert!(agency.of(&missed("9.75", "0.75")).is_empty());
    agency.service().unit_step = parse("0.33333");
    agency.cpli().prices = BTreeMap::from([(day("2026-04-01"), price("3.3333", "22.34"))]);
    let told = agency.of(&missed("3", "0.3333"));
    let wanted = ["Actual", "Missed"]
        .map(|column| format!("2 {column} E21 {column} must be in steps of 0.33333."));
    assert_eq!(told, wanted);
}

#[test]
fn e22_shows_the_sum() {
    let cells =
        [(Column::Actual, "9.75"), (Column::Frustrated, "0.50"), (Column::ReasonCode, "HOSP")];
    assert_eq!(
        Agency::new().of(&cells),
        one("2 Actual E22 Actual 9.75 is not planned 10.5 − frustrated 0.5 − missed 0 + extra 0.")
    );
}

#[test]
fn e23_wants_a_reason_that_the_council_knows() {
    let mut agency = Agency::new();
    let told = one("2 ReasonCode E23 A reason is needed because actual differs from planned.");
    for code in ["", "WEATHER"] {
        let cells = [(Column::Actual, "9.5"), (Column::Missed, "1"), (Column::ReasonCode, code)];
        assert_eq!(agency.of(&cells), told);
    }
    agency.policy.comment_on_difference = true;
    let cells = [(Column::Actual, "9.5"), (Column::Missed, "1"), (Column::ReasonCode, "OTHER")];
    assert_eq!(
        agency.of(&cells),
        one("2 Comment E23 A comment is needed because actual differs from planned.")
    );
}

#[test]
fn e24_refuses_both_rows_about_one_week() {
    assert_eq!(
        Agency::new().told(&[
            &[],
            &[(Column::WeekStart, "13/04/2026")],
            &[(Column::WeekStart, "2026-04-06")]
        ]),
        [
            "2 CPLI_ID E24 CPLI 100, week of 06/04/2026, is also on row 4.",
            "4 CPLI_ID E24 CPLI 100, week of 06/04/2026, is also on row 2.",
        ]
    );
}

#[test]
fn e24_refuses_a_line_reference_that_is_there_twice() {
    let line = (Column::LineRef, "L1");
    assert_eq!(
        Agency::new().told(&[&[line], &[line, (Column::WeekStart, "13/04/2026")]]),
        [
            "2 LineRef E24 LineRef L1 is also on row 3.",
            "3 LineRef E24 LineRef L1 is also on row 2."
        ]
    );
}

#[test]
fn e25_refuses_extra_care_where_the_service_does() {
    let mut agency = Agency::new();
    let cells = [(Column::Actual, "11"), (Column::Extra, "0.5"), (Column::ReasonCode, "CRISIS")];
    let told = "2 Extra E25 Extra is not allowed for this service. Ask for a variation.";
    let sum = "2 Actual E22 Actual 11 is not planned 10.5 − frustrated 0 − missed 0 + extra 0.";
    assert_eq!(agency.of(&cells), [told, sum]);
    // What is right without it is right once it is taken out.
    assert_eq!(agency.of(&[(Column::Extra, "0.5")]), one(told));
    agency.service().extras = true;
    assert!(agency.of(&cells).is_empty());
}

#[test]
fn e26_repeats_what_is_no_date() {
    for (text, shown) in [("13/13/2026", "13/13/2026"), ("", "(empty)"), ("06/04/26", "06/04/26")] {
        let told = format!("2 WeekStart E26 {shown} is not a date. Use DD/MM/YYYY.");
        assert_eq!(Agency::new().of(&[(Column::WeekStart, text)]), one(&told));
    }
}

#[test]
fn e27_says_how_long_a_text_may_be() {
    for (column, characters_max) in
        [(Column::Comment, 500), (Column::LineRef, 35), (Column::FileReference, 35)]
    {
        let (fits, too_long) = ("é".repeat(characters_max), "é".repeat(characters_max + 1));
        assert!(Agency::new().of(&[(column, &fits)]).is_empty());
        let told =
            format!("2 {column} E27 {column} is too long: {characters_max} characters at most.");
        assert_eq!(Agency::new().of(&[(column, &too_long)]), one(&told));
    }
}

#[test]
fn w40_says_how_much_is_over_what_was_commissioned_once_that_is_not_tolerated() {
    let mut agency = Agency::new();
    agency.service().extras = true;
    // 10% of 10.5 hours are tolerated: 11.55 hours in all.
    for (actual, extra, told) in [
        ("11.5", "1", vec![]),
        (
            "11.75",
            "1.25",
            one(
                "2 Actual W40 1.25 hours over what was commissioned: held until the council agrees.",
            ),
        ),
        ("11.5", "1", vec![]),
    ] {
        let cells =
            [(Column::Actual, actual), (Column::Extra, extra), (Column::ReasonCode, "CRISIS")];
        assert_eq!(agency.of(&cells), told);
    }
}

#[test]
fn w40_counts_frustrated_care_at_the_share_at_which_it_is_paid() {
    let mut agency = Agency::new();
    agency.service().extras = true;
    agency.service().frustrated_percent = parse("50");
    // 11.25 and half of 2 are 1.75 more than 10.5; 10.25 and half of 2 are just tolerated.
    for (actual, extra, told) in [
        (
            "11.25",
            "2.75",
            one(
                "2 Actual W40 1.75 hours over what was commissioned: held until the council agrees.",
            ),
        ),
        ("10.25", "1.75", vec![]),
    ] {
        let cells = [
            (Column::Actual, actual),
            (Column::Frustrated, "2"),
            (Column::Extra, extra),
            (Column::ReasonCode, "CRISIS"),
        ];
        assert_eq!(agency.of(&cells), told);
    }
}

#[test]
fn w40_is_not_said_of_what_an_approved_variation_covers() {
    let mut agency = Agency::new();
    agency.service().extras = true;
    let cells =
        [(Column::Actual, "12.75"), (Column::Extra, "2.25"), (Column::ReasonCode, "CRISIS")];
    // 1.05 hours are tolerated; of the week from 6 April the variation has the last day.
    for (from, quantity, covered) in
        [("2026-04-12", "1.2", true), ("2026-04-12", "1.19", false), ("2026-04-13", "9", false)]
    {
        let variation = Variation {
            variation_ref: parse("V1"),
            contract_ref: parse("C1"),
            cpli_id: parse("100"),
            from_date: day(from),
            to_date: day("2026-04-30"),
            quantity: parse(quantity),
            reason: "Crisis".to_owned(),
        };
        agency.variations = BTreeMap::from([(parse("V1"), variation)]);
        assert_eq!(agency.of(&cells).is_empty(), covered, "{from} {quantity}");
    }
}

#[test]
fn w41_compares_names_as_people_do() {
    for name in ["Wednesday Adams", "ADAMS, Wednesday", "miss wednesday  adams", ""] {
        assert!(Agency::new().of(&[(Column::ClientName, name)]).is_empty(), "{name}");
    }
    assert_eq!(
        Agency::new().of(&[(Column::ClientName, "Tuesday Adams")]),
        one("2 ClientName W41 The name differs from our record.")
    );
}

#[test]
fn w43_says_what_is_replaced_and_the_same_again_changes_nothing() {
    let mut agency = Agency::new();
    let rows = file(&[&[]]);
    let first = agency.check(&rows).unwrap().accepted.remove(0);
    let weeks = BTreeMap::from([(first.week_start, first.week())]);
    let again = first.against(weeks.values().next()).unwrap();
    assert_eq!((again.change, again.adds.pence()), (Change::Unchanged, 0));
    agency.recorded.insert(parse("100"), weeks);
    assert!(agency.of(&[]).is_empty());
    let cells = [(Column::Actual, "9.5"), (Column::Missed, "1"), (Column::ReasonCode, "CARERAWAY")];
    assert_eq!(agency.of(&cells), one("2 Actual W43 Replaces 10.5 hours already recorded."));
    let rows = file(&[&cells]);
    let compared = agency.check(&rows).unwrap().against(&agency.recorded).unwrap();
    assert_eq!(compared[0].adds.to_string(), "-22.34");
}

#[test]
fn a_row_that_says_anything_else_of_its_week_changes_it() {
    let cells = [(Column::Comment, "As agreed"), (Column::Visits, "7")];
    let (agency, rows) = (Agency::new(), file(&[&cells]));
    let checked = agency.check(&rows).unwrap();
    let accepted = &checked.accepted[0];
    let is_unchanged =
        |old: &Week| accepted.against(Some(old)).unwrap().change == Change::Unchanged;
    let same = accepted.week();
    assert!(is_unchanged(&same));
    for other in [
        Week { actual: parse("10.25"), ..same.clone() },
        Week { extra: parse("0.25"), ..same.clone() },
        Week { visits: Some(6), ..same.clone() },
        Week { reason_code: Some("HOSP".to_owned()), ..same.clone() },
        Week { comment: None, ..same.clone() },
    ] {
        assert!(!is_unchanged(&other), "{other:?}");
    }
}

#[test]
fn everything_that_is_wrong_with_a_row_is_told_at_once() {
    let cells = [
        (Column::WeekStart, "soon"),
        (Column::Actual, "-1"),
        (Column::Missed, "x"),
        (Column::Visits, "x"),
    ];
    let told = Agency::new().of(&cells);
    let cells: Vec<_> = told.iter().map(|it| it.split(' ').nth(1).unwrap()).collect();
    assert_eq!(cells, ["WeekStart", "Actual", "Missed", "Visits"]);
}

fn written(agency: &Agency, number: u32, cpli_id: &str, week_start: NaiveDate, week: &Week) -> Row {
    let cpli = &agency.cplis[&parse::<CpliId>(cpli_id)];
    let service = &agency.services[&parse::<ServiceRef>("S1")];
    let active = Days::new(week_start, week_start + chrono::Days::new(6)).unwrap();
    let planned = planned(service, cpli, active).unwrap();
    let line =
        Line { provider_ref: &agency.provider_ref, cpli, service, week_start, planned, week };
    let cells = Column::ALL.map(|column| line.cell(column));
    Row::of(number, cells.iter().map(String::as_str))
}

fn plan(per: PricePer, step: &str, from: &str, to: &str) -> String {
    let homecare =
        Service { price_per: per, unit_step: parse(step), ..service("S1", "C1", "Homecare") };
    let mut package = cpli("1", &homecare, client("A1", "A", "B"));
    package.prices.insert(day("2026-04-01"), price("10.5", "22.34"));
    let active = Days::new(day(from), day(to)).unwrap();
    planned(&homecare, &package, active).unwrap().normalize().to_string()
}

#[test]
fn a_whole_week_has_what_was_commissioned() {
    assert_eq!(plan(PricePer::Unit, "0.25", "2026-04-06", "2026-04-12"), "10.5");
    assert_eq!(plan(PricePer::Unit, "1", "2026-04-06", "2026-04-12"), "10.5");
}

#[test]
fn a_broken_week_has_the_share_of_its_days_in_steps() {
    // Three days of 1.5.
    assert_eq!(plan(PricePer::Unit, "0.25", "2026-04-06", "2026-04-08"), "4.5");
    // Four days of 1.5 in whole units, and five: half a unit goes up.
    assert_eq!(plan(PricePer::Unit, "1", "2026-04-06", "2026-04-09"), "6");
    assert_eq!(plan(PricePer::Unit, "1", "2026-04-06", "2026-04-10"), "8");
}

#[test]
fn a_quantity_by_the_day_is_planned_each_day() {
    assert_eq!(plan(PricePer::Day, "1", "2026-04-06", "2026-04-08"), "31.5");
}

#[test]
fn a_week_in_which_the_quantity_changes_has_both() {
    // Monday and Tuesday of 1 a week, five days of 10.5: (2 + 52.5) ÷ 7 = 7.785…
    assert_eq!(plan(PricePer::Unit, "0.25", "2026-03-30", "2026-04-05"), "7.75");
}

prop_compose! {
    /// A week in quarters of an hour, of 10.5 planned.
    fn week()(missed in 0_i64..20, frustrated in 0_i64..20, extra in 0_i64..9, visits in prop::option::of(0_u32..40), comment in prop::option::of("[a-z][a-z ,;\"]{0,20}[a-z]")) -> Week {
        let quarters = |count| Decimal::new(count * 25, 2);
        let actual = Decimal::new(105, 1) - quarters(missed) - quarters(frustrated) + quarters(extra);
        Week {
            actual, missed: quarters(missed), frustrated: quarters(frustrated), extra: quarters(extra), visits, comment,
            reason_code: Some("CRISIS".to_owned()),
        }
    }
}

proptest! {
    #[test]
    fn what_the_template_writes_is_read_as_it_was(weeks in prop::collection::vec(week(), 1..3)) {
        let mut agency = Agency::new();
        agency.service().extras = true;
        let starts = [day("2026-04-06"), day("2026-04-13")];
        let rows = (2..).zip(&weeks).zip(starts);
        let rows = rows.map(|((number, week), start)| written(&agency, number, "100", start, week));
        let rows: Vec<_> = std::iter::once(headings()).chain(rows).collect();
        let checked = agency.check(&rows).unwrap();
        prop_assert_eq!(&checked.rejected, &[]);
        let read: Vec<_> = checked.accepted.iter().map(Accepted::week).collect();
        prop_assert_eq!(read, weeks);
    }

    /// Files are checked in whole numbers wherever those are exact; it must not show.
    #[test]
    fn a_row_is_worth_what_the_rules_say_whatever_its_service_and_price(
        week in week(),
        (percent, tolerance, price_units) in (0_i64..=1_000_000, 0_i64..5_000, 0_i64..90_000_000),
        (per_day, round_percent, week_of) in (any::<bool>(), prop::option::of(0_i64..=1), 0_u64..4),
    ) {
        let mut agency = Agency::new();
        let service = agency.service();
        service.extras = true;
        service.frustrated_percent = round_percent.map_or(Decimal::new(percent, 4), |it| Decimal::from(it * 100));
        service.tolerance_percent = Decimal::new(tolerance, 2);
        service.price_per = if per_day { PricePer::Day } else { PricePer::Unit };
        let daily = if per_day { Decimal::new(15, 1) } else { Decimal::new(105, 1) };
        let unit_price = Decimal::new(price_units, 5);
        let prices = [("2026-04-01", daily), ("2026-04-20", daily + Decimal::ONE)];
        agency.cpli().prices = prices.map(|(from, quantity)| (day(from), Price { quantity, unit_price })).into();
        let start = day("2026-04-06") + chrono::Days::new(7 * week_of);
        let rows = [headings(), written(&agency, 2, "100", start, &week)];
        let checked = agency.check(&rows).unwrap();
        let service = &agency.services[&parse::<ServiceRef>("S1")];
        let active = Days::new(start, start + chrono::Days::new(6)).unwrap();
        let planned = planned(service, &agency.cplis[&parse::<CpliId>("100")], active).unwrap();
        let owed = week.delivered().owed(service.frustrated_percent, unit_price).unwrap();
        let payable = week.delivered().payable_quantity(service.frustrated_percent).unwrap();
        let held = payable > planned * (Decimal::ONE_HUNDRED + service.tolerance_percent) / Decimal::ONE_HUNDRED;
        let over = Some(payable - planned).filter(|over| held && *over > Decimal::ZERO);
        for accepted in &checked.accepted {
            prop_assert_eq!((accepted.planned, accepted.owed, accepted.over), (planned, owed, over));
        }
        let sum = planned - week.frustrated - week.missed + week.extra;
        prop_assert_eq!(checked.accepted.len(), usize::from(sum == week.actual));
    }

    #[test]
    fn the_order_of_rows_does_not_matter_but_for_the_rows_that_e24_names(
        rows in prop::collection::vec((0_usize..2, 0_u64..3, 0_usize..4), 1..8),
        turn in 0_usize..8,
    ) {
        let agency = Agency::new();
        let texts = ["10.5", "9.75", "x", "10.4"];
        let cells = |(cpli, week, text): &(usize, u64, usize)| {
            let start = day("2026-04-06") + chrono::Days::new(7 * week);
            (["100", "200"][*cpli], ["A1", "007"][*cpli], start.to_string(), texts[*text])
        };
        // What is said, by what the row says, without the numbers of rows.
        let said = |rows: &[(usize, u64, usize)]| {
            let made: Vec<_> = (2..).zip(rows).map(|(number, it)| {
                let (id, ss_ref, start, actual) = cells(it);
                row(number, &[(Column::CpliId, id), (Column::SSRef, ss_ref), (Column::WeekStart, &start), (Column::Actual, actual)])
            }).collect();
            let file: Vec<_> = std::iter::once(headings()).chain(made).collect();
            let checked = agency.check(&file).unwrap();
            let of_row = |number: u32| rows[usize::try_from(number).unwrap() - 2];
            let mut said: Vec<_> = checked.accepted.iter().map(|it| (of_row(it.row), vec![it.owed.to_string()])).collect();
            said.extend(checked.rejected.iter().map(|it| {
                let mut codes: Vec<_> = it.findings.iter().map(|it| it.problem.code().to_string()).collect();
                codes.sort();
                (of_row(it.row), codes)
            }));
            said.sort();
            said
        };
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len());
        turned.reverse();
        prop_assert_eq!(said(&rows), said(&turned));
    }

    /// What was found out for one week is kept for the others of which it holds.
    #[test]
    fn a_row_is_worth_the_same_alone_and_among_others(
        (starts, ends) in (0_u64..14, 20_u64..40),
        prices in prop::collection::vec((0_u64..30, 0_i64..40, 1_i64..9_000), 0..4),
        weeks in prop::collection::vec(0_u64..5, 1..8),
    ) {
        let mut agency = Agency::new();
        let on = |days: u64| day("2026-03-30") + chrono::Days::new(days);
        (agency.cpli().start_date, agency.cpli().end_date) = (on(starts), Some(on(ends)));
        agency.cpli().prices.extend(prices.into_iter().map(|(from, quarters, pence)| {
            let price = Price { quantity: Decimal::new(quarters * 25, 2), unit_price: Decimal::new(pence, 2) };
            (on(from), price)
        }));
        let weeks: std::collections::BTreeSet<_> = weeks.into_iter().collect();
        let texts: Vec<_> = weeks.iter().rev().map(|week| on(7 * week).to_string()).collect();
        let worth = |texts: &[String]| {
            let rows: Vec<_> = texts.iter().map(|it| [(Column::WeekStart, it.as_str()), (Column::ReasonCode, "CRISIS")]).collect();
            let rows = file(&rows.iter().map(<[_; 2]>::as_slice).collect::<Vec<_>>());
            let checked = agency.check(&rows).unwrap();
            let accepted = checked.accepted.iter().map(|it| format!("{} {} {}", it.week_start, it.planned, it.owed));
            let rejected = checked.rejected.iter().flat_map(|it| &it.findings).map(|it| it.problem.to_string());
            accepted.chain(rejected).collect::<std::collections::BTreeSet<_>>()
        };
        let alone = texts.iter().flat_map(|text| worth(std::slice::from_ref(text))).collect();
        prop_assert_eq!(worth(&texts), alone);
        let forwards: Vec<_> = texts.iter().rev().cloned().collect();
        prop_assert_eq!(worth(&forwards), worth(&texts));
    }

    #[test]
    fn no_cells_can_stop_the_check(cells in prop::collection::vec(".{0,30}", 13)) {
        let free = Column::ALL.into_iter().filter(|it| !matches!(it, Column::ProviderRef));
        let cells: Vec<_> = free.zip(&cells).map(|(column, text)| (column, text.as_str())).collect();
        let (agency, rows) = (Agency::new(), file(&[&cells]));
        let checked = agency.check(&rows).unwrap();
        prop_assert_eq!(checked.accepted.len() + checked.rejected.len(), 1);
        prop_assert!(checked.rejected.iter().all(|it| !it.findings.is_empty()));
    }
}
