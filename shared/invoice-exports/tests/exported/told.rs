//! Invoices and credit notes as other programs are told of them.

use domain::facts::VatCategory;
use domain::money::Money;
use invoice_exports::NotExported;
use proptest::prelude::*;

use crate::documents::Made;
use crate::rules;

#[test]
fn an_invoice_of_exempt_care_says_why_there_is_no_tax() {
    let made = Made::invoice(VatCategory::Exempt);
    let ubl = made.ubl().unwrap();
    rules::assert_kept(&ubl);
    insta::assert_snapshot!(ubl);
}

#[test]
fn a_credit_note_names_the_invoice_whose_lines_it_takes_back() {
    let made = Made::credit_note(VatCategory::Exempt);
    let ubl = made.ubl().unwrap();
    rules::assert_kept(&ubl);
    insta::assert_snapshot!(ubl);
}

#[test]
fn the_suppliers_own_tax_is_what_is_claimed() {
    let mut made = Made::invoice(VatCategory::Standard);
    made.suppliers_tax("86.70");
    let ubl = made.ubl().unwrap();
    rules::assert_kept(&ubl);
    assert!(ubl.contains("<cbc:TaxAmount currencyID=\"GBP\">86.70</cbc:TaxAmount>"), "{ubl}");
    assert!(
        ubl.contains("<cbc:PayableAmount currencyID=\"GBP\">520.29</cbc:PayableAmount>"),
        "{ubl}"
    );
}

#[test]
fn who_is_not_registered_for_vat_is_outside_its_scope() {
    for vat_number in [None, Some("123456789")] {
        for category in [VatCategory::Exempt, VatCategory::Zero] {
            let mut made = Made::invoice(category);
            made.provider.vat_number = vat_number.map(str::to_owned);
            let ubl = made.ubl().unwrap();
            rules::assert_kept(&ubl);
            assert!(!ubl.contains("cac:PartyTaxScheme") && !ubl.contains("cbc:Percent"), "{ubl}");
        }
    }
}

#[test]
fn what_people_typed_cannot_break_a_document_and_no_client_is_named() {
    let mut made = Made::invoice(VatCategory::Zero);
    made.provider.name = "</cbc:RegistrationName> & <Co> \"Ltd\"\u{1}".to_owned();
    made.body.lines[0].label.service = Some("North & <South>".to_owned());
    let ubl = made.ubl().unwrap();
    rules::assert_kept(&ubl);
    assert!(ubl.contains("North &amp; &lt;South&gt;, Personal care"), "{ubl}");
    assert!(!ubl.contains("Adams"), "{ubl}");
}

#[test]
fn csv_has_a_row_a_line_and_adds_up_to_the_total() {
    for made in [Made::invoice(VatCategory::Standard), Made::credit_note(VatCategory::Standard)] {
        let csv = String::from_utf8(made.document().csv().unwrap()).unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let at = reader.headers().unwrap().iter().position(|it| it == "Amount").unwrap();
        let amounts = reader.records().map(|it| it.unwrap()[at].parse::<Money>().unwrap());
        assert_eq!(Money::total(amounts).unwrap(), made.body.total);
        insta::assert_snapshot!(csv);
    }
}

#[test]
fn no_cell_of_the_csv_is_a_formula() {
    let mut made = Made::invoice(VatCategory::Zero);
    made.body.contract_name = "=HYPERLINK(1)".to_owned();
    made.body.lines[0].label.client = Some("@Adams".to_owned());
    let csv = String::from_utf8(made.document().csv().unwrap()).unwrap();
    assert!(csv.contains(",'=HYPERLINK(1),") && csv.contains(",'@Adams,"), "{csv}");
}

#[test]
fn a_document_that_does_not_add_up_is_not_written() {
    let mut made = Made::invoice(VatCategory::Standard);
    made.body.net = made.body.net.plus(Money::from_pence(1)).unwrap();
    assert!(matches!(made.document().ubl(), Err(NotExported::DoesNotAddUp("net amount"))));
    let mut made = Made::invoice(VatCategory::Standard);
    made.body.total = made.body.net;
    assert!(matches!(made.document().ubl(), Err(NotExported::DoesNotAddUp("total"))));
    let mut made = Made::credit_note(VatCategory::Standard);
    made.before.clear();
    assert!(matches!(made.document().ubl(), Err(NotExported::UnknownBefore(_))));
    assert!(matches!(made.document().csv(), Err(NotExported::UnknownBefore(_))));
}

proptest! {
    #[test]
    fn the_rules_are_kept_whatever_was_delivered(
        quantities in prop::collection::vec((0_i64..100_000, 1_i64..1_000_000, any::<bool>()), 1..12),
        category in prop::sample::select(vec![VatCategory::Exempt, VatCategory::Zero, VatCategory::Standard]),
        weekly in prop::option::of(1_i64..50_000),
    ) {
        let made = Made::of(category, &quantities, weekly);
        rules::assert_kept(&made.ubl().unwrap());
        prop_assert!(made.document().csv().is_ok());
    }
}
