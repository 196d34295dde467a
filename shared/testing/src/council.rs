//! All facts of a council together.

use chrono::Days;
use std::collections::BTreeMap;

use domain::facts::{
    Adjustment, Capacity, Client, Confirmation, Contact, Contract, Cpli, Directive, Facts,
    PaymentMethod, Period, PricePer, Provider, ProviderKind, Service, Unit,
};
use domain::ids::ContractRef;
use domain::settings::Settings;

use crate::{client, contract, cpli, day, parse, period, price, provider, service};

/// What a council's files brought. Change the lists freely, then take [`Council::facts`].
#[derive(Debug, Clone, Default)]
pub struct Council {
    /// What it decided for its portal.
    pub settings: Settings,
    /// Who is paid.
    pub providers: Vec<Provider>,
    /// Who may sign in.
    pub contacts: Vec<Contact>,
    /// Under which agreements.
    pub contracts: Vec<Contract>,
    /// For what.
    pub services: Vec<Service>,
    /// For whom.
    pub cplis: Vec<Cpli>,
    /// Beds bought in advance.
    pub capacities: Vec<Capacity>,
    /// Money decided by hand.
    pub adjustments: Vec<Adjustment>,
    /// What is not to be paid now.
    pub directives: Vec<Directive>,
    /// The periods of all cycles.
    pub periods: Vec<Period>,
}

impl Council {
    /// The worked example: Lake House (`P1001`), contract `C3001`, service `S4001`, one client at £865.46 a week
    /// (`164628`), and thirteen periods of cycle `28DAY` of which the third is 31 October to 27 November 2022.
    /// Beside it Madley Park (`P1002`, `C3002`, `S4002`, `188631`), another provider with the same of its own.
    pub fn lake_house() -> Self {
        let lake_house = service("S4001", "C3001", "Lake House - Residential (Band 3)");
        let madley_park = service("S4002", "C3002", "Madley Park - Residential (Band 3)");
        Self {
            providers: vec![provider("P1001", "Lake House"), provider("P1002", "Madley Park")],
            contracts: vec![
                contract("C3001", "P1001", "Lake House residential"),
                contract("C3002", "P1002", "Madley Park residential"),
            ],
            cplis: vec![
                cpli("164628", &lake_house, client("A272433", "Wednesday", "Adams")),
                cpli("188631", &madley_park, client("A365739", "Betty", "Boop")),
            ],
            services: vec![lake_house, madley_park],
            periods: Self::year_of_periods("28DAY"),
            ..Self::default()
        }
    }

    /// Two homecare agencies paid by what they deliver, in the same periods. Northside (`P1003`, contract `C3003`,
    /// service `S4003` in quarter hours, tolerance 10%, half of frustrated care paid) has two clients: `170001` with
    /// 10.5 hours a week at £22.34 and `170002` with 7 hours a week at £20.00, both since 3 August 2022. Southside
    /// (`P1004`, `C3004`, `S4004`, `170009`) has one of its own.
    pub fn homecare() -> Self {
        let northside = homecare_service("S4003", "C3003", "Northside - Homecare");
        let southside = homecare_service("S4004", "C3004", "Southside - Homecare");
        let mut council = Self {
            providers: vec![
                provider("P1003", "Northside Homecare"),
                provider("P1004", "Southside Homecare"),
            ],
            contracts: vec![
                contract("C3003", "P1003", "Northside homecare"),
                contract("C3004", "P1004", "Southside homecare"),
            ],
            cplis: vec![
                hours("170001", &northside, client("A500001", "Ida", "North"), "10.5", "22.34"),
                hours("170002", &northside, client("A500002", "Noor", "Hill"), "7", "20.00"),
                hours("170009", &southside, client("A500009", "Sol", "Dale"), "4", "21.50"),
            ],
            services: vec![northside, southside],
            periods: Self::year_of_periods("28DAY"),
            ..Self::default()
        };
        for provider in &mut council.providers {
            provider.kind = ProviderKind::HomeCare;
        }
        for contract in &mut council.contracts {
            contract.payment_method = PaymentMethod::Actuals;
            contract.confirmation = Confirmation::NotRequired;
        }
        council
    }

    /// Thirteen periods of 28 days from Monday 5 September 2022.
    fn year_of_periods(cycle_ref: &str) -> Vec<Period> {
        let start = |index: u64| day("2022-09-05") + Days::new(index * 28);
        (0..13).map(|index| period(cycle_ref, start(index))).collect()
    }

    /// What is known about one contract.
    ///
    /// # Panics
    ///
    /// If the council has no such contract.
    pub fn facts(&self, contract_ref: &str) -> Facts {
        let contract = self.contracts.iter().find(|it| it.contract_ref.as_str() == contract_ref);
        let contract = contract.unwrap().clone();
        let ours = |other: &ContractRef| contract.contract_ref == *other;
        let services = self.services.iter().filter(|it| ours(&it.contract_ref));
        let services: Vec<_> = services.cloned().collect();
        let capacities = self.capacities.iter();
        let capacities = capacities
            .filter(|it| services.iter().any(|known| known.service_ref == it.service_ref));
        let adjustments = self.adjustments.iter().filter(|it| ours(&it.contract_ref));
        let directives = self.directives.iter().filter(|it| ours(&it.contract_ref));
        let periods = self.periods.iter().filter(|it| it.cycle_ref == contract.cycle_ref);
        Facts {
            cplis: self
                .cplis
                .iter()
                .filter(|it| ours(&it.contract_ref))
                .map(|it| (it.cpli_id.clone(), it.clone()))
                .collect(),
            capacities: capacities
                .map(|it| ((it.service_ref.clone(), it.from_date), it.clone()))
                .collect(),
            adjustments: adjustments.map(|it| (it.adjustment_ref.clone(), it.clone())).collect(),
            directives: directives.map(|it| (it.directive_ref.clone(), it.clone())).collect(),
            periods: periods.map(|it| (it.start_date, it.clone())).collect(),
            services: services.into_iter().map(|it| (it.service_ref.clone(), it)).collect(),
            variations: BTreeMap::new(),
            exceptions: BTreeMap::new(),
            documents: BTreeMap::new(),
            invoices: Vec::new(),
            changed_from: None,
            contract,
        }
    }

    /// Changes one care package.
    ///
    /// # Panics
    ///
    /// If the council has no such care package.
    pub fn cpli(&mut self, cpli_id: &str) -> &mut Cpli {
        let cpli_id = parse(cpli_id);
        self.cplis.iter_mut().find(|it| it.cpli_id == cpli_id).unwrap()
    }
}

/// Care by the hour at people's homes, in quarter hours, priced by the hour.
fn homecare_service(service_ref: &str, contract_ref: &str, name: &str) -> Service {
    Service {
        service_type: "Homecare".to_owned(),
        unit: Unit::Hour,
        price_per: PricePer::Unit,
        unit_step: parse("0.25"),
        frustrated_percent: parse("50"),
        tolerance_percent: parse("10"),
        ..service(service_ref, contract_ref, name)
    }
}

/// So many hours a week.
fn hours(
    cpli_id: &str,
    service: &Service,
    client: Client,
    quantity: &str,
    unit_price: &str,
) -> Cpli {
    let prices = [(day("2022-08-03"), price(quantity, unit_price))].into();
    let service_level = "Standard".to_owned();
    Cpli { service_level, prices, ..cpli(cpli_id, service, client) }
}
