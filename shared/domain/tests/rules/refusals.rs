//! How the portal says no: what kind of no it is, its stable code, and the fields at fault.

use domain::account::CannotSignIn;
use domain::action::{CannotAct, NotAttached, NotFilledIn};
use domain::announcement::CannotAnnounce;
use domain::api_key::{CannotMake, CannotRevoke, TooFast};
use domain::authorising::CannotAuthorise;
use domain::change_request::CannotRequest;
use domain::contract_document::CannotAnswer;
use domain::failure::{Failure, FieldError, Kind};
use domain::ids::ItemId;
use domain::invoice::{CannotChange, CannotSubmitInvoice, InvoiceState, NotAVatNumber};
use domain::money::{Money, MoneyError};
use domain::pace::Wait;
use domain::record::CannotRespond;
use domain::remittance_note::CannotNote;
use domain::schedule::CannotSchedule;
use domain::sender::TooManyTries;
use domain::statement::CannotCompute;
use domain::upload::{BatchState, CannotGoOn};
use domain::user::{CannotHelp, NotAReason, NotRecognised};
use domain::webhook::CannotTell;
use domain::weeks::{CannotEnter, CannotSubmit};

/// Wants each of `all` to be of the kind and with the code and field beside it; no field: what it says is no one
/// field's fault.
fn are<F: Failure>(all: impl IntoIterator<Item = (F, Kind, &'static str, &'static str)>) {
    for (failure, kind, code, field) in all {
        let fields = failure.fields();
        let fields: Vec<&str> = fields.iter().map(|it| it.field.as_str()).collect();
        let wanted: Vec<&str> = Some(field).filter(|it| !it.is_empty()).into_iter().collect();
        assert_eq!((failure.kind(), failure.code(), fields), (kind, code, wanted), "{failure}");
        let messages = failure.fields();
        assert!(messages.iter().all(|it| !it.message.trim().is_empty()), "{failure}");
        assert!(!failure.to_string().is_empty());
    }
}

fn wrong() -> Vec<FieldError> {
    vec![FieldError::new("name", "Enter a name")]
}

#[test]
fn a_refused_sign_in_says_so_by_a_stable_code_and_what_to_do() {
    use Kind::{Invalid, TooMany};
    are([
        (CannotSignIn::Refused, Invalid, "sign-in-refused", "email"),
        (CannotSignIn::Again, Invalid, "sign-in-again", ""),
        (CannotSignIn::WrongCode, Invalid, "code-wrong", "code"),
        (CannotSignIn::WrongDigits, Invalid, "code-wrong", "code"),
        (CannotSignIn::CodeExpired, Invalid, "code-expired", "code"),
        (CannotSignIn::Locked, Invalid, "account-locked", ""),
        (CannotSignIn::TooManyCodes, TooMany, "too-many-codes", ""),
    ]);
    are([
        (CannotHelp::OwnAccount, Kind::Conflict, "own-account", ""),
        (CannotHelp::HasPassword, Kind::Conflict, "has-password", ""),
        (CannotHelp::Locked, Kind::Conflict, "locked-by-council", ""),
        (CannotHelp::NoAccess, Kind::Conflict, "no-access", ""),
        (CannotHelp::TooManyCodes, TooMany, "too-many-codes", ""),
    ]);
    are([(NotRecognised, Invalid, "invalid", "identity_check")]);
    are([
        (NotAReason::Missing, Invalid, "invalid", "reason"),
        (NotAReason::TooLong, Invalid, "invalid", "reason"),
    ]);
}

#[test]
fn whoever_asks_too_often_is_told_for_how_many_seconds_to_wait() {
    let (fast, tries) = (TooFast(Wait { seconds: 7 }), TooManyTries(Wait { seconds: 90 }));
    assert_eq!((fast.wait_seconds(), tries.wait_seconds()), (Some(7), Some(90)));
    assert_eq!(CannotSignIn::Refused.wait_seconds(), None);
    are([(fast, Kind::TooMany, "too-fast", "")]);
    are([(tries, Kind::TooMany, "too-many-tries", "")]);
}

