//! The business rules of EN 16931 that an invoice of ours could break, by their own names.

use domain::money::Money;
use rust_decimal::Decimal;

use crate::tree::Element;

pub(crate) fn assert_kept(xml: &str) {
    let root = Element::read(xml);
    let (line, quantity, code) = match root.name.as_str() {
        "Invoice" => ("cac:InvoiceLine", "cbc:InvoicedQuantity", ("cbc:InvoiceTypeCode", "380")),
        "CreditNote" => {
            ("cac:CreditNoteLine", "cbc:CreditedQuantity", ("cbc:CreditNoteTypeCode", "381"))
        }
        other => panic!("{other}"),
    };
    assert_eq!(root.only(code.0).text, code.1, "BR-04");
    assert_eq!(root.only("cbc:CustomizationID").text, "urn:cen.eu:en16931:2017", "BR-01");
    assert_eq!(root.only("cbc:DocumentCurrencyCode").text, "GBP", "BR-05");
    let lines = root.all(line);
    assert!(!lines.is_empty(), "BR-16");
    parties(&root);
    totals(&root, &lines);
    tax(&root, &lines);
    for line in lines {
        line_kept(line, quantity);
    }
    order(&root);
}

fn parties(root: &Element) {
    for party in ["cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"]
    {
        let party = root.only(party);
        assert!(
            !party.only("cac:PartyLegalEntity/cbc:RegistrationName").text.is_empty(),
            "BR-06, 07"
        );
        let country = party.only("cac:PostalAddress/cac:Country/cbc:IdentificationCode");
        assert_eq!(country.text, "GB", "BR-09, BR-11");
    }
    let seller = root.only("cac:AccountingSupplierParty/cac:Party");
    assert!(!seller.only("cac:PartyIdentification/cbc:ID").text.is_empty(), "BR-CO-26");
    for number in seller.all("cac:PartyTaxScheme/cbc:CompanyID") {
        assert!(number.text.starts_with("GB") && number.text.len() == 11, "BR-CO-09");
    }
}

fn totals(root: &Element, lines: &[&Element]) {
    let total = |name: &str| {
        let path = format!("cac:LegalMonetaryTotal/cbc:{name}");
        assert_eq!(root.only(&path).attribute("currencyID"), "GBP");
        assert!(root.number(&path).scale() <= 2, "BR-DEC: {name}");
        root.number(&path)
    };
    let tax = root.number("cac:TaxTotal/cbc:TaxAmount");
    let of_lines: Decimal = lines.iter().map(|it| it.number("cbc:LineExtensionAmount")).sum();
    assert_eq!(total("LineExtensionAmount"), of_lines, "BR-CO-10");
    assert_eq!(total("TaxExclusiveAmount"), of_lines, "BR-CO-13");
    let subtotals = root.all("cac:TaxTotal/cac:TaxSubtotal");
    let of_subtotals: Decimal = subtotals.iter().map(|it| it.number("cbc:TaxAmount")).sum();
    assert_eq!(tax, of_subtotals, "BR-CO-14");
    assert_eq!(total("TaxInclusiveAmount"), of_lines + tax, "BR-CO-15");
    assert_eq!(total("PayableAmount"), total("TaxInclusiveAmount"), "BR-CO-16");
    let has_terms = !root.all("cac:PaymentTerms/cbc:Note").is_empty();
    if root.name == "Invoice" {
        assert!(has_terms || total("PayableAmount") <= Decimal::ZERO, "BR-CO-25");
    }
    assert!(total("PayableAmount") >= Decimal::ZERO, "it would be the other sort of document");
}

fn tax(root: &Element, lines: &[&Element]) {
    let subtotal = root.only("cac:TaxTotal/cac:TaxSubtotal");
    let (taxable, tax) = (subtotal.number("cbc:TaxableAmount"), subtotal.number("cbc:TaxAmount"));
    let category = subtotal.only("cac:TaxCategory");
    let code = category.only("cbc:ID").text.as_str();
    let percent = category.all("cbc:Percent").first().map(|it| it.text.as_str());
    for line in lines {
        let of_line = line.only("cac:Item/cac:ClassifiedTaxCategory");
        assert_eq!(of_line.only("cbc:ID").text, code, "BR-CO-04, BR-O-11");
        let of_line = of_line.all("cbc:Percent").first().map(|it| it.text.as_str());
        assert_eq!(of_line, percent, "BR-S-08");
    }
    let of_lines: Decimal = lines.iter().map(|it| it.number("cbc:LineExtensionAmount")).sum();
    assert_eq!(taxable, of_lines, "BR-S-08, BR-Z-08, BR-E-08, BR-O-08");
    let rate: Decimal = percent.unwrap_or("0").parse().unwrap();
    let computed = Money::rounded(taxable * rate / Decimal::ONE_HUNDRED).unwrap();
    // The supplier's own figure may be a penny a line off (domain.md section 5, rule 8).
    let off = (computed.pounds() - tax).abs();
    assert!(off <= Decimal::new(1, 2) * Decimal::from(lines.len()), "BR-CO-17, BR-S-09");
    let reason = category.all("cbc:TaxExemptionReason").len();
    let registered = root.all("cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme").len();
    match code {
        "S" => assert!(rate > Decimal::ZERO && reason == 0 && registered == 1, "BR-S-02, 05, 10"),
        "Z" => assert!(percent == Some("0") && reason == 0 && registered == 1, "BR-Z-02, 05, 10"),
        "E" => assert!(percent == Some("0") && reason == 1 && registered == 1, "BR-E-02, 05, 10"),
        "O" => assert!(percent.is_none() && reason == 1 && registered == 0, "BR-O-02, 05, 10"),
        other => panic!("{other}"),
    }
}

fn line_kept(line: &Element, quantity: &str) {
    assert!(!line.only("cbc:ID").text.is_empty(), "BR-21");
    assert!(["HUR", "DAY", "C62"].contains(&line.only(quantity).attribute("unitCode")), "BR-23");
    assert!(!line.only("cac:Item/cbc:Name").text.is_empty(), "BR-25");
    let price = line.number("cac:Price/cbc:PriceAmount");
    assert!(!price.is_sign_negative(), "BR-27");
    let per = line.number("cac:Price/cbc:BaseQuantity");
    let amount = Money::rounded(line.number(quantity) * price / per).unwrap().pounds();
    assert_eq!(amount, line.number("cbc:LineExtensionAmount"), "quantity × price");
}

/// The schemas want the children in this order.
fn order(root: &Element) {
    let order = [
        "cbc:CustomizationID",
        "cbc:ID",
        "cbc:IssueDate",
        "cbc:InvoiceTypeCode",
        "cbc:CreditNoteTypeCode",
        "cbc:DocumentCurrencyCode",
        "cbc:BuyerReference",
        "cac:InvoicePeriod",
        "cac:BillingReference",
        "cac:ContractDocumentReference",
        "cac:AccountingSupplierParty",
        "cac:AccountingCustomerParty",
        "cac:PaymentTerms",
        "cac:TaxTotal",
        "cac:LegalMonetaryTotal",
        "cac:InvoiceLine",
        "cac:CreditNoteLine",
    ];
    let place = |child: &Element| order.iter().position(|it| *it == child.name).unwrap();
    assert!(root.children.is_sorted_by_key(place), "{:?}", root.name);
}
