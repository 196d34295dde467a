//! EN 16931 in the syntax of UBL 2.1, in the order that its schemas ask for.
//!
//! Nobody is named in it: a client is the council's reference. The amounts of a credit note are what is credited, so that they are
//! positive where the document takes something back.

use domain::clock::london_date;
use domain::invoice::{DocumentKind, InvoiceId, InvoiceLine};
use domain::item::ItemKind;
use domain::money::Money;

use crate::category::Category;
use crate::measure::Measure;
use crate::xml::Xml;
use crate::{Before, Document, NotExported};

const AGGREGATE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const BASIC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
/// BT-24.
const SPECIFICATION: &str = "urn:cen.eu:en16931:2017";
/// BT-5.
const CURRENCY: &str = "GBP";
/// BT-40, BT-55.
const COUNTRY: &str = "GB";
/// The code of an object that an invoice is about (BT-128).
const OBJECT: &str = "130";
/// BT-20.
const TERMS: &str =
    "Paid with the statement of the contract, within 30 days of receipt (Procurement Act 2023)";

/// What is called otherwise in invoices and credit notes.
struct Names {
    root: &'static str,
    namespace: &'static str,
    type_code: (&'static str, &'static str),
    line: &'static str,
    quantity: &'static str,
}

const INVOICE: Names = Names {
    root: "Invoice",
    namespace: "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    type_code: ("cbc:InvoiceTypeCode", "380"),
    line: "cac:InvoiceLine",
    quantity: "cbc:InvoicedQuantity",
};
const CREDIT_NOTE: Names = Names {
    root: "CreditNote",
    namespace: "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
    type_code: ("cbc:CreditNoteTypeCode", "381"),
    line: "cac:CreditNoteLine",
    quantity: "cbc:CreditedQuantity",
};

