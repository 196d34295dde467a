//! What is decided by hand is what the import then makes of it, once, and shows the pounds that it shows.

use cloud::Fuse;
use domain::clock::Now;
use domain::facts::DirectiveKind;
use domain::failure::Failure;
use domain::money::Money;
use files::{Objects, Place};
use imports::Imports;
use messages::Queue;
use sha2::{Digest, Sha256};
use statements::{DueContract, Statements, WhichStatement};
use store::Store;
use testing::{Council, at, day, parse};

use crate::{Deciding, Decisions, Officer, Ruling, Verdict};

const SITE: &str = "https://portal.example";
const FIRST: &str = "2022-09-05";
const SECOND: &str = "2022-10-03";
/// After the first statement is locked, before it is finalised.
const NOON: &str = "2022-09-29T18:00:00Z";

struct World {
    store: Store,
    objects: Objects,
}

impl World {
    /// Lake House, whose first statement is locked.
    async fn new() -> Self {
        let (store, objects) = (Store::in_memory(), Objects::in_memory());
        Council::lake_house().save(&store).await;
        let world = Self { store, objects };
        // Whose contract and care package it is, the import asks by these.
        world.locate().await;
        world.statements().settle(&lake_house(), at(NOON)).await.unwrap();
        world
    }

    async fn locate(&self) {
        let home = serde_json::json!({"provider_ref": "P1001", "contract_ref": "C3001"});
        let keys = [
            store::keys::Key::contract_locator(&parse("C3001")),
            store::keys::Key::cpli_locator(&parse("164628")),
        ];
        let put = keys.map(|key| store::Action::put(key, &home));
        self.store.seed(put.to_vec()).await.unwrap();
    }

    fn statements(&self) -> Statements {
        Statements::with(self.store.clone(), self.objects.clone(), SITE)
    }

    fn decisions(&self) -> Decisions {
        Decisions::with(self.store.clone(), self.objects.clone(), SITE)
    }

    fn cut_by(&self, fuse: &Fuse) -> Decisions {
        let store = self.store.with_fuse(fuse.clone());
        Decisions::with(store, self.objects.with_fuse(fuse.clone()), SITE)
    }

    /// What was dropped, by name.
    fn dropped(&self) -> Vec<(String, String)> {
        let inbox = "upload/council/inbox/";
        let files = self.objects.dump().into_iter();
        files
            .filter_map(|(name, text)| Some((name.strip_prefix(inbox)?.to_owned(), text)))
            .collect()
    }

    async fn take_in(&self, name: &str) {
        let (store, objects) = (self.store.clone(), self.objects.clone());
        let random = |email: &domain::sign_in::EmailAddress| Sha256::digest(email.as_str()).into();
        let place = Place::council_inbox(name);
        let imports = Imports::with(store, objects, Queue::in_memory(), random);
        imports.take_in(&place.name, None, at(NOON)).await.unwrap();
        let stem = name.trim_end_matches(".csv");
        let summary = Place::council_outbox(&format!("{stem}_summary.json"));
        let summary = self.objects.get(&summary, 100_000).await.unwrap().unwrap();
        let summary: serde_json::Value = summary.json().unwrap();
        let refused = (&summary["rows_rejected"], &summary["rows_pending"]);
        assert_eq!(refused, (&0.into(), &0.into()), "{summary}");
    }

    async fn payable(&self, start: &str) -> Money {
        let of = WhichStatement {
            provider_ref: parse("P1001"),
            contract_ref: parse("C3001"),
            period_start: day(start),
        };
        let shown = self.statements().council_shown(&of, at(NOON)).await.unwrap();
        shown.shown.statement.totals().unwrap().payable
    }

    /// Decides, takes in what was dropped, and finds that the statements come to what was said before.
    async fn made(&self, request: &str, ruling: Ruling) {
        let plan = self.decisions().plan(&ruling, &parse("ST02"), at(NOON)).await.unwrap();
        for effect in &plan.effects {
            assert_eq!(self.payable(&effect.period_start.to_string()).await, effect.now);
        }
        let deciding = Deciding { request_id: parse(request), ruling };
        let made = self.decisions().decide(&martin(), &deciding, at(NOON)).await.unwrap();
        self.take_in(&made.file.unwrap()).await;
        for effect in &plan.effects {
            let start = effect.period_start.to_string();
            assert_eq!(self.payable(&start).await, effect.then, "{start}");
        }
    }
}

fn lake_house() -> DueContract {
    DueContract { contract_ref: parse("C3001"), provider_ref: parse("P1001") }
}

fn martin() -> Officer {
    Officer { staff_ref: parse("ST02"), name: "Martin Selby".to_owned() }
}

fn suspend(from: &str) -> Ruling {
    Ruling::Direct {
        provider_ref: parse("P1001"),
        contract_ref: parse("C3001"),
        cpli_id: Some(parse("164628")),
        kind: DirectiveKind::Suspend,
        from_date: day(from),
        to_date: None,
        reason: "Under review".to_owned(),
    }
}

