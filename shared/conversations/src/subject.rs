//! What an action can be about: the clients, care packages and statements of one provider.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::action::{ActionTypes, Rate, Related, RelatedKind};
use domain::care_package::{CarePackage, CarePackages};
use domain::clock::Now;
use domain::facts::{Client, Contract, PricePer, Provider, Purchase, Team};
use domain::ids::{ContractRef, CpliId, ItemId, ProviderRef, SsRef, TeamRef};
use domain::settings::Settings;

use crate::{Conversations, ConversationsError};

/// What is known of a provider that somebody raises an action for.
#[derive(Debug, Clone)]
pub struct Known {
    /// The provider.
    pub provider: Provider,
    /// Its care packages, past ones included.
    pub packages: CarePackages,
    /// Which kinds of action there are.
    pub types: ActionTypes,
    /// The council's teams, and those that only types name.
    pub teams: Vec<Team>,
    /// The council's settings.
    pub settings: Settings,
}

/// What a person says that an action is about.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What kind of thing; none: nothing in particular.
    pub kind: Option<RelatedKind>,
    /// The client.
    pub ss_ref: Option<SsRef>,
    /// The care package.
    pub cpli_id: Option<CpliId>,
    /// The contract of a statement.
    pub contract_ref: Option<ContractRef>,
    /// The first day of its period.
    pub period_start: Option<NaiveDate>,
    /// One of its lines.
    pub item_id: Option<ItemId>,
}

/// What a form is filled in with.
#[derive(Debug, Clone)]
pub struct Filled {
    /// What it is about.
    pub related: Related,
    /// The type that is meant, if it is clear.
    pub type_ref: Option<String>,
    /// A title.
    pub title: String,
    /// The beginning of the text (S4).
    pub text: String,
}

impl Conversations {
    /// What is known of a provider, for a form.
    ///
    /// # Errors
    ///
    /// [`ConversationsError::NotFound`] of no such provider.
    pub async fn known(&self, provider: &ProviderRef) -> Result<Known, ConversationsError> {
        let (found, packages, types, teams, settings) = tokio::try_join!(
            Box::pin(self.store.provider(provider)),
            Box::pin(self.store.care_packages(provider)),
            Box::pin(self.store.action_types()),
            Box::pin(self.store.teams()),
            Box::pin(self.store.settings()),
        )?;
        let provider = found.ok_or(ConversationsError::NotFound)?;
        let teams = all_teams(teams, &types);
        Ok(Known { provider, packages, types, teams, settings })
    }

    /// What a form is filled in with that somebody opens from a care package, a client, or a statement and one of its
    /// lines. What is not the provider's fills in nothing.
    ///
    /// # Errors
    ///
    /// [`ConversationsError`] if the table or a bucket cannot be read.
    pub async fn filled(
        &self,
        known: &Known,
        about: &About,
        now: Now,
    ) -> Result<Option<Filled>, ConversationsError> {
        let related = match self.related(known, about, now).await {
            Err(ConversationsError::NotFilledIn(_)) => return Ok(None),
            related => related?,
        };
        let package = related.cpli_id.as_ref().and_then(|id| known.package(id, now));
        let text = match (related.kind, &package) {
            (RelatedKind::CarePackage, Some(package)) => re_package(package),
            (RelatedKind::Statement, Some(package)) => {
                format!("Re: {}. {}", related.label, re_package(package))
            }
            (RelatedKind::None, _) => return Ok(None),
            _ => format!("Re: {}.", related.label),
        };
        let type_ref = (related.kind == RelatedKind::Statement).then(|| "payment_query".to_owned());
        let type_ref = type_ref.filter(|it| known.types.find(it).is_some_and(|it| !it.withdrawn));
        Ok(Some(Filled { related, type_ref, title: String::new(), text: format!("{text}\n\n") }))
    }

    /// What an action is about, with its words, if it is the provider's.
    pub(crate) async fn related(
        &self,
        known: &Known,
        about: &About,
        now: Now,
    ) -> Result<Related, ConversationsError> {
        match about.kind.unwrap_or(RelatedKind::None) {
            RelatedKind::None => Ok(Related::nothing()),
            RelatedKind::Client => {
                let client = about.ss_ref.as_ref().and_then(|it| known.client(it, now));
                let client = client.ok_or_else(|| {
                    ConversationsError::field("related.ss_ref", "Select a client")
                })?;
                Ok(Related {
                    kind: RelatedKind::Client,
                    label: format!("{} (Client)", client.full_name()),
                    ss_ref: Some(client.ss_ref.clone()),
                    ..Related::nothing()
                })
            }
            RelatedKind::CarePackage => {
                let package = about.cpli_id.as_ref().and_then(|it| known.package(it, now));
                let wrong =
                    || ConversationsError::field("related.cpli_id", "Select a care package");
                Ok(of_package(&package.ok_or_else(wrong)?))
            }
            RelatedKind::Statement => self.of_statement(known, about, now).await,
        }
    }

