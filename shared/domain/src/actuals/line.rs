//! A row of the template, filled in.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::problem::DATE;
use super::{Column, Week};
use crate::facts::{Cpli, Service, Unit};
use crate::ids::ProviderRef;

/// One CPLI in one week, as the template and the workbook of rejected rows write it.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Whose file it is.
    pub provider_ref: &'a ProviderRef,
    /// What was commissioned.
    pub cpli: &'a Cpli,
    /// Its service.
    pub service: &'a Service,
    /// First day of the week.
    pub week_start: NaiveDate,
    /// What was planned for it.
    pub planned: Decimal,
    /// What was delivered, or the plan where nobody said otherwise.
    pub week: &'a Week,
}

impl Line<'_> {
    /// What stands in `column`. The references of file and line are the provider's own, and empty.
    pub fn cell(&self, column: Column) -> String {
        let Self { cpli, service, week, .. } = self;
        match column {
            Column::FileReference | Column::LineRef => String::new(),
            Column::ProviderRef => self.provider_ref.to_string(),
            Column::SSRef => cpli.client.ss_ref.to_string(),
            Column::ClientName => cpli.client.full_name(),
            Column::CpliId => cpli.cpli_id.to_string(),
            Column::Service => service.name.clone(),
            Column::ServiceLevel => cpli.service_level.clone(),
            Column::Unit => unit_word(service.unit, Decimal::ONE).to_owned(),
            Column::Planned => self.planned.normalize().to_string(),
            Column::WeekStart => self.week_start.format(DATE).to_string(),
            Column::Actual => week.actual.normalize().to_string(),
            Column::Frustrated => week.frustrated.normalize().to_string(),
            Column::Missed => week.missed.normalize().to_string(),
            Column::Extra => week.extra.normalize().to_string(),
            Column::Visits => week.visits.map(|visits| visits.to_string()).unwrap_or_default(),
            Column::ReasonCode => week.reason_code.clone().unwrap_or_default(),
            Column::Comment => week.comment.clone().unwrap_or_default(),
        }
    }
}

/// `2.5 hours`.
pub(crate) fn quantity_text(quantity: Decimal, unit: Unit) -> String {
    format!("{} {}", quantity.normalize(), unit_word(unit, quantity))
}

fn unit_word(unit: Unit, quantity: Decimal) -> &'static str {
    match (unit, quantity == Decimal::ONE) {
        (Unit::Placement, true) => "placement",
        (Unit::Placement, false) => "placements",
        (Unit::Hour, true) => "hour",
        (Unit::Hour, false) => "hours",
        (Unit::Day, true) => "day",
        (Unit::Day, false) => "days",
        (Unit::Night, true) => "night",
        (Unit::Night, false) => "nights",
        (Unit::Visit, true) => "visit",
        (Unit::Visit, false) => "visits",
    }
}
