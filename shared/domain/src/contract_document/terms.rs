//! What a document says about a care package, taken from what is known on the day it is published.

use chrono::NaiveDate;

use super::Field;
use crate::care_package::unit_price_text;
use crate::facts::{Collector, Contribution, ContributionKind, Cpli, PricePer, Service, Unit};
use crate::money::MoneyError;

/// What is known of what a document is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms<'a> {
    /// As the council calls it.
    pub doc_type: &'a str,
    /// The client's name and reference.
    pub client: Option<(&'a str, &'a str)>,
    /// The care package.
    pub cpli: Option<&'a Cpli>,
    /// The service.
    pub service: Option<&'a Service>,
    /// The days that it is about.
    pub dates: (Option<NaiveDate>, Option<NaiveDate>),
}

impl Terms<'_> {
    /// Field by field, as it is on `today`.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] if the weekly cost is beyond what the portal can hold.
    pub fn fields(&self, today: NaiveDate) -> Result<Vec<Field>, MoneyError> {
        let mut fields = vec![Field::new("Document", self.doc_type)];
        if let Some((name, ss_ref)) = self.client {
            fields.push(Field::new("Client", name));
            fields.push(Field::new("SSRef", ss_ref));
        }
        if let Some(service) = self.service {
            fields.push(Field::new("Service", service.name.clone()));
        }
        if let Some(cpli) = self.cpli {
            fields.push(Field::new("CPLI id", cpli.cpli_id.as_str()));
            if !cpli.service_level.is_empty() {
                fields.push(Field::new("Service level", cpli.service_level.clone()));
            }
        }
        let (from, to) = self.dates;
        fields.extend(from.map(|from| Field::new("From", in_words(from))));
        let until = to.map_or_else(|| "Until further notice".to_owned(), in_words);
        if from.is_some() || to.is_some() {
            fields.push(Field::new("To", until));
        }
        if let Some((cpli, service)) = self.cpli.zip(self.service) {
            price(cpli, service, today, &mut fields)?;
            fields.extend(contributions(cpli, today));
        }
        Ok(fields)
    }
}

fn price(
    cpli: &Cpli,
    service: &Service,
    today: NaiveDate,
    fields: &mut Vec<Field>,
) -> Result<(), MoneyError> {
    let Some(price) = cpli.price_shown(today) else { return Ok(()) };
    let unit = match service.unit {
        Unit::Placement => "placement",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Night => "night",
        Unit::Visit => "visit",
    };
    let per = match service.price_per {
        PricePer::Week => "a week".to_owned(),
        PricePer::Day => "a day".to_owned(),
        PricePer::Unit => format!("per {unit}"),
    };
    let quantity = price.quantity.normalize();
    fields.push(Field::new("Quantity", format!("{quantity} × {unit}")));
    let unit_price = format!("{} {per}", unit_price_text(price.unit_price));
    fields.push(Field::new("Unit price", unit_price));
    let weekly = price.weekly_cost(service.price_per)?;
    fields.push(Field::new("Weekly cost", weekly.for_people()));
    Ok(())
}

/// What is paid towards the cost on `today`, or on the first or last day of care that is to come or over.
fn contributions(cpli: &Cpli, today: NaiveDate) -> Vec<Field> {
    let last_day = cpli.end_date.unwrap_or(NaiveDate::MAX);
    let day = today.min(last_day).max(cpli.start_date);
    let holds = |it: &&Contribution| it.from_date <= day && it.to_date.is_none_or(|to| day <= to);
    let of = |kind: ContributionKind| {
        let known = cpli.contributions.iter().filter(move |it| it.kind == kind);
        known.filter(holds).max_by_key(|it| it.from_date)
    };
    ContributionKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let Contribution { weekly_amount, collected_by, .. } = of(kind)?;
            let label = match kind {
                ContributionKind::Client => "Client contribution",
                ContributionKind::ThirdParty => "Third party contribution",
                ContributionKind::Fnc => "Funded nursing care (FNC)",
            };
            let by = match collected_by {
                Collector::Provider => "the provider",
                Collector::Council => "the council",
            };
            let value = format!("{} a week, collected by {by}", weekly_amount.for_people());
            Some(Field::new(label, value))
        })
        .collect()
}

/// `19 October 2022`.
fn in_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}