    async fn of_statement(
        &self,
        known: &Known,
        about: &About,
        now: Now,
    ) -> Result<Related, ConversationsError> {
        let wrong = || ConversationsError::field("related", "Open the form from a statement");
        let (contract, start) =
            about.contract_ref.as_ref().zip(about.period_start).ok_or_else(wrong)?;
        let provider = &known.provider.provider_ref;
        let shown = Box::pin(self.statements.show(provider, contract, start, now)).await;
        let shown = match shown {
            Err(statements::StatementsError::NotFound) => return Err(wrong()),
            shown => shown?,
        };
        let period = &shown.statement.period;
        let day = |day: NaiveDate| day.format("%-d %B %Y").to_string();
        let label = format!(
            "{}, {} to {} (Statement)",
            shown.statement.contract_name,
            day(period.start_date),
            day(period.end_date)
        );
        let mut items = shown.statement.items.iter();
        let item = about.item_id.as_ref().and_then(|id| items.find(|it| it.item_id == *id));
        let cpli = item.and_then(|item| item.subject.cpli_id().cloned());
        let package = cpli.as_ref().and_then(|id| known.package(id, now));
        Ok(Related {
            kind: RelatedKind::Statement,
            label,
            ss_ref: package.as_ref().map(|it| it.cpli.client.ss_ref.clone()),
            cpli_id: package.map(|it| it.cpli.cpli_id.clone()),
            contract_ref: Some(contract.clone()),
            period_start: Some(start),
            item_id: item.map(|it| it.item_id.clone()),
        })
    }
}

impl Known {
    /// The care packages that may be seen today, past ones included.
    pub fn visible(&self, now: Now) -> Vec<CarePackage<'_>> {
        self.packages.visible(self.settings.historical_after_days, now.date)
    }

    /// One of them.
    pub(crate) fn package(&self, cpli_id: &CpliId, now: Now) -> Option<CarePackage<'_>> {
        self.visible(now).into_iter().find(|it| it.cpli.cpli_id == *cpli_id)
    }

    /// Who receives one of them.
    pub(crate) fn client(&self, ss_ref: &SsRef, now: Now) -> Option<&Client> {
        let visible = self.visible(now);
        visible.iter().map(|it| &it.cpli.client).find(|it| it.ss_ref == *ss_ref)
    }

    /// Everybody who receives care now or did not long ago, by surname.
    pub fn clients(&self, now: Now) -> Vec<&Client> {
        let mut seen = BTreeSet::new();
        let visible = self.visible(now);
        let current = visible.iter().filter(|it| !it.historical).map(|it| &it.cpli.client);
        current.filter(|it| seen.insert(it.ss_ref.clone())).collect()
    }

    /// The name of a team; its reference if the council has not told of it.
    pub fn team_name(&self, team: &TeamRef) -> String {
        team_name(&self.teams, team)
    }

    /// What a unit of a care package costs on a day, if it is paid by the unit.
    pub(crate) fn rate(&self, cpli_id: &CpliId, day: NaiveDate, now: Now) -> Option<Rate> {
        let package = self.package(cpli_id, now)?;
        if package.service.price_per != PricePer::Unit {
            return None;
        }
        let unit_price = package.cpli.price_on(day)?.unit_price;
        Some(Rate { unit_price, week_starts: package.service.week_starts })
    }
}

/// The teams that the council told of, and those that only types name, by name.
pub(crate) fn all_teams(teams: Vec<Team>, types: &ActionTypes) -> Vec<Team> {
    let named = types.types.iter().map(|it| &it.team_ref);
    let mut all: BTreeMap<TeamRef, Team> =
        named.map(|it| (it.clone(), Team { team_ref: it.clone(), name: it.to_string() })).collect();
    all.extend(teams.into_iter().map(|it| (it.team_ref.clone(), it)));
    let mut all: Vec<_> = all.into_values().collect();
    all.sort_by_key(|it| it.name.to_lowercase());
    all
}

pub(crate) fn team_name(teams: &[Team], team: &TeamRef) -> String {
    let found = teams.iter().find(|it| it.team_ref == *team);
    found.map_or_else(|| team.to_string(), |it| it.name.clone())
}

fn of_package(package: &CarePackage<'_>) -> Related {
    let CarePackage { cpli, service, contract, .. } = package;
    let Contract { contract_ref, .. } = contract;
    Related {
        kind: RelatedKind::CarePackage,
        label: format!(
            "{}, {} (Care package {})",
            cpli.client.full_name(),
            service.name,
            cpli.cpli_id
        ),
        ss_ref: Some(cpli.client.ss_ref.clone()),
        cpli_id: Some(cpli.cpli_id.clone()),
        contract_ref: Some(contract_ref.clone()),
        ..Related::nothing()
    }
}

/// `Re: Care Package Line Item for Miss Wednesday Adams. Permanent - Residential (Placement) from (Block) Lake House -
/// Residential (Band 3), Starts 03/08/2022.`, as S4 has it.
fn re_package(package: &CarePackage<'_>) -> String {
    let CarePackage { cpli, service, .. } = package;
    let purchase = match service.purchase {
        Purchase::Block => "Block",
        Purchase::Spot => "Spot",
    };
    let unit = format!("{:?}", service.unit);
    let level = Some(cpli.service_level.as_str()).filter(|it| !it.is_empty());
    let level = level.unwrap_or(&service.service_type);
    format!(
        "Re: Care Package Line Item for {}. {level} ({unit}) from ({purchase}) {}, Starts {}.",
        cpli.client.full_name(),
        service.name,
        cpli.start_date.format("%d/%m/%Y")
    )
}

/// A care package in a list to choose from.
pub fn package_line(package: &CarePackage<'_>, now: Now) -> String {
    let CarePackage { cpli, service, .. } = package;
    let from = cpli.start_date.format("%-d %B %Y");
    let until = package.ends().map(|day| format!(" to {}", day.format("%-d %B %Y")));
    let until = until.unwrap_or_default();
    format!(
        "{}, {}, from {from}{until}, {}",
        service.name,
        cpli.service_level,
        package.pricing(now.date)
    )
}
