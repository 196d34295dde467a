//! Everything known about the actuals of a contract, and of one of its periods.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::clock::Now;
use domain::entitlement::is_scheduled;
use domain::facts::{Contract, Cpli, Facts, Period, Provider, Service};
use domain::ids::{ContractRef, CpliId, ProviderRef, ServiceRef};
use domain::period::periods_of;
use domain::settings::Settings;
use domain::weeks::{Actuals, Recorded, RecordedWeeks, Submission, week_starts};
use store::CpliWeeks;

use crate::claims::Claims;
use crate::{Recording, RecordingError, WhichPeriod};

/// Everything known about a contract.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) facts: Facts,
    pub(crate) settings: Settings,
    pub(crate) submissions: BTreeMap<NaiveDate, Submission>,
}

/// Everything known about one period of a contract.
#[derive(Debug, Clone)]
pub(crate) struct KnownPeriod {
    pub(crate) provider: Provider,
    pub(crate) known: Known,
    pub(crate) period: Period,
    pub(crate) saved: BTreeMap<CpliId, CpliWeeks>,
    pub(crate) claims: Claims,
}

impl Known {
    pub(crate) fn contract(&self) -> &Contract {
        &self.facts.contract
    }

    /// What the rules are asked about.
    pub(crate) fn actuals(&self, now: Now) -> Actuals<'_> {
        Actuals {
            facts: &self.facts,
            settings: &self.settings,
            submissions: &self.submissions,
            now,
        }
    }

    /// Whether anything of it is paid by what was delivered.
    pub(crate) fn has_actuals(&self) -> bool {
        self.facts.services.values().any(|service| !is_scheduled(self.contract(), service))
    }

    /// Its periods that have begun, newest first.
    pub(crate) fn begun(&self, today: NaiveDate) -> Vec<&Period> {
        let periods = periods_of(self.contract(), &self.facts.periods);
        let mut begun: Vec<_> = periods.filter(|it| it.start_date <= today).collect();
        begun.reverse();
        begun
    }

    /// A care package that is paid by what was delivered, with its service.
    pub(crate) fn care(&self, cpli_id: &CpliId) -> Option<(&Cpli, &Service)> {
        let cpli = self.facts.cplis.get(cpli_id)?;
        let service = self.facts.services.get(&cpli.service_ref)?;
        (!is_scheduled(self.contract(), service)).then_some((cpli, service))
    }
}

impl KnownPeriod {
    pub(crate) fn recorded(&self, cpli_id: &CpliId, week: NaiveDate) -> Option<&Recorded> {
        self.saved.get(cpli_id)?.weeks.get(&week)
    }

    /// The weeks of the care packages as they are recorded.
    pub(crate) fn recorded_weeks(&self) -> RecordedWeeks {
        self.saved.iter().map(|(id, saved)| (id.clone(), saved.weeks.clone())).collect()
    }

    /// What is saved of a care package, also where that is nothing yet.
    pub(crate) fn saved_of(&self, cpli_id: &CpliId) -> CpliWeeks {
        let saved = self.saved.get(cpli_id).cloned();
        saved.unwrap_or_else(|| CpliWeeks::none_of(cpli_id.clone()))
    }

    /// Takes what was saved for what is there.
    pub(crate) fn now_saved(&mut self, mut saved: CpliWeeks) {
        saved.version = saved.version.saturating_add(1);
        self.saved.insert(saved.cpli_id.clone(), saved);
    }

    pub(crate) fn submission(&self) -> Option<&Submission> {
        self.known.submissions.get(&self.period.start_date)
    }

    /// The care package and service of a week of this period.
    ///
    /// # Errors
    ///
    /// [`RecordingError::NotFound`] if the period has no such week.
    pub(crate) fn week(
        &self,
        cpli_id: &CpliId,
        week: NaiveDate,
    ) -> Result<(&Cpli, &Service), RecordingError> {
        let care = self.known.care(cpli_id).ok_or(RecordingError::NotFound)?;
        let is_ours = week_starts(care.1, &self.period).any(|it| it == week);
        is_ours.then_some(care).ok_or(RecordingError::NotFound)
    }

    /// The services that have weeks here, each with its care packages: those that are active in the period, and
    /// those of which something is recorded.
    pub(crate) fn services(&self) -> BTreeMap<&ServiceRef, (&Service, Vec<&Cpli>)> {
        let planned = self.known.facts.weeks_of(&self.period);
        let mut with_weeks: BTreeMap<&CpliId, &Cpli> =
            planned.iter().map(|it| (&it.cpli.cpli_id, it.cpli)).collect();
        for (cpli_id, saved) in &self.saved {
            let care = self.known.care(cpli_id).filter(|_| !saved.weeks.is_empty());
            with_weeks.extend(care.map(|(cpli, _)| (&cpli.cpli_id, cpli)));
        }
        let mut services: BTreeMap<_, (&Service, Vec<_>)> = BTreeMap::new();
        for (cpli_id, cpli) in with_weeks {
            if let Some((_, service)) = self.known.care(cpli_id) {
                let of_service = services.entry(&service.service_ref);
                of_service.or_insert((service, Vec::new())).1.push(cpli);
            }
        }
        services
    }
}

impl Recording {
    /// Everything known about a contract of `provider`.
    pub(crate) async fn known(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
    ) -> Result<Known, RecordingError> {
        let (today, settings, submissions) = tokio::try_join!(
            Box::pin(self.store.known_facts(provider, contract)),
            Box::pin(self.store.settings()),
            Box::pin(self.store.submissions(provider, contract)),
        )?;
        Ok(Known { facts: today.facts, settings, submissions })
    }

    /// Everything known about one period.
    pub(crate) async fn known_period(
        &self,
        which: &WhichPeriod,
    ) -> Result<KnownPeriod, RecordingError> {
        let WhichPeriod { provider_ref, contract_ref, period_start } = which;
        let (known, provider, saved, claims) = tokio::try_join!(
            Box::pin(self.known(provider_ref, contract_ref)),
            Box::pin(async { Ok(self.store.provider(provider_ref).await?) }),
            Box::pin(async { Ok(self.store.weeks_of_period(which.period()).await?) }),
            Box::pin(self.claims(which)),
        )?;
        let provider = provider.ok_or(RecordingError::NotFound)?;
        let mut periods = periods_of(known.contract(), &known.facts.periods);
        let period = periods.find(|it| it.start_date == *period_start).cloned();
        drop(periods);
        let period = period.filter(|_| known.has_actuals()).ok_or(RecordingError::NotFound)?;
        Ok(KnownPeriod { provider, known, period, saved, claims })
    }
}
