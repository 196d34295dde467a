//! Contract documents: what is noted, by when they are answered, what differs, and who is first.

use chrono::{DateTime, Utc};
use domain::clock::Now;
use domain::contract_document::{
    Answer, CONSENT, CannotAnswer, Chosen, Difference, Document, DocumentFile, DocumentFilter,
    DocumentState, DocumentVersion, Field, Outcome, Signer, Status, Terms, answer_by, differences,
    is_overdue, remind_from,
};
use domain::facts::{Collector, Contribution, ContributionKind};
use domain::failure::Failure;
use domain::permission::Role;
use proptest::collection::vec;
use proptest::prelude::*;
use testing::{Council, at, day, instant, parse};

fn version(n: u32) -> DocumentVersion {
    let published_at = instant("2022-11-07T10:00:00Z");
    DocumentVersion {
        document_ref: parse("DOC801"),
        provider_ref: parse("P1001"),
        n,
        request: format!("request {n}"),
        doc_type: "Individual placement agreement".to_owned(),
        ss_ref: Some(parse("A272433")),
        client: Some("Wednesday Adams".to_owned()),
        cpli_id: Some(parse("164628")),
        contract_ref: Some(parse("C3001")),
        service_ref: Some(parse("S4001")),
        service: Some("Lake House - Residential (Band 3)".to_owned()),
        date_from: Some(day("2022-08-03")),
        date_to: None,
        fields: vec![Field::new("Weekly cost", "£865.46"), Field::new("Quantity", "1 × placement")],
        file: DocumentFile { sha256: format!("{n:064}"), size_bytes: 1_000 },
        published_by: Signer::Staff {
            name: "Grace Hallam".to_owned(),
            staff_ref: parse("U9001"),
            roles: Vec::new(),
        },
        published_at,
        answer_by: answer_by(published_at, 7),
    }
}

fn thelma() -> Signer {
    contact("Thelma Moss", "K2001")
}

fn contact(name: &str, contact_ref: &str) -> Signer {
    let roles = vec![Role::Signatory];
    Signer::Contact { name: name.to_owned(), contact_ref: parse(contact_ref), roles }
}

fn of(document: &Document) -> (&domain::ids::DocumentRef, u32, &str) {
    let latest = &document.latest;
    (&latest.document_ref, latest.n, &latest.file.sha256)
}

fn later() -> Now {
    at("2022-11-28T12:00:00Z")
}

#[test]
fn notes_are_those_of_the_specification() {
    let document = Document::published(version(1));
    assert_eq!(document.note(), "Published by Grace Hallam on 07/11/2022");
    let agreed = Answer::agreed(of(&document), thelma(), later());
    assert_eq!(agreed.note(), "Agreed by Thelma Moss on 28/11/2022");
    assert_eq!(agreed.consent.as_deref(), Some(CONSENT));
    let reason = "The start date is incorrect, it should be 03.10.2022.";
    let rejected = Answer::rejected(of(&document), thelma(), reason, later()).unwrap();
    assert_eq!(
        rejected.note(),
        "Rejected by Thelma Moss on 28/11/2022. Reason: The start date is incorrect, it should be 03.10.2022."
    );
    let staff = version(1).published_by;
    let manually = Answer::agreed_manually(of(&document), staff, "By telephone", later()).unwrap();
    assert_eq!(manually.note(), "Agreed manually by Grace Hallam on 28/11/2022");
    let job = Answer::agreed_after(of(&document), document.latest.answer_by, later());
    assert_eq!(job.note(), "Agreed manually by the council automatically on 28/11/2022");
    assert_eq!(job.reason.as_deref(), Some("Not answered by 11:59pm on 14 November 2022"));
    assert_eq!(job.consent, None);
}

#[test]
fn a_date_is_that_of_london() {
    let mut late = version(1);
    late.published_at = instant("2026-06-05T23:30:00Z");
    assert_eq!(late.published_note(), "Published by Grace Hallam on 06/06/2026");
}

