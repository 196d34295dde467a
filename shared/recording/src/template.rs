//! The template of a period, filled in from the plan and from what is recorded.

use chrono::NaiveDate;
use domain::actuals::{Line, Policy, Week};
use domain::clock::Now;
use domain::facts::{Contract, Cpli, Period, Service};
use domain::ids::ProviderRef;
use domain::weeks::PlannedWeek;
use rust_decimal::Decimal;

use crate::form::by_name;
use crate::load::KnownPeriod;
use crate::{Recording, RecordingError, WhichPeriod};

/// The template of a period.
#[derive(Debug, Clone)]
pub struct Template {
    known: KnownPeriod,
    rows: Vec<TemplateRow>,
}

#[derive(Debug, Clone)]
struct TemplateRow {
    cpli: Cpli,
    service: Service,
    week_start: NaiveDate,
    planned: Decimal,
    week: Week,
}

impl Recording {
    /// Every week of a period that has begun as a row of the template: as it is recorded, or else as it was planned.
    ///
    /// # Errors
    ///
    /// [`RecordingError::NotFound`] if the provider has no such period.
    pub async fn template(
        &self,
        which: &WhichPeriod,
        now: Now,
    ) -> Result<Template, RecordingError> {
        let known = self.known_period(which).await?;
        let weeks = known.known.facts.weeks_of(&known.period);
        let begun = weeks.iter().filter(|week| !week.is_future(now.date));
        let mut rows: Vec<_> = begun.filter_map(|week| known.row(week)).collect();
        rows.sort_by_cached_key(|row| {
            (row.service.name.clone(), by_name(&row.cpli), row.week_start)
        });
        Ok(Template { known, rows })
    }
}

impl KnownPeriod {
    /// None if more is planned than can be counted.
    fn row(&self, week: &PlannedWeek<'_>) -> Option<TemplateRow> {
        let planned = week.planned?;
        let recorded = self.recorded(&week.cpli.cpli_id, week.week_start);
        let as_planned = || Week { actual: planned, ..Week::default() };
        Some(TemplateRow {
            cpli: week.cpli.clone(),
            service: week.service.clone(),
            week_start: week.week_start,
            planned,
            week: recorded.map_or_else(as_planned, |it| it.week.clone()),
        })
    }
}

impl TemplateRow {
    fn line<'a>(&'a self, provider_ref: &'a ProviderRef) -> Line<'a> {
        let Self { cpli, service, week_start, planned, week } = self;
        Line { provider_ref, cpli, service, week_start: *week_start, planned: *planned, week }
    }
}

impl Template {
    /// Which period it is about.
    pub fn period(&self) -> &Period {
        &self.known.period
    }

    /// Under which agreement.
    pub fn contract(&self) -> &Contract {
        self.known.known.contract()
    }

    /// Who asks.
    pub fn council_name(&self) -> &str {
        &self.known.known.settings.council_name
    }

    /// What the council decided about actuals.
    pub fn policy(&self) -> &Policy {
        &self.known.known.settings.actuals
    }

    /// Its rows, by service, client and week.
    pub fn lines(&self) -> Vec<Line<'_>> {
        let provider_ref = &self.known.provider.provider_ref;
        self.rows.iter().map(|row| row.line(provider_ref)).collect()
    }
}