#[test]
fn a_refused_answer_to_a_statement_says_so_by_a_stable_code_and_field() {
    use Kind::{Conflict, Invalid};
    let field = || "lines[0].comment".to_owned();
    let unknown = "5F1C09A2B7D34E60".parse::<ItemId>().unwrap();
    are([
        (CannotRespond::Changed, Conflict, "statement-changed", ""),
        (CannotRespond::Locked, Conflict, "statement-locked", ""),
        (CannotRespond::NotOpen, Conflict, "statement-not-open", ""),
        (CannotRespond::NotRequired, Conflict, "confirmation-not-required", ""),
        (CannotRespond::NothingOutstanding, Conflict, "nothing-outstanding", ""),
        (
            CannotRespond::CommentRequired { field: field() },
            Invalid,
            "comment-required",
            "lines[0].comment",
        ),
        (
            CannotRespond::CommentTooLong { field: field() },
            Invalid,
            "comment-too-long",
            "lines[0].comment",
        ),
        (CannotRespond::TooMuchQueried, Invalid, "too-much-queried", "lines"),
        (CannotRespond::LineRequired, Invalid, "line-required", "lines"),
        (CannotRespond::LineUnknown(unknown), Invalid, "line-unknown", "lines"),
    ]);
    are([
        (CannotAuthorise::NotLocked, Conflict, "statement-not-locked", ""),
        (CannotAuthorise::Finalised, Conflict, "statement-finalised", ""),
        (CannotAuthorise::Changed, Conflict, "statement-changed", ""),
        (CannotAuthorise::Own, Conflict, "own-adjustment", ""),
    ]);
    are([
        (CannotSchedule::Paused, Conflict, "cycle-paused", ""),
        (CannotSchedule::NotPaused, Conflict, "cycle-not-paused", ""),
        (CannotSchedule::ReasonRequired, Invalid, "invalid", "reason"),
        (CannotSchedule::ReasonTooLong, Invalid, "invalid", "reason"),
    ]);
}

#[test]
fn an_amount_that_is_none_is_the_callers_and_one_that_does_not_fit_is_ours() {
    are([
        ("0.001".parse::<Money>().unwrap_err(), Kind::Invalid, "fraction-of-a-penny", ""),
        ("ten".parse::<Money>().unwrap_err(), Kind::Invalid, "not-an-amount", ""),
        (MoneyError::TooLarge, Kind::Defect, "amount-too-large", ""),
        (MoneyError::NoParts, Kind::Defect, "no-parts", ""),
    ]);
    are([(
        CannotCompute::Amount(MoneyError::TooLarge),
        Kind::Defect,
        "statement-cannot-be-computed",
        "",
    )]);
}

#[test]
fn a_refused_invoice_says_so_by_a_stable_code_and_field() {
    use Kind::{Conflict, Invalid};
    let tax = "6.07".parse().unwrap();
    are([
        (CannotSubmitInvoice::Blank, Invalid, "blank-invoice", ""),
        (CannotSubmitInvoice::Changed, Conflict, "invoice-changed", ""),
        (CannotSubmitInvoice::VatInvoiceMissing, Invalid, "vat-invoice-missing", "attachment"),
        (CannotSubmitInvoice::VatNumberInvalid(None), Invalid, "vat-number-invalid", ""),
        (
            CannotSubmitInvoice::SuppliersTaxOff { tax },
            Invalid,
            "suppliers-tax-off",
            "suppliers_tax",
        ),
        (CannotSubmitInvoice::Amount(MoneyError::TooLarge), Kind::Defect, "amount-too-large", ""),
    ]);
    let (is, to) = (InvoiceState::Paid, InvoiceState::Disputed);
    let earlier = CannotChange::EarlierFirst("C.30.01.2026-04-06.12".parse().unwrap());
    are([
        (CannotChange::From { is, to }, Conflict, "invoice-state", ""),
        (CannotChange::NothingAttached { is }, Conflict, "invoice-state", ""),
        (CannotChange::ReasonRequired, Invalid, "reason-required", "reason"),
        (CannotChange::ReasonTooLong, Invalid, "reason-too-long", "comment"),
        (earlier, Conflict, "earlier-invoice-first", ""),
        (CannotChange::TooManySteps, Conflict, "too-many-steps", ""),
    ]);
    are([
        (NotAVatNumber::NotNineDigits, Invalid, "vat-number-invalid", "vat_number"),
        (NotAVatNumber::WrongCheckDigits, Invalid, "vat-number-invalid", "vat_number"),
    ]);
}

#[test]
fn refused_actuals_say_so_by_a_stable_code() {
    use Kind::{Conflict, Invalid};
    let day = "2026-06-01".parse().unwrap();
    are([
        (CannotEnter::NotYet { from: day }, Conflict, "period-not-yet", ""),
        (CannotEnter::Closed, Conflict, "period-closed", ""),
        (CannotEnter::BeforeOpen { start: day }, Conflict, "period-before-open", ""),
    ]);
    are([
        (CannotSubmit::CannotEnter(CannotEnter::Closed), Conflict, "period-closed", ""),
        (CannotSubmit::NotOver, Conflict, "period-not-over", ""),
        (CannotSubmit::NoWeeks, Conflict, "no-weeks", ""),
        (CannotSubmit::WeeksMissing { count: 2 }, Invalid, "weeks-missing", ""),
    ]);
    are([
        (CannotGoOn::NotThere(BatchState::Applied), Conflict, "batch-not-there", ""),
        (CannotGoOn::NothingToApply, Invalid, "batch-nothing-to-apply", ""),
        (CannotGoOn::NotWhole { rejected: 3 }, Invalid, "batch-not-whole", ""),
    ]);
}

