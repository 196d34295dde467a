//! Invoices and credit notes: what they are called, and what may be attached to them.

use domain::clock::Now;
use domain::invoice::{AttachmentType, CannotChange, InvoiceHead, InvoiceState};
use domain::money::Money;
use testing::parse;

use crate::agency::{Agency, STARTS, attachment};

fn draft() -> InvoiceHead {
    let agency = Agency::new();
    let (contract, period) = (&agency.facts.contract, agency.period(STARTS[0]));
    InvoiceHead::draft(
        parse("C3003.2022-09-05.1"),
        contract,
        &period,
        "Ida Moss",
        Now::at(agency.now),
    )
}

#[test]
fn a_state_is_spelled_as_requests_spell_it_and_said_as_a_sentence_does() {
    let told = InvoiceState::ALL.map(|state| (state.as_str(), state.words(), state.claims()));
    let wanted = [
        ("draft", "a draft", false),
        ("submitted", "submitted", true),
        ("disputed", "disputed", true),
        ("approved", "approved", true),
        ("paid", "paid", true),
        ("deleted", "deleted", false),
    ];
    assert_eq!(told, wanted);
}

#[test]
fn an_attachment_is_what_its_bytes_are_whatever_its_name_says() {
    use AttachmentType::{Jpeg, Pdf, Png};
    for (name, is) in [
        ("a.PDF", Some(Pdf)),
        (" a.png ", Some(Png)),
        ("a.jpg", Some(Jpeg)),
        ("a.jpeg", Some(Jpeg)),
        ("a.pdf.exe", None),
        ("pdf", None),
    ] {
        assert_eq!(AttachmentType::of_name(name), is, "{name}");
    }
    assert_eq!(AttachmentType::of(b"\x89PNG\r\n\x1a\n and more"), Some(Png));
    assert_eq!(AttachmentType::of(b"\xFF\xD8\xFF and more"), Some(Jpeg));
    assert_eq!(AttachmentType::of(b"%PDF-1.7 and more %%EOF\n"), Some(Pdf));
    for not_whole in [&b"%PDF-1.7 and no end"[..], b"no beginning %%EOF", b"%PDF-1.7 %EOF", b""] {
        assert_eq!(AttachmentType::of(not_whole), None);
    }
    let told = [Pdf, Png, Jpeg].map(|it| (it.media_type(), it.ending()));
    assert_eq!(told, [("application/pdf", "pdf"), ("image/png", "png"), ("image/jpeg", "jpg")]);
}

#[test]
fn a_vat_invoice_is_attached_to_a_draft_or_what_is_disputed() {
    let head = draft();
    for state in InvoiceState::ALL {
        let head = InvoiceHead { state, ..head.clone() };
        let may = matches!(state, InvoiceState::Draft | InvoiceState::Disputed);
        assert_eq!(head.can_attach(), may, "{state:?}");
        let uploading = head.clone().upload(" vat.pdf ", AttachmentType::Pdf);
        let attached = head.attach(attachment());
        if may {
            let first = uploading.unwrap().uploading.unwrap();
            assert_eq!((first.file_name.as_str(), first.upload), ("vat.pdf", 1));
            assert_eq!(attached.unwrap().attachment, Some(attachment()));
        } else {
            assert_eq!(uploading.unwrap_err(), CannotChange::NothingAttached { is: state });
            assert_eq!(attached.unwrap_err(), CannotChange::NothingAttached { is: state });
        }
    }
    let once = head.upload("one.pdf", AttachmentType::Pdf).unwrap();
    let twice = once.upload("two.png", AttachmentType::Png).unwrap().uploading.unwrap();
    assert_eq!((twice.file_name.as_str(), twice.upload), ("two.png", 2));
}

#[test]
fn a_dispute_has_a_reason_of_at_most_so_many_characters_and_an_approval_may_have_one() {
    let mut agency = Agency::new();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    let id = agency.invoice(STARTS[0]).unwrap();
    let (head, now) = (agency.heads[&id].clone(), Now::at(agency.now));
    let most = "x".repeat(domain::record::COMMENT_LENGTH_MAX);
    assert!(head.clone().dispute(&most, now).is_ok());
    assert_eq!(head.clone().dispute(&format!("{most}x"), now), Err(CannotChange::ReasonTooLong));
    assert_eq!(head.clone().dispute(" ", now), Err(CannotChange::ReasonRequired));
    let said = |reason| {
        let approved = head.clone().approve(reason, [], now).unwrap();
        approved.history.last().unwrap().reason.clone()
    };
    assert_eq!(
        [said(None), said(Some("  ")), said(Some(" Agreed "))],
        [None, None, Some("Agreed".to_owned())]
    );
}

#[test]
fn a_correction_says_its_first_cause_and_every_change_of_a_draft_changes_its_digest() {
    let mut agency = Agency::new();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    let first = agency.draft(STARTS[0]);
    assert_eq!(first.cause(), None);
    assert_eq!(first.digest.len(), 64);
    agency.invoice(STARTS[0]).unwrap();
    agency.after(1);
    for cpli in agency.facts.cplis.values_mut() {
        for price in cpli.prices.values_mut() {
            price.unit_price = parse("25.00");
        }
    }
    let changed = agency.draft(STARTS[0]);
    let cause = "The price changed from £22.34 to £25.00 after it was invoiced";
    assert_eq!(changed.cause(), Some(cause));
    assert_ne!(changed.digest, first.digest);
    for line in &changed.lines {
        assert!(line.cause.is_some() && line.correction.is_some(), "{line:?}");
    }
    let numbers: Vec<_> = changed.lines.iter().map(|line| line.line).collect();
    assert!(numbers.iter().copied().eq(1..=u32::try_from(numbers.len()).unwrap()));
    assert_ne!(changed.net, Money::ZERO);
}

#[test]
fn care_that_is_taken_back_altogether_says_that_nothing_is_paid_for_any_more() {
    let mut agency = Agency::new();
    agency.fill(STARTS[0]).submit(STARTS[0]).unwrap();
    agency.invoice(STARTS[0]).unwrap();
    let label = agency.draft(STARTS[0]).lines.first().map(|line| line.label.clone());
    assert_eq!(label, None);
    for cpli in agency.facts.cplis.values_mut() {
        cpli.authorised = false;
    }
    let back = agency.draft(STARTS[0]);
    let none = "What is paid for changed from 10.5 hours to none after it was invoiced";
    assert_eq!(back.cause(), Some(none));
    assert!(back.lines.iter().all(|line| line.reverses.is_some()));
    let named = back.lines[0].label.clone();
    assert_ne!(named, domain::item::Label::default());
}
