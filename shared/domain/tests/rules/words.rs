//! What things are called: every name, title and sentence that people or software read is there, and no two of a kind
//! are the same.

use std::collections::BTreeSet;
use std::fmt::Debug;

use domain::action::Proposes;
use domain::api_key::Scope;
use domain::audit::Actor;
use domain::care_package::{CarePackage, Filter};
use domain::contract_document::{DocumentState, Status};
use domain::facts::{Contact, Cpli, StaffMember};
use domain::invoice::{InvoiceId, InvoiceNumber, VatNumber};
use domain::notice::{Area, Happening};
use domain::period::FinancialYear;
use domain::permission::{CouncilRole, Role};
use domain::report::{Audience, ReportFormat, ReportName};
use domain::setting_names::SettingGroup;
use domain::sign_in::TokenHash;
use domain::upload::BatchState;
use domain::user::Help;
use domain::webhook::EventKind;
use serde::Serialize;
use serde::de::DeserializeOwned;
use testing::{client, contract, cpli, day, parse, service};

/// Wants a text of each of `all`, and no text twice.
fn differ<T: Copy + Debug>(all: impl IntoIterator<Item = T>, text: impl Fn(T) -> String) {
    let mut texts = BTreeSet::new();
    for one in all {
        let text = text(one);
        assert!(text.len() > 1, "{one:?} is called {text:?}");
        assert!(texts.insert(text.clone()), "{one:?} is not the only one called {text}");
    }
    assert!(texts.len() > 1);
}

#[test]
fn no_two_of_a_kind_are_called_the_same() {
    differ(Scope::ALL, |it| it.title().to_owned());
    differ(Scope::ALL, |it| it.line().to_owned());
    differ(Scope::ALL, |it| it.to_string());
    differ(Area::ALL, |it| it.title().to_owned());
    differ(Area::ALL, |it| it.page().to_owned());
    differ(Area::ALL, |it| it.daily_line().to_owned());
    differ(Role::ALL, |it| it.line().to_owned());
    differ(Help::ALL, |it| it.to_string());
    differ(ReportName::ALL, |it| it.title().to_owned());
    differ(ReportName::ALL, |it| it.about().to_owned());
    differ(ReportName::ALL, |it| it.to_string());
    differ(SettingGroup::ALL, |it| it.title().to_owned());
    let kinds = || EventKind::CHOSEN.into_iter().chain([EventKind::Test]);
    differ(kinds(), |it| it.as_str().to_owned());
    differ(kinds(), |it| it.line().to_owned());
    differ(kinds(), |it| it.to_string());
    differ([ReportFormat::Csv, ReportFormat::Xlsx], |it| it.ending().to_owned());
}

#[test]
fn an_area_with_immediate_emails_says_what_they_are_about() {
    for area in Area::ALL.into_iter().filter(|area| area.immediate().is_some()) {
        let line = area.immediate_line();
        assert!(line.contains(' ') && line != area.daily_line(), "{area:?}: {line}");
    }
}

#[test]
fn a_batch_says_how_far_it_is_and_whether_anything_more_becomes_of_it() {
    use BatchState::{
        Abandoned, Applied, Applying, Checking, Duplicate, PartlyApplied, Received, Rejected,
        Validated,
    };
    let going = [Received, Checking, Validated, Applying];
    let over = [Applied, PartlyApplied, Rejected, Abandoned, Duplicate];
    assert!(going.iter().all(|it| !it.is_final()) && over.iter().all(|it| it.is_final()));
    differ(going.into_iter().chain(over), |it| it.words().to_owned());
}

#[test]
fn what_a_form_proposes_and_a_list_is_narrowed_to_is_spelled_as_requests_spell_it() {
    let proposes = [Proposes::Death, Proposes::PackageEnded, Proposes::Variation];
    assert_eq!(proposes.map(Proposes::as_str), ["death", "package_ended", "variation"]);
    for (text, status) in [
        ("", Status::Open),
        (" open ", Status::Open),
        ("all", Status::All),
        ("published", Status::Is(DocumentState::Published)),
        ("agreed", Status::Is(DocumentState::Agreed)),
        ("rejected", Status::Is(DocumentState::Rejected)),
        ("agreed_manually", Status::Is(DocumentState::AgreedManually)),
        ("superseded", Status::Is(DocumentState::Superseded)),
    ] {
        assert_eq!(text.parse(), Ok(status), "{text}");
    }
    "Agreed by Ann".parse::<Status>().unwrap_err();
}

#[test]
fn each_side_is_offered_its_own_reports() {
    let read_by = |audience| ReportName::ALL.into_iter().filter(move |it| it.is_for(audience));
    let council: Vec<_> = read_by(Audience::Council).collect();
    let wanted = [
        ReportName::RemittanceByPeriod,
        ReportName::CommissionedAndActuals,
        ReportName::PromptPayment,
        ReportName::Responses,
        ReportName::AnswerTimes,
    ];
    assert_eq!(council, wanted);
    let own = [ReportName::PromptPayment, ReportName::Responses, ReportName::AnswerTimes];
    let provider: Vec<_> = read_by(Audience::Provider).collect();
    assert!(ReportName::ALL.into_iter().all(|it| provider.contains(&it) != own.contains(&it)));
}