#[test]
fn a_refused_action_or_request_says_so_by_a_stable_code_and_field() {
    use Kind::{Conflict, Forbidden, Invalid};
    let (by, at) = ("Ann".to_owned(), "2026-06-01T09:00:00Z".parse().unwrap());
    are([
        (CannotAct::Done { by: by.clone(), at }, Conflict, "action-changed", ""),
        (CannotAct::Open { by: None }, Conflict, "action-changed", ""),
        (CannotAct::Decided { by, at }, Conflict, "action-changed", ""),
        (CannotAct::NothingProposed, Conflict, "nothing-proposed", ""),
        (CannotAct::Full, Conflict, "action-full", ""),
        (CannotAct::NotYours, Forbidden, "not-allowed", ""),
    ]);
    are([(NotFilledIn { fields: wrong() }, Invalid, "invalid", "name")]);
    are([
        (NotAttached::Empty, Invalid, "attachment-not-accepted", "attachments"),
        (NotAttached::TooMany, Invalid, "attachment-not-accepted", "attachments"),
    ]);
    let text = || "Somebody else".to_owned();
    are([
        (CannotRequest::Decided { what: text() }, Conflict, "request-decided", ""),
        (
            CannotRequest::Waiting { by: text(), name: text(), at: text() },
            Conflict,
            "request-pending",
            "",
        ),
        (CannotRequest::AddressTaken(text()), Conflict, "address-taken", ""),
        (CannotRequest::ContactGone, Conflict, "contact-gone", ""),
        (CannotRequest::Invalid(wrong()), Invalid, "invalid", "name"),
    ]);
}

#[test]
fn a_refused_document_note_announcement_or_key_says_so_by_a_stable_code_and_field() {
    use Kind::{Conflict, Invalid};
    let note = || "Agreed by Ann".to_owned();
    are([
        (CannotAnswer::Answered { note: note() }, Conflict, "document-answered", ""),
        (
            CannotAnswer::Superseded { asked: 1, latest: 2, note: note() },
            Conflict,
            "document-superseded",
            "",
        ),
        (CannotAnswer::ReasonRequired("Say why"), Invalid, "document-reason", "reason"),
        (CannotAnswer::ReasonTooLong, Invalid, "document-reason", "reason"),
    ]);
    are([
        (CannotNote::TooMany, Conflict, "too-many-notes", ""),
        (CannotNote::Withdrawn, Conflict, "note-withdrawn", ""),
        (CannotNote::TextRequired, Invalid, "invalid", "text"),
        (CannotNote::TextTooLong, Invalid, "invalid", "text"),
        (CannotNote::EndsBeforeItBegins, Invalid, "invalid", "to_date"),
        (CannotNote::Past, Invalid, "invalid", "to_date"),
        (CannotNote::ReasonRequired, Invalid, "invalid", "reason"),
        (CannotNote::ReasonTooLong, Invalid, "invalid", "reason"),
    ]);
    are([
        (CannotAnnounce::Invalid(wrong()), Invalid, "invalid", "name"),
        (CannotAnnounce::TooMany, Conflict, "too-many-announcements", ""),
        (CannotAnnounce::Gone, Conflict, "announcement-gone", ""),
    ]);
    are([
        (CannotMake::Form(wrong()), Invalid, "invalid", "name"),
        (CannotMake::TooMany, Conflict, "too-many-keys", ""),
    ]);
    are([
        (CannotRevoke::ReasonMissing, Invalid, "invalid", "reason"),
        (CannotRevoke::ReasonTooLong, Invalid, "invalid", "reason"),
    ]);
    are([
        (CannotTell::Form(wrong()), Invalid, "invalid", "name"),
        (CannotTell::TooMany, Conflict, "too-many-endpoints", ""),
    ]);
}

#[test]
fn a_message_of_the_specification_keeps_its_code_beside_the_field() {
    let coded = FieldError::coded("actual", "E22", "Actual 3 is not planned 4");
    assert_eq!(coded.code.as_deref(), Some("E22"));
    assert_eq!(FieldError::new("actual", "Enter a number").code, None);
}