impl Document<'_> {
    /// The document as EN 16931 (UBL 2.1 `Invoice` or `CreditNote`).
    ///
    /// # Errors
    ///
    /// [`NotExported`].
    pub fn ubl(&self) -> Result<Vec<u8>, NotExported> {
        self.check_sums()?;
        let names = self.names();
        let namespaces =
            [("xmlns", names.namespace), ("xmlns:cac", AGGREGATE), ("xmlns:cbc", BASIC)];
        Xml::new().document(names.root, &namespaces, |xml| {
            self.head(xml)?;
            self.seller(xml)?;
            self.buyer(xml)?;
            if self.body.kind == DocumentKind::Invoice {
                xml.within("cac:PaymentTerms", |xml| xml.text("cbc:Note", TERMS))?;
            }
            self.tax(xml)?;
            self.totals(xml)?;
            self.lines().try_for_each(|line| self.line(xml, line))
        })
    }

    fn names(&self) -> &'static Names {
        match self.body.kind {
            DocumentKind::Invoice => &INVOICE,
            DocumentKind::CreditNote => &CREDIT_NOTE,
        }
    }

    /// All lines but the tax.
    fn lines(&self) -> impl Iterator<Item = &InvoiceLine> {
        self.body.lines.iter().filter(|line| !line.is_vat())
    }

    /// BR-CO-10, 13 and 15, of what was submitted.
    fn check_sums(&self) -> Result<(), NotExported> {
        let net = Money::total(self.lines().map(|line| line.amount))?;
        if net != self.body.net {
            return Err(NotExported::DoesNotAddUp("net amount"));
        }
        if net.plus(self.body.vat.payable())? != self.body.total {
            return Err(NotExported::DoesNotAddUp("total"));
        }
        Ok(())
    }

    /// An amount as the document says it.
    fn said(&self, amount: Money) -> Result<Money, NotExported> {
        match self.body.kind {
            DocumentKind::Invoice => Ok(amount),
            DocumentKind::CreditNote => Ok(amount.reversed()?),
        }
    }

    fn amount(&self, xml: &mut Xml, name: &str, amount: Money) -> Result<(), NotExported> {
        let amount = self.said(amount)?.to_string();
        xml.said(name, Some(("currencyID", CURRENCY)), &amount)
    }

    /// What earlier document `invoice_id` is.
    pub(crate) fn before(&self, invoice_id: &InvoiceId) -> Result<&Before, NotExported> {
        let unknown = || NotExported::UnknownBefore(invoice_id.clone());
        self.before.get(invoice_id).ok_or_else(unknown)
    }

    fn head(&self, xml: &mut Xml) -> Result<(), NotExported> {
        let (body, names) = (self.body, self.names());
        xml.text("cbc:CustomizationID", SPECIFICATION)?;
        xml.text("cbc:ID", &self.number.to_string())?;
        xml.text("cbc:IssueDate", &london_date(body.submitted_at).to_string())?;
        xml.text(names.type_code.0, names.type_code.1)?;
        xml.text("cbc:DocumentCurrencyCode", CURRENCY)?;
        // BT-10: what the council files it under.
        xml.text("cbc:BuyerReference", body.contract_ref().as_str())?;
        xml.within("cac:InvoicePeriod", |xml| {
            xml.text("cbc:StartDate", &body.invoice_id.period_start.to_string())?;
            xml.text("cbc:EndDate", &body.period_end.to_string())
        })?;
        for invoice_id in body.takes_back() {
            let before = self.before(invoice_id)?;
            xml.within("cac:BillingReference", |xml| {
                xml.within("cac:InvoiceDocumentReference", |xml| {
                    xml.text("cbc:ID", &before.number.to_string())?;
                    xml.text("cbc:IssueDate", &before.date.to_string())
                })
            })?;
        }
        xml.within("cac:ContractDocumentReference", |xml| {
            xml.text("cbc:ID", body.contract_ref().as_str())
        })
    }

    fn seller(&self, xml: &mut Xml) -> Result<(), NotExported> {
        let provider = self.provider;
        xml.within("cac:AccountingSupplierParty", |xml| {
            xml.within("cac:Party", |xml| {
                xml.within("cac:PartyIdentification", |xml| {
                    xml.text("cbc:ID", provider.provider_ref.as_str())
                })?;
                address(xml, provider.address.as_deref())?;
                // Outside the scope of the tax no number may be given (BR-O-02).
                if let Some(number) = self.vat_number().filter(|_| self.category().code != "O") {
                    xml.within("cac:PartyTaxScheme", |xml| {
                        xml.text("cbc:CompanyID", &number.to_string().replace(' ', ""))?;
                        vat(xml)
                    })?;
                }
                registered(xml, &provider.name)
            })
        })
    }

    fn buyer(&self, xml: &mut Xml) -> Result<(), NotExported> {
        xml.within("cac:AccountingCustomerParty", |xml| {
            xml.within("cac:Party", |xml| {
                address(xml, None)?;
                registered(xml, self.council_name)
            })
        })
    }

    fn tax(&self, xml: &mut Xml) -> Result<(), NotExported> {
        let (body, category) = (self.body, self.category());
        let tax = body.vat.payable();
        xml.within("cac:TaxTotal", |xml| {
            self.amount(xml, "cbc:TaxAmount", tax)?;
            xml.within("cac:TaxSubtotal", |xml| {
                self.amount(xml, "cbc:TaxableAmount", body.net)?;
                self.amount(xml, "cbc:TaxAmount", tax)?;
                category.write(xml, "cac:TaxCategory", category.reason)
            })
        })
    }

    fn totals(&self, xml: &mut Xml) -> Result<(), NotExported> {
        let body = self.body;
        xml.within("cac:LegalMonetaryTotal", |xml| {
            self.amount(xml, "cbc:LineExtensionAmount", body.net)?;
            self.amount(xml, "cbc:TaxExclusiveAmount", body.net)?;
            self.amount(xml, "cbc:TaxInclusiveAmount", body.total)?;
            self.amount(xml, "cbc:PayableAmount", body.total)
        })
    }

    fn line(&self, xml: &mut Xml, line: &InvoiceLine) -> Result<(), NotExported> {
        let names = self.names();
        let measure = Measure::of(line).unwrap_or_else(|| Measure::lump(line.amount));
        let measure = match self.body.kind {
            DocumentKind::Invoice => measure,
            DocumentKind::CreditNote => measure.reversed(),
        };
        xml.within(names.line, |xml| {
            xml.text("cbc:ID", &line.line.to_string())?;
            if let Some(cause) = &line.cause {
                xml.text("cbc:Note", cause)?;
            }
            let unit = Some(("unitCode", measure.unit));
            xml.said(names.quantity, unit, &measure.quantity.normalize().to_string())?;
            self.amount(xml, "cbc:LineExtensionAmount", line.amount)?;
            xml.within("cac:InvoicePeriod", |xml| {
                xml.text("cbc:StartDate", &line.service_from.to_string())?;
                xml.text("cbc:EndDate", &line.service_to.to_string())
            })?;
            if let Some(cpli_id) = &line.cpli_id {
                xml.within("cac:DocumentReference", |xml| {
                    xml.text("cbc:ID", cpli_id.as_str())?;
                    xml.text("cbc:DocumentTypeCode", OBJECT)
                })?;
            }
            xml.within("cac:Item", |xml| self.item(xml, line))?;
            xml.within("cac:Price", |xml| {
                let price = measure.price.normalize().to_string();
                xml.said("cbc:PriceAmount", Some(("currencyID", CURRENCY)), &price)?;
                xml.said("cbc:BaseQuantity", unit, &measure.per.to_string())
            })
        })
    }

    fn item(&self, xml: &mut Xml, line: &InvoiceLine) -> Result<(), NotExported> {
        let label = &line.label;
        let client = label.ss_ref.as_ref().map(|it| format!("client {it}, ")).unwrap_or_default();
        xml.text("cbc:Description", &format!("{client}{}", line.arithmetic()))?;
        let income = (line.kind == ItemKind::Income).then_some("Contribution");
        let parts = [income, label.service.as_deref(), label.service_level.as_deref()];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        xml.text("cbc:Name", if name.trim().is_empty() { "Care" } else { &name })?;
        self.category().write(xml, "cac:ClassifiedTaxCategory", None)
    }
}

impl Category {
    fn write(self, xml: &mut Xml, name: &str, reason: Option<&str>) -> Result<(), NotExported> {
        xml.within(name, |xml| {
            xml.text("cbc:ID", self.code)?;
            if let Some(percent) = self.percent {
                xml.text("cbc:Percent", &percent.normalize().to_string())?;
            }
            if let Some(reason) = reason {
                xml.text("cbc:TaxExemptionReason", reason)?;
            }
            vat(xml)
        })
    }
}

fn vat(xml: &mut Xml) -> Result<(), NotExported> {
    xml.within("cac:TaxScheme", |xml| xml.text("cbc:ID", "VAT"))
}

fn address(xml: &mut Xml, line: Option<&str>) -> Result<(), NotExported> {
    xml.within("cac:PostalAddress", |xml| {
        if let Some(line) = line {
            xml.text("cbc:StreetName", line)?;
        }
        xml.within("cac:Country", |xml| xml.text("cbc:IdentificationCode", COUNTRY))
    })
}

fn registered(xml: &mut Xml, name: &str) -> Result<(), NotExported> {
    xml.within("cac:PartyLegalEntity", |xml| xml.text("cbc:RegistrationName", name))
}