/// Wants `text` to be stored and sent as it is written.
fn written<T: Serialize + DeserializeOwned + PartialEq + Debug + ToString>(text: &str, one: &T) {
    let json = serde_json::to_value(one).unwrap();
    assert_eq!(json, serde_json::Value::from(text));
    assert_eq!(serde_json::from_value::<T>(json).unwrap(), *one);
    assert_eq!(one.to_string(), text);
}

#[test]
fn a_name_is_stored_as_it_is_written() {
    let id = "C3003.2022-09-05.1";
    written(id, &parse::<InvoiceId>(id));
    written("GB 123 4567 82", &parse::<VatNumber>("GB 123 4567 82"));
    written("2026-27", &parse::<FinancialYear>("2026-27"));
    let digits = "0123456789abcdef".repeat(4);
    written(&digits, &TokenHash::parse(&digits).unwrap());
    assert_eq!(TokenHash::parse(&digits.to_uppercase()), None);
    assert_eq!(TokenHash::parse(&format!("{digits}0")), None);
    assert_eq!(TokenHash::parse(&digits.replace('f', "g")), None);
    assert!(!InvoiceNumber::FIRST.to_string().is_empty());
    assert_ne!(InvoiceNumber::FIRST.to_string(), InvoiceNumber::FIRST.next().unwrap().to_string());
    written("job:finalise:C3001", &parse::<Actor>("job:finalise:C3001"));
    assert_eq!(parse::<Actor>("unknown:4f").as_str(), "unknown:4f");
    for text in ["", "ann@example.org", "a b", &"x".repeat(1_000)] {
        assert!(text.parse::<Actor>().is_err(), "{text}");
    }
}

#[test]
fn software_is_told_of_what_it_can_choose_and_of_nothing_else_that_people_are_told_of() {
    let told: Vec<_> = Happening::ALL.into_iter().filter_map(EventKind::of).collect();
    // Of a file people are told by the page that it was sent from.
    let chosen = EventKind::CHOSEN.into_iter().filter(|it| *it != EventKind::FileProcessed);
    assert_eq!(told.iter().copied().collect::<BTreeSet<_>>(), chosen.collect());
    assert_eq!(told.len() + 1, EventKind::CHOSEN.len());
}

#[test]
fn whoever_has_an_address_and_a_role_signs_in_with_it() {
    let contact = |portal_email: Option<&str>, roles: &[Role]| Contact {
        contact_ref: parse("K1"),
        provider_ref: parse("P1"),
        forename: "Ann".to_owned(),
        surname: "Other".to_owned(),
        address: None,
        phone: None,
        email: Some("office@example.org".to_owned()),
        portal_email: portal_email.map(str::to_owned),
        roles: roles.to_vec(),
    };
    let own = Some("ann@example.org");
    assert_eq!(contact(own, &[Role::Viewer]).sign_in(), Some(parse("ann@example.org")));
    assert_eq!(contact(own, &[]).sign_in(), None);
    assert_eq!(contact(None, &[Role::Viewer]).sign_in(), None);
    assert_eq!(contact(None, &[]).name(), "Ann Other");
    let staff = |roles: &[CouncilRole]| StaffMember {
        staff_ref: parse("ST1"),
        forename: "Grace".to_owned(),
        surname: "Hallam".to_owned(),
        email: Some("grace@example.org".to_owned()),
        roles: roles.to_vec(),
        teams: Vec::new(),
    };
    let helpdesk = staff(&[CouncilRole::Helpdesk]);
    assert_eq!(helpdesk.sign_in(), Some(parse("grace@example.org")));
    assert_eq!((staff(&[]).sign_in(), staff(&[]).name().as_str()), (None, "Grace Hallam"));
}

#[test]
fn a_care_package_says_what_it_costs_and_how_it_is_priced() {
    let (contract, service) =
        (contract("C1", "P1", "Lake House"), service("S1", "C1", "Lake House"));
    let mut care = cpli("164628", &service, client("A272433", "Wednesday", "Adams"));
    let told = |cpli: &Cpli| {
        let package =
            CarePackage { cpli, service: &service, contract: &contract, historical: false };
        let today = day("2022-10-03");
        (package.cost(today).unwrap(), package.pricing(today))
    };
    let wanted = ("£865.46 weekly", "1 x Placement at £865.46 (Spot)");
    assert_eq!(told(&care), (wanted.0.to_owned(), wanted.1.to_owned()));
    care.prices.clear();
    assert_eq!(told(&care), ("-".to_owned(), "-".to_owned()));
}

#[test]
fn a_list_of_care_keeps_what_is_asked_for() {
    let (contract, service) =
        (contract("C1", "P1", "Lake House"), service("S1", "C1", "Lake House"));
    let cpli = cpli("164628", &service, client("A272433", "Wednesday", "Adams"));
    let package =
        CarePackage { cpli: &cpli, service: &service, contract: &contract, historical: false };
    let keeps = |filter: Filter| filter.keeps(&package);
    let of_client = |it: &str| Filter { client: Some(parse(it)), ..Filter::default() };
    let of_service = |it: &str| Filter { service: Some(parse(it)), ..Filter::default() };
    assert!(keeps(Filter::default()));
    assert!(keeps(of_client("A272433")) && !keeps(of_client("A1")));
    assert!(keeps(of_service("S1")) && !keeps(of_service("S2")));
}
