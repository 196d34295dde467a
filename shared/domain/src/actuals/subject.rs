//! What a row can be about.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Week;
use crate::entitlement::is_scheduled;
use crate::facts::{Client, Contract, Cpli, Service};
use crate::ids::{ContractRef, CpliId, ProviderRef, ServiceRef};

/// What is known of the provider whose file it is.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// Who was selected when the file was sent.
    pub provider_ref: &'k ProviderRef,
    /// Its agreements.
    pub contracts: &'k BTreeMap<ContractRef, Contract>,
    /// Its services.
    pub services: &'k BTreeMap<ServiceRef, Service>,
    /// Its care packages. For those that are paid by the plan no actuals are taken.
    pub cplis: &'k BTreeMap<CpliId, Cpli>,
    /// The last day that is closed for each contract; none: no period of it is.
    pub closed_to: &'k BTreeMap<ContractRef, NaiveDate>,
    /// What was recorded before, by the first day of the week.
    pub recorded: &'k BTreeMap<CpliId, BTreeMap<NaiveDate, Week>>,
}

/// A care package with all that is asked about it.
#[derive(Debug)]
pub(super) struct Subject<'k> {
    pub(super) cpli: &'k Cpli,
    pub(super) service: &'k Service,
    pub(super) contract: &'k Contract,
    pub(super) closed_to: Option<NaiveDate>,
    pub(super) recorded: Option<&'k BTreeMap<NaiveDate, Week>>,
    /// The client's name in the ways that people write it, in small letters and digits only.
    names: [String; 3],
}

impl<'k> Known<'k> {
    /// What actuals are taken for, by id.
    pub(super) fn subjects(&self) -> Vec<Subject<'k>> {
        let known = *self;
        known.cplis.values().filter_map(|cpli| known.subject(cpli)).collect()
    }

    fn subject(&self, cpli: &'k Cpli) -> Option<Subject<'k>> {
        let service = self.services.get(&cpli.service_ref)?;
        let contract = self.contracts.get(&cpli.contract_ref)?;
        let ours = contract.provider_ref == *self.provider_ref;
        (ours && !is_scheduled(contract, service)).then(|| Subject {
            cpli,
            service,
            contract,
            closed_to: self.closed_to.get(&cpli.contract_ref).copied(),
            recorded: self.recorded.get(&cpli.cpli_id),
            names: names(&cpli.client),
        })
    }
}

impl Subject<'_> {
    /// Whether `name` is the client's: title and order, case and punctuation do not matter.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.chars().eq(plain(name)))
    }
}

fn names(client: &Client) -> [String; 3] {
    let Client { forename, surname, .. } = client;
    let written =
        [client.full_name(), format!("{forename}{surname}"), format!("{surname}{forename}")];
    written.map(|name| plain(&name).collect())
}

fn plain(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase)
}
