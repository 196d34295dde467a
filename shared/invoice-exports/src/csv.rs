//! One row a line.

use csv::{Terminator, WriterBuilder};
use domain::clock::london_date;
use domain::formula::guarded;
use domain::invoice::{DocumentKind, InvoiceLine};
use domain::item::{Correction, ItemKind};

use crate::measure::Measure;
use crate::{Document, NotExported};

const HEADINGS: [&str; 26] = [
    "Number",
    "Document",
    "Date",
    "Contract",
    "Contract name",
    "Period start",
    "Period end",
    "ProviderRef",
    "Provider",
    "VAT number",
    "Line",
    "Kind",
    "Correction",
    "SSRef",
    "Client",
    "CPLI id",
    "Service",
    "Service level",
    "Week start",
    "Quantity",
    "Unit price",
    "Amount",
    "Arithmetic",
    "Cause",
    "Takes back number",
    "Takes back line",
];

impl Document<'_> {
    /// The document as CSV (UTF-8, without byte order mark), the tax as a line of its own. The amounts add up to its total;
    /// those of a credit note are negative. A spreadsheet takes no cell of it for a formula.
    ///
    /// # Errors
    ///
    /// [`NotExported`].
    pub fn csv(&self) -> Result<Vec<u8>, NotExported> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(HEADINGS).map_err(unwritable)?;
        for line in &self.body.lines {
            let row = self.row(line)?;
            writer
                .write_record(row.iter().map(|it| guarded(it).into_owned()))
                .map_err(unwritable)?;
        }
        writer.into_inner().map_err(unwritable)
    }

    fn row(&self, line: &InvoiceLine) -> Result<[String; 26], NotExported> {
        let body = self.body;
        let document = match body.kind {
            DocumentKind::Invoice => "invoice",
            DocumentKind::CreditNote => "credit note",
        };
        let before = line.reverses.as_ref();
        let number = before.map(|it| self.before(&it.invoice_id)).transpose()?;
        let measure = Measure::of(line);
        let (quantity, price) = measure.filter(|_| !line.is_vat()).map(Measure::told).unzip();
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        Ok([
            self.number.to_string(),
            document.to_owned(),
            london_date(body.submitted_at).to_string(),
            body.contract_ref().to_string(),
            body.contract_name.clone(),
            body.invoice_id.period_start.to_string(),
            body.period_end.to_string(),
            body.provider_ref.to_string(),
            self.provider.name.clone(),
            self.vat_number().map(|it| it.to_string()).unwrap_or_default(),
            line.line.to_string(),
            kind(line).to_owned(),
            correction(line).to_owned(),
            line.label.ss_ref.as_ref().map(ToString::to_string).unwrap_or_default(),
            text(line.label.client.as_ref()),
            line.cpli_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            text(line.label.service.as_ref()),
            text(line.label.service_level.as_ref()),
            line.week_start.map(|it| it.to_string()).unwrap_or_default(),
            quantity.unwrap_or_default(),
            price.unwrap_or_default(),
            line.amount.to_string(),
            line.arithmetic(),
            text(line.cause.as_ref()),
            number.map(|it| it.number.to_string()).unwrap_or_default(),
            before.map(|it| it.line.to_string()).unwrap_or_default(),
        ])
    }
}

fn kind(line: &InvoiceLine) -> &'static str {
    match line.kind {
        _ if line.is_vat() => "VAT",
        ItemKind::Cost => "cost",
        ItemKind::Income => "income",
        ItemKind::Manual => "manual",
        ItemKind::Void => "void",
    }
}

fn correction(line: &InvoiceLine) -> &'static str {
    match line.correction {
        None => "",
        Some(Correction::Reversal) => "reversal",
        Some(Correction::Reissue) => "reissue",
    }
}

fn unwritable(why: impl std::fmt::Display) -> NotExported {
    NotExported::Unwritable(why.to_string())
}