#[test]
fn a_rejection_and_a_manual_agreement_need_a_reason() {
    let document = Document::published(version(1));
    for reason in ["", "  \n "] {
        let rejected = Answer::rejected(of(&document), thelma(), reason, later()).unwrap_err();
        assert_eq!(
            (rejected.code(), rejected.fields()[0].field.as_str()),
            ("document-reason", "reason")
        );
        Answer::agreed_manually(of(&document), thelma(), reason, later()).unwrap_err();
    }
    let long = "x".repeat(1_001);
    let too_long = Answer::rejected(of(&document), thelma(), &long, later());
    assert_eq!(too_long, Err(CannotAnswer::ReasonTooLong));
    let longest = "x".repeat(1_000);
    Answer::rejected(of(&document), thelma(), &longest, later()).unwrap();
}

#[test]
fn of_two_answers_the_second_is_told_who_what_and_when() {
    let document = Document::published(version(1));
    let first = Answer::agreed(of(&document), thelma(), later());
    let second = Answer::rejected(of(&document), contact("Ada Brome", "K2002"), "No", later());
    let agreed = document.answered(first).unwrap();
    let told = agreed.answered(second.unwrap()).unwrap_err();
    assert_eq!(told.code(), "document-answered");
    assert_eq!(
        told.to_string(),
        "This document has already been answered. Agreed by Thelma Moss on 28/11/2022."
    );
}

#[test]
fn a_version_that_was_superseded_while_it_was_read_is_refused() {
    let document = Document::published(version(1));
    let answer = Answer::agreed(of(&document), thelma(), later());
    let told = document.superseded_by(version(2)).answered(answer).unwrap_err();
    assert_eq!(told.code(), "document-superseded");
    assert_eq!(
        told.to_string(),
        "There is a new version of this document. Published by Grace Hallam on 07/11/2022. Read version 2 before you answer: your answer to version 1 was not taken."
    );
}

#[test]
fn a_new_version_is_open_whatever_the_one_before_was() {
    let document = Document::published(version(1));
    let rejected = Answer::rejected(of(&document), thelma(), "Wrong price", later()).unwrap();
    let agreed = Answer::agreed(of(&document), thelma(), later());
    for answer in [rejected, agreed] {
        let again = document.clone().answered(answer.clone()).unwrap().superseded_by(version(2));
        assert_eq!((again.state(), again.is_open()), (DocumentState::Published, true));
        let (state, note) = version(1).standing(Some(&answer), false);
        assert_eq!((state, note), (DocumentState::Superseded, answer.note()));
    }
}

#[test]
fn the_deadline_is_the_last_minute_of_the_seventh_day_in_london() {
    let by = |published: &str| answer_by(instant(published), 7).to_rfc3339();
    assert_eq!(by("2026-11-22T18:00:00Z"), "2026-11-29T23:59:00+00:00");
    assert_eq!(by("2026-06-05T23:30:00Z"), "2026-06-13T22:59:00+00:00", "the sixth in London");
    assert_eq!(by("2026-10-20T09:00:00Z"), "2026-10-27T23:59:00+00:00", "the clocks went back");
    let deadline = instant("2026-11-29T23:59:00Z");
    let overdue = |now: &str| is_overdue(deadline, instant(now));
    assert!(!overdue("2026-11-29T23:59:00Z") && overdue("2026-11-30T00:00:00Z"));
    assert_eq!(remind_from(deadline), instant("2026-11-27T23:59:00Z"));
}