fn adjust(amount: &str, start: &str, instalments: u32) -> Ruling {
    Ruling::Adjust {
        provider_ref: parse("P1001"),
        contract_ref: parse("C3001"),
        cpli_id: None,
        amount: parse(amount),
        period_start: day(start),
        instalments,
        reason: "Agreed with the home".to_owned(),
    }
}

fn deciding(ruling: Ruling) -> Deciding {
    Deciding { request_id: parse("11111111-aaaa"), ruling }
}

#[tokio::test]
async fn a_suspension_pays_what_was_shown_and_its_end_releases_it() {
    let world = World::new().await;
    world.made("11111111-aaaa", suspend(FIRST)).await;
    assert_eq!(world.payable(FIRST).await, parse("0.00"), "locked, and still to be paid");
    let known = world.store.known_facts(&parse("P1001"), &parse("C3001")).await.unwrap();
    let directive = known.facts.directives.values().next().unwrap().clone();
    assert_eq!(directive.made_by, [parse("ST02")]);
    let end = Ruling::End {
        provider_ref: parse("P1001"),
        contract_ref: parse("C3001"),
        directive_ref: directive.directive_ref.clone(),
        to_date: day(SECOND),
        reason: "Reviewed".to_owned(),
    };
    let imogen = Officer { staff_ref: parse("ST09"), name: "Imogen Hart".to_owned() };
    let ended = Deciding { request_id: parse("22222222-aaaa"), ruling: end };
    let made = world.decisions().decide(&imogen, &ended, at(NOON)).await.unwrap();
    world.take_in(&made.file.unwrap()).await;
    let known = world.store.known_facts(&parse("P1001"), &parse("C3001")).await.unwrap();
    let ended = &known.facts.directives[&directive.directive_ref];
    assert_eq!(ended.to_date, Some(day(SECOND)));
    assert_eq!(ended.made_by, [parse("ST02"), parse("ST09")], "neither of them authorises it");
}

#[tokio::test]
async fn a_directive_is_withdrawn_before_a_statement_that_it_covers_is_locked() {
    let world = World::new().await;
    for (from, request, taken_back) in [(FIRST, "11111111", false), (SECOND, "22222222", true)] {
        let before = world.payable(SECOND).await;
        world.made(&format!("{request}-aaaa"), suspend(from)).await;
        let known = world.store.known_facts(&parse("P1001"), &parse("C3001")).await.unwrap();
        let made = known.facts.directives.values().find(|it| it.from_date == day(from)).unwrap();
        let end = |to_date| Ruling::End {
            provider_ref: parse("P1001"),
            contract_ref: parse("C3001"),
            directive_ref: made.directive_ref.clone(),
            to_date,
            reason: "It was a mistake".to_owned(),
        };
        let day_before = day(from).pred_opt().unwrap();
        let (decisions, martin) = (world.decisions(), parse("ST02"));
        let earlier = end(day_before.pred_opt().unwrap());
        let earlier = decisions.plan(&earlier, &martin, at(NOON)).await;
        assert!(earlier.is_err(), "only the day before it begins withdraws it");
        let plan = decisions.plan(&end(day_before), &martin, at(NOON)).await;
        assert_eq!(plan.is_ok(), taken_back, "{from}");
        if taken_back {
            world.made(&format!("{request}-bbbb"), end(day_before)).await;
            let known = world.store.known_facts(&parse("P1001"), &parse("C3001")).await.unwrap();
            assert!(known.facts.directives[&made.directive_ref].is_withdrawn());
            assert_eq!(world.payable(SECOND).await, before);
        } else {
            world.made(&format!("{request}-cccc"), end(day(from))).await;
        }
    }
}

#[tokio::test]
async fn an_adjustment_in_instalments_pays_what_was_shown_and_waits_for_a_second_person() {
    let world = World::new().await;
    world.made("11111111-aaaa", adjust("-100.00", SECOND, 3)).await;
    assert_eq!(world.payable(SECOND).await, parse("3428.51"));
    let statements = world.statements();
    let locks = at("2022-10-27T18:00:00Z");
    statements.settle(&lake_house(), locks).await.unwrap();
    let settled = statements.settle(&lake_house(), at("2022-10-29T09:00:00Z")).await.unwrap();
    assert!(settled.finalised.is_empty());
}

#[tokio::test]
async fn the_same_request_is_one_decision_and_one_file_whatever_it_says_the_second_time() {
    let world = World::new().await;
    let decisions = world.decisions();
    let first = decisions.decide(&martin(), &deciding(suspend(FIRST)), at(NOON)).await.unwrap();
    let later = Now::at(at(NOON).instant + chrono::Duration::minutes(3));
    let again = decisions.decide(&martin(), &deciding(suspend(SECOND)), later).await.unwrap();
    assert_eq!(first.file, again.file);
    assert_eq!(world.dropped().len(), 1);
    let history = decisions.history((&parse("P1001"), &parse("C3001")), 10, None).await.unwrap();
    assert_eq!((history.0.len(), &*history.0[0].name), (1, "Martin Selby"));
}

