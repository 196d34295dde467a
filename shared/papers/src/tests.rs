//! What holds for every paper. Whether they are PDF/UA is checked by tests/shape.

use std::time::{Duration, Instant};

use crate::samples::{HARD, a_document, all, an_advice, an_empty_order, an_order, printed};
use crate::{contract_document, purchase_order};

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    for ((name, first), (_, second)) in all().into_iter().zip(all()) {
        assert!(first == second, "{name}");
    }
}

#[test]
fn another_fact_gives_other_bytes() {
    let (mut later, mut corrected) = (an_order(), an_order());
    later.revision += 1;
    corrected.lines[0].days = 182;
    let made: Vec<_> =
        [an_order(), later, corrected].iter().map(|it| purchase_order(it).unwrap()).collect();
    assert!(made[0] != made[1] && made[0] != made[2] && made[1] != made[2]);
}

#[test]
fn every_paper_says_that_it_is_for_everybody_in_british_english_and_when_it_was_made() {
    let made = purchase_order(&an_order()).unwrap();
    assert!(made.starts_with(b"%PDF-1.7"));
    assert!(has(&made, "<pdfuaid:part>1</pdfuaid:part>"));
    assert!(has(&made, "/Lang(en-GB)"));
    assert!(has(&made, "Purchase order A272433 2026-27"));
    assert!(has(&made, "D:20261122093000"));
}

#[test]
fn no_text_is_markup_and_every_text_can_be_printed() {
    let mut order = an_empty_order();
    for text in [HARD, "", " ", "\n\n", "]#panic()[", "\u{0}\u{e000}\u{10ffff}", "'+=-@"] {
        text.clone_into(&mut order.client);
        text.clone_into(&mut order.provider_name);
        text.clone_into(&mut order.council_name);
        text.clone_into(&mut order.order_ref);
        order.provider_address = Some(text.to_owned());
        purchase_order(&order).unwrap();
        let mut document = a_document();
        text.clone_into(&mut document.doc_type);
        text.clone_into(&mut document.clauses[0].heading);
        text.clone_into(&mut document.clauses[0].paragraphs[0]);
        text.clone_into(&mut document.details[0].label);
        contract_document(&document).unwrap();
    }
}

#[test]
fn a_payment_of_a_thousand_clients_is_printed_in_time() {
    let started = Instant::now();
    let made = printed(&an_advice(1_000));
    assert!(has(&made, "%PDF"));
    // Unoptimised and beside other tests; a function has 30 seconds.
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
}
