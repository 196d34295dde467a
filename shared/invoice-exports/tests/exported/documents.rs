//! Documents of a homecare agency.

use std::collections::BTreeMap;

use domain::facts::{ContributionKind, Provider, Unit, VatCategory};
use domain::invoice::{DocumentKind, InvoiceBody, InvoiceId, InvoiceLine, LineRef, Vat};
use domain::item::{ActualCare, Basis, Correction, ItemKind, Label};
use domain::money::Money;
use invoice_exports::{Before, Document};
use rust_decimal::Decimal;
use testing::{day, instant, parse, provider};

pub(crate) struct Made {
    pub(crate) body: InvoiceBody,
    pub(crate) provider: Provider,
    pub(crate) before: BTreeMap<InvoiceId, Before>,
}

/// Care of a week in hours.
fn care(quantity: &str, unit_price: &str) -> InvoiceLine {
    hours(parse(quantity), parse(unit_price))
}

fn hours(quantity: Decimal, unit_price: Decimal) -> InvoiceLine {
    let care = ActualCare {
        actual: quantity,
        frustrated: Decimal::ZERO,
        frustrated_percent: Decimal::ZERO,
        quantity,
        unit: Unit::Hour,
        unit_price,
    };
    InvoiceLine {
        line: 0,
        kind: ItemKind::Cost,
        correction: None,
        cpli_id: Some(parse("170001")),
        week_start: Some(day("2026-04-06")),
        service_from: day("2026-04-06"),
        service_to: day("2026-04-12"),
        days: 7,
        basis: Basis::Actual(care),
        label: Label {
            ss_ref: Some(parse("007")),
            client: Some("Wednesday Adams".to_owned()),
            service: Some("Northside - Homecare".to_owned()),
            service_level: Some("Personal care".to_owned()),
        },
        amount: Money::rounded(quantity * unit_price).unwrap(),
        cause: None,
        reverses: None,
    }
}

/// What the client paid to the provider in a week of five days.
fn income(weekly_amount: Money) -> InvoiceLine {
    let kind = ContributionKind::Client;
    let amount = Money::rounded(weekly_amount.pounds() * Decimal::from(-5) / Decimal::from(7));
    InvoiceLine {
        kind: ItemKind::Income,
        days: 5,
        basis: Basis::Contribution { kind, weekly_amount },
        amount: amount.unwrap(),
        ..care("1", "1")
    }
}

fn reversed(mut line: InvoiceLine) -> InvoiceLine {
    line.amount = line.amount.reversed().unwrap();
    line.correction = Some(Correction::Reversal);
    line.cause = Some("9.75 hours became 9.5 hours".to_owned());
    line.reverses = Some(LineRef { invoice_id: parse("C3003.2026-04-06.1"), line: 1 });
    line
}

impl Made {
    /// Two weeks, less what the client paid.
    pub(crate) fn invoice(vat: VatCategory) -> Self {
        Self::with(vat, vec![care("9.75", "22.34"), care("10.5", "22.34"), income(parse("26.32"))])
    }

    /// A week that was changed.
    pub(crate) fn credit_note(vat: VatCategory) -> Self {
        let again = InvoiceLine { correction: Some(Correction::Reissue), ..care("9.5", "22.34") };
        Self::with(vat, vec![reversed(care("9.75", "22.34")), again])
    }

    /// Ten-thousandths of hours at ten-thousandths of pounds, some of them taken back.
    pub(crate) fn of(
        vat: VatCategory,
        quantities: &[(i64, i64, bool)],
        weekly: Option<i64>,
    ) -> Self {
        let line = |(quantity, price, back): &(i64, i64, bool)| {
            let line = hours(Decimal::new(*quantity, 4), Decimal::new(*price, 4));
            if *back { reversed(line) } else { line }
        };
        let income = weekly.map(|pence| income(Money::from_pence(pence)));
        Self::with(vat, quantities.iter().map(line).chain(income).collect())
    }

    fn with(category: VatCategory, mut lines: Vec<InvoiceLine>) -> Self {
        let amounts: Vec<_> = lines.iter().map(|line| line.amount).collect();
        let net = Money::total(amounts.iter().copied()).unwrap();
        let vat = Vat::on(category, &amounts).unwrap();
        if vat.tax != Money::ZERO {
            lines.push(InvoiceLine {
                cpli_id: None,
                week_start: None,
                basis: Basis::Vat { percent: vat.percent, net, suppliers: false },
                label: Label::default(),
                amount: vat.tax,
                ..care("1", "1")
            });
        }
        for (number, line) in (1..).zip(&mut lines) {
            line.line = number;
        }
        let body = InvoiceBody {
            invoice_id: parse("C3003.2026-04-06.2"),
            provider_ref: parse("P1003"),
            contract_name: "Northside homecare".to_owned(),
            period_end: day("2026-05-03"),
            kind: if net < Money::ZERO { DocumentKind::CreditNote } else { DocumentKind::Invoice },
            lines,
            net,
            vat,
            total: net.plus(vat.tax).unwrap(),
            digest: String::new(),
            submitted_at: instant("2026-05-04T23:30:00Z"),
            submitted_by: "Bea Baker".to_owned(),
        };
        let provider = Provider {
            address: Some("1 North Street, Anytown AN1 1AA".to_owned()),
            vat_number: Some("123 4567 82".to_owned()),
            ..provider("P1003", "Northside Homecare")
        };
        let before = Before { number: parse("16"), date: day("2026-05-01") };
        Self { body, provider, before: [(parse("C3003.2026-04-06.1"), before)].into() }
    }

    pub(crate) fn suppliers_tax(&mut self, tax: &str) {
        let tax: Money = parse(tax);
        self.body.vat.suppliers_tax = Some(tax);
        self.body.lines.last_mut().unwrap().amount = tax;
        self.body.total = self.body.net.plus(tax).unwrap();
    }

    pub(crate) fn document(&self) -> Document<'_> {
        Document {
            number: parse("17"),
            body: &self.body,
            provider: &self.provider,
            council_name: "Anytown Council",
            before: &self.before,
        }
    }

    pub(crate) fn ubl(&self) -> Result<String, invoice_exports::NotExported> {
        self.document().ubl().map(|bytes| String::from_utf8(bytes).unwrap())
    }
}
