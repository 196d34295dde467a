//! What a provider's answer counts for, and what others see of it.

use domain::authorising::Authorised;
use domain::facts::Confirmation;
use domain::item::ItemStatus;
use domain::record::{Response, StatementRecord};
use testing::{instant, parse};

use crate::desk::{Desk, confirmed, finalised, queried, rejected};

fn october() -> Desk {
    Desk::from_period("2022-10-03")
}

#[test]
fn an_answer_counts_for_the_items_that_were_read_and_no_others() {
    use Confirmation::{NotRequired, Required};
    let open = october().open();
    let digest = open.digest();
    let answered_at = instant("2022-11-20T10:00:00Z");
    let anew = |superseded_at| Response::Unconfirmed { superseded_at };
    for answer in [confirmed(&open), queried(&open), rejected(&open)] {
        assert_eq!(answer.effective(Required, &digest), answer);
        assert_eq!(answer.effective(NotRequired, &digest), answer);
        assert_eq!(answer.effective(Required, "other"), anew(Some(answered_at)));
        assert_eq!(answer.effective(NotRequired, "other"), Response::NotRequired);
    }
    let superseded = anew(Some(answered_at));
    assert_eq!(superseded.effective(Required, &digest), superseded);
    assert_eq!(superseded.effective(NotRequired, &digest), Response::NotRequired);
    assert_eq!(Response::NotRequired.effective(Required, &digest), anew(None));
    assert_eq!(Response::NotRequired.effective(NotRequired, &digest), Response::NotRequired);
    assert_eq!(queried(&open).queries().len(), 1);
    assert!(confirmed(&open).queries().is_empty() && anew(None).queries().is_empty());
}

#[test]
fn whoever_is_paid_for_empty_beds_sees_their_own_totals_and_nothing_of_who_answered() {
    let desk = october();
    let open = desk.open();
    let start = open.period.start_date;
    let mut part = open.clone();
    part.items.clear();
    let totals = part.totals().unwrap();
    let authorised = Authorised {
        by: parse("ST1"),
        name: "Connie Figg".to_owned(),
        at: instant("2022-11-21T10:00:00Z"),
        digest: open.digest(),
    };
    for response in [confirmed(&open), queried(&open), rejected(&open)] {
        let answer = response.answer().unwrap().clone();
        let whole = StatementRecord {
            response: response.clone(),
            authorised: Some(authorised.clone()),
            finalised: Some(finalised(&open)),
            ..StatementRecord::new(&desk.facts.contract, start)
        };
        let seen = whole.clone().for_payee(totals, 0);
        let quiet = seen.response.answer().unwrap();
        assert_eq!([&quiet.by, &quiet.by_email, &quiet.comment], ["", "", ""]);
        assert_eq!((quiet.at, &quiet.digest), (answer.at, &answer.digest));
        assert_eq!(seen.response.state(), response.state());
        assert!(seen.response.queries().is_empty() && seen.authorised.is_none());
        let paid = seen.finalised.clone().unwrap();
        assert_eq!((paid.totals, paid.lines), (totals, 0));
        assert_eq!((paid.run_id, paid.at), (finalised(&open).run_id, finalised(&open).at));
        assert_eq!((seen.contract_ref, seen.period_start), (whole.contract_ref, start));
    }
}

#[test]
fn of_two_who_are_paid_each_sees_the_own_items_and_sums_and_not_why_the_others_are_held() {
    let mut desk = october();
    let mut other = desk.cpli("164628").clone();
    other.cpli_id = parse("164629");
    desk.facts.cplis.insert(other.cpli_id.clone(), other);
    let mut body = desk.finalise_with(rejected).clone();
    body.items[1].payee = parse("P9");
    body.items[1].status = ItemStatus::Payable;
    body.items[1].amount = parse("10.00");
    let of = |provider: &str| body.totals_of(&parse(provider)).unwrap();
    let (own, others) = (of(body.provider_ref.as_str()), of("P9"));
    assert_eq!([own.payable, own.non_payable].map(|it| it.to_string()), ["0.00", "3461.84"]);
    assert_eq!([others.payable, others.non_payable].map(|it| it.to_string()), ["10.00", "0.00"]);
    assert_eq!(of("P8").total.to_string(), "0.00");
    let sums = body.totals_by_status().unwrap();
    let sums: Vec<_> = sums.into_iter().map(|(is, sum)| (is, sum.to_string())).collect();
    let wanted = [(ItemStatus::Payable, "10.00"), (ItemStatus::Suspended, "3461.84")];
    assert_eq!(sums, wanted.map(|(is, sum)| (is, sum.to_owned())));

    let reason = |provider: &str| {
        let seen = body.seen_by(&parse(provider)).unwrap();
        let held = seen.items.iter().find_map(|item| item.hold.clone());
        (seen.items.len(), held.unwrap().reason)
    };
    let mine = "You rejected this statement: The 14th is wrong";
    assert_eq!(reason(body.provider_ref.as_str()), (2, mine.to_owned()));
    let theirs = "The contract's provider has not agreed to this yet";
    assert_eq!(reason("P9"), (1, theirs.to_owned()));
    assert_eq!(body.seen_by(&parse("P8")), None);
}