#[test]
fn what_differs_is_said_field_by_field() {
    let (before, mut after) = (version(1), version(2));
    after.fields = vec![Field::new("Weekly cost", "£908.73"), Field::new("To", "19 October 2022")];
    let difference = |label: &str, before: Option<&str>, after: Option<&str>| Difference {
        label: label.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    assert_eq!(
        differences(&before, &after),
        [
            difference("Weekly cost", Some("£865.46"), Some("£908.73")),
            difference("To", None, Some("19 October 2022")),
            difference("Quantity", Some("1 × placement"), None),
        ]
    );
    assert_eq!(
        differences(&before, &version(2)),
        [difference("PDF file", Some("Version 1"), Some("Version 2"))]
    );
    assert_eq!(differences(&before, &before), []);
}

#[test]
fn a_document_says_what_was_commissioned_on_the_day_it_is_published() {
    let mut council = Council::lake_house();
    let contribution = |kind, pence: &str, collected_by| Contribution {
        kind,
        from_date: day("2022-08-03"),
        to_date: None,
        weekly_amount: parse(pence),
        collected_by,
    };
    council.cpli("164628").contributions = vec![
        contribution(ContributionKind::Client, "162.30", Collector::Provider),
        contribution(ContributionKind::Fnc, "209.19", Collector::Council),
    ];
    council.cpli("164628").prices.insert(day("2023-04-01"), testing::price("1", "908.73"));
    let cpli = council.cpli("164628").clone();
    let terms = Terms {
        doc_type: "Individual placement agreement",
        client: Some(("Wednesday Adams", "A272433")),
        cpli: Some(&cpli),
        service: Some(&council.services[0]),
        dates: (Some(day("2022-08-03")), None),
    };
    let said = |today: &str| {
        let fields = terms.fields(day(today)).unwrap();
        fields.into_iter().map(|it| format!("{}: {}", it.label, it.value)).collect::<Vec<_>>()
    };
    let level = format!("Service level: {}", cpli.service_level);
    assert_eq!(
        said("2022-11-07"),
        [
            "Document: Individual placement agreement",
            "Client: Wednesday Adams",
            "SSRef: A272433",
            "Service: Lake House - Residential (Band 3)",
            "CPLI id: 164628",
            &level,
            "From: 3 August 2022",
            "To: Until further notice",
            "Quantity: 1 × placement",
            "Unit price: £865.46 a week",
            "Weekly cost: £865.46",
            "Client contribution: £162.30 a week, collected by the provider",
            "Funded nursing care (FNC): £209.19 a week, collected by the council",
        ]
    );
    assert!(said("2023-04-01").contains(&"Weekly cost: £908.73".to_owned()));
}

#[test]
fn a_list_is_narrowed_by_service_client_state_and_day() {
    let at: DateTime<Utc> = instant("2022-11-07T10:00:00Z");
    let keeps = |filter: &DocumentFilter| filter.keeps(&version(1), DocumentState::Published, at);
    let any = DocumentFilter::default;
    assert!(keeps(&any()));
    assert!(!any().keeps(&version(1), DocumentState::Agreed, at), "only open ones by default");
    for (service, kept) in [("S4001", true), ("S4002", false), ("none", false), ("", true)] {
        let service: Chosen<_> = service.parse().unwrap();
        assert_eq!(keeps(&DocumentFilter { service, ..any() }), kept);
    }
    for (client, kept) in [("A272433", true), ("A1", false), ("none", false)] {
        let client: Chosen<_> = client.parse().unwrap();
        assert_eq!(keeps(&DocumentFilter { client, ..any() }), kept);
    }
    for (since, kept) in [("2022-11-07", true), ("2022-11-08", false)] {
        assert_eq!(keeps(&DocumentFilter { updated_since: Some(day(since)), ..any() }), kept);
    }
    let status = |text: &str| text.parse::<Status>().unwrap();
    let rejected = DocumentFilter { status: status("rejected"), ..any() };
    assert!(rejected.keeps(&version(1), DocumentState::Rejected, at) && !keeps(&rejected));
    assert!(status("all").includes_superseded() && !status("open").includes_superseded());
    "lost".parse::<Status>().unwrap_err();
}

#[derive(Debug, Clone)]
enum Deed {
    Publish,
    Answer { who: usize, what: usize, n: u32 },
}

proptest! {
    /// Whatever people do, in whatever order: a version is answered once at most, its answer never changes, and the
    /// latest version decides.
    #[test]
    fn a_version_has_one_answer_for_ever(deeds in vec(
        prop_oneof![
            1 => Just(Deed::Publish),
            3 => (0..3_usize, 0..3_usize, 1..5_u32)
                .prop_map(|(who, what, n)| Deed::Answer { who, what, n }),
        ],
        0..30,
    )) {
        let mut document = Document::published(version(1));
        let mut answers = std::collections::BTreeMap::<u32, Answer>::new();
        for deed in deeds {
            match deed {
                Deed::Publish => {
                    let next = version(document.latest.n + 1);
                    document = document.superseded_by(next);
                    prop_assert!(document.is_open());
                }
                Deed::Answer { who, what, n } => {
                    let by = contact(&format!("Person {who}"), &format!("K{who}"));
                    let of = (&parse("DOC801"), n, "00");
                    let answer = match what {
                        0 => Answer::agreed(of, by, later()),
                        1 => Answer::rejected(of, by, "No", later()).unwrap(),
                        _ => Answer::agreed_manually(of, by, "Late", later()).unwrap(),
                    };
                    let may = n == document.latest.n && !answers.contains_key(&n);
                    match document.clone().answered(answer.clone()) {
                        Ok(after) => {
                            prop_assert!(may);
                            prop_assert_eq!(after.state(), answer.outcome.state());
                            answers.insert(n, answer);
                            document = after;
                        }
                        Err(_) => prop_assert!(!may),
                    }
                }
            }
            prop_assert_eq!(document.answer.as_ref(), answers.get(&document.latest.n));
        }
    }
}

#[test]
fn the_same_answer_of_the_same_person_to_the_same_version_is_one() {
    let (ann, bob) = (contact("Ann", "K1"), contact("Bob", "K2"));
    let staff = |name: &str, staff_ref: &str| Signer::Staff {
        name: name.to_owned(),
        staff_ref: parse(staff_ref),
        roles: Vec::new(),
    };
    let file = |name: &str| Signer::File { name: "The council".to_owned(), file: name.to_owned() };
    let signers = [
        ann.clone(),
        bob,
        staff("Ann", "ST1"),
        staff("Ann", "ST2"),
        file("a"),
        file("b"),
        Signer::Job,
    ];
    let document_ref = parse("D1");
    let answer = |n, by: &Signer| {
        Answer::agreed(
            (&document_ref, n, "00"),
            by.clone(),
            Now::at(instant("2026-06-01T09:00:00Z")),
        )
    };
    for (one, by) in signers.iter().enumerate() {
        for (other, by_other) in signers.iter().enumerate() {
            assert_eq!(
                answer(1, by).is_same(&answer(1, by_other)),
                one == other,
                "{by:?} {by_other:?}"
            );
        }
        assert!(!answer(1, by).is_same(&answer(2, by)), "another version");
        let otherwise = Answer { outcome: Outcome::Rejected, ..answer(1, by) };
        assert!(!answer(1, by).is_same(&otherwise), "another answer");
    }
    assert!(answer(1, &ann).is_same(&answer(1, &contact("Ann Other", "K1"))), "by another name");
}

#[test]
fn a_document_is_open_until_its_answer_and_says_when_it_changed() {
    let published = Document::published(version(1));
    assert_eq!(published.latest.standing(None, true).0, DocumentState::Published);
    assert!(published.is_open());
    let answer = Answer::agreed(of(&published), thelma(), later());
    let agreed = published.answered(answer).unwrap();
    assert!(!agreed.is_open());
    assert_eq!(agreed.updated_at, later().instant);
    let next = DocumentVersion { published_at: instant("2022-12-01T10:00:00Z"), ..version(2) };
    let again = agreed.superseded_by(next);
    assert_eq!((again.is_open(), again.updated_at), (true, instant("2022-12-01T10:00:00Z")));
}

#[test]
fn a_document_says_what_is_paid_towards_the_care_on_its_day() {
    let council = Council::lake_house();
    let mut cpli = council.clone().cpli("164628").clone();
    let of = |from: &str, to: Option<&str>, amount: &str| Contribution {
        to_date: to.map(day),
        ..testing::contribution(day(from), amount, Collector::Provider)
    };
    cpli.contributions =
        vec![of("2022-08-03", Some("2022-10-31"), "150"), of("2022-12-01", None, "170")];
    let terms = Terms {
        doc_type: "Individual placement agreement",
        client: None,
        cpli: Some(&cpli),
        service: Some(&council.services[0]),
        dates: (None, None),
    };
    let paid = |today: &str| {
        let fields = terms.fields(day(today)).unwrap().into_iter();
        let mut paid = fields.filter(|it| it.label == "Client contribution").map(|it| it.value);
        paid.next()
    };
    let of_client = |amount: &str| Some(format!("{amount} a week, collected by the provider"));
    assert_eq!(paid("2022-10-31"), of_client("£150.00"));
    assert_eq!(paid("2022-11-01"), None);
    assert_eq!(paid("2022-12-01"), of_client("£170.00"));
}