#[tokio::test]
async fn two_decisions_of_one_second_are_two_files() {
    let world = World::new().await;
    let decisions = world.decisions();
    for request_id in ["11111111-aaaa", "22222222-aaaa"] {
        let deciding = Deciding { request_id: parse(request_id), ruling: suspend(FIRST) };
        decisions.decide(&martin(), &deciding, at(NOON)).await.unwrap();
    }
    let names: Vec<_> = world.dropped().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["directives_20220929T190000.csv", "directives_20220929T190001.csv"]);
}

#[tokio::test]
async fn cut_off_anywhere_the_same_request_or_the_job_finishes_it_once() {
    let undisturbed = World::new().await;
    let made = deciding(suspend(FIRST));
    undisturbed.decisions().decide(&martin(), &made, at(NOON)).await.unwrap();
    let files = undisturbed.dropped();
    for by_job in [false, true] {
        for cut in 1.. {
            let world = World::new().await;
            let fuse = Fuse::blowing_at(cut);
            let died = world.cut_by(&fuse).decide(&martin(), &made, at(NOON)).await;
            if !fuse.has_blown() {
                died.unwrap();
                assert!(cut > 8, "there are more calls than that");
                break;
            }
            died.unwrap_err();
            if by_job {
                world.decisions().finish().await.unwrap();
            }
            world.decisions().decide(&martin(), &made, at(NOON)).await.unwrap();
            assert_eq!(world.decisions().finish().await.unwrap(), 0, "nothing is left");
            assert_eq!(world.dropped(), files, "cut {cut}, {:?}", fuse.blown_label());
        }
    }
}

#[tokio::test]
async fn a_locked_period_is_not_adjusted_and_an_unknown_line_not_directed() {
    let world = World::new().await;
    let refused = async |ruling: Ruling| {
        let refused = world.decisions().plan(&ruling, &parse("ST02"), at(NOON)).await;
        refused.unwrap_err().fields()[0].field.clone()
    };
    assert_eq!(refused(adjust("10.00", FIRST, 1)).await, "period_start");
    assert_eq!(refused(adjust("0.00", SECOND, 1)).await, "amount");
    assert_eq!(refused(adjust("10.00", SECOND, 121)).await, "instalments");
    let Ruling::Direct { provider_ref, contract_ref, kind, from_date, to_date, reason, .. } =
        suspend(FIRST)
    else {
        panic!("a directive")
    };
    let cpli_id = Some(parse("999999"));
    let other =
        Ruling::Direct { provider_ref, contract_ref, cpli_id, kind, from_date, to_date, reason };
    assert_eq!(refused(other).await, "cpli_id");
}

#[tokio::test]
async fn a_submitted_invoice_waits_until_it_is_decided_about_as_the_councils_file_would() {
    let world = World::new().await;
    let draft: domain::invoice::InvoiceHead = serde_json::from_value(serde_json::json!({
        "invoice_id": "C3001.2022-09-05.1", "provider_ref": "P1001",
        "contract_name": "Home care", "period_end": "2022-10-02", "state": "draft", "claim": null,
        "attachment": null, "history": [], "taken_in": null, "paid_in": null, "version": 0
    }))
    .unwrap();
    world.store.save_invoice(&draft).await.unwrap();
    let waiting = async || world.decisions().waiting_invoices(10, None).await.unwrap().0;
    assert_eq!(waiting().await, []);
    let next = world.store.next_invoice_number(&parse("P1001")).await.unwrap();
    let claim = serde_json::json!({
        "number": next.number, "kind": "invoice", "net": "100.00",
        "vat": {"category": "exempt", "percent": "0", "tax": "0.00", "suppliers_tax": null},
        "total": "100.00", "lines": 1, "digest": "00", "submitted_at": "2022-09-20T09:00:00Z",
        "submitted_by": "Ada Brome", "takes_back": []
    });
    let head = world.store.invoice(&parse("P1001"), &draft.invoice_id).await.unwrap().unwrap();
    let submitted = head.submit(serde_json::from_value(claim).unwrap()).unwrap();
    world.store.submit_invoice(&submitted, next).await.unwrap();
    assert_eq!(waiting().await.len(), 1);
    let dispute = |reason: &str| Ruling::Invoice {
        provider_ref: parse("P1001"),
        invoice_id: draft.invoice_id.clone(),
        verdict: Verdict::Dispute,
        reason: reason.to_owned(),
    };
    let unsaid = world.decisions().plan(&dispute(" "), &parse("ST02"), at(NOON)).await;
    assert_eq!(unsaid.unwrap_err().code(), "reason-required");
    let disputed = deciding(dispute("Two weeks only"));
    let made = world.decisions().decide(&martin(), &disputed, at(NOON)).await.unwrap();
    world.take_in(&made.file.unwrap()).await;
    assert_eq!(waiting().await, []);
    let head = world.store.invoice(&parse("P1001"), &draft.invoice_id).await.unwrap().unwrap();
    assert_eq!(head.state, domain::invoice::InvoiceState::Disputed);
    let again = Deciding { request_id: parse("33333333-aaaa"), ..disputed };
    let refused = world.decisions().decide(&martin(), &again, at(NOON)).await.unwrap_err();
    assert_eq!(refused.code(), "invoice-state");
}
