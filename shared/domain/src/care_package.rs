//! What a provider sees of a care package: its cost in words, whether it is over, what changed.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use rust_decimal::Decimal;

use crate::facts::{Client, Contract, Cpli, Price, PricePer, Purchase, Service, Unit};
use crate::ids::{ContractRef, ServiceRef, SsRef};
use crate::money::{Money, MoneyError};

const DAYS_A_WEEK: Decimal = Decimal::from_parts(7, 0, 0, false, 0);

impl Price {
    /// What a week of the commissioned care costs, before contributions: what a list shows. Payments are worked
    /// out by [`crate::statement`], from full precision.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn weekly_cost(&self, price_per: PricePer) -> Result<Money, MoneyError> {
        let unit_cost = self.quantity.checked_mul(self.unit_price);
        let weekly = match price_per {
            PricePer::Week | PricePer::Unit => unit_cost,
            PricePer::Day => unit_cost.and_then(|a_day| a_day.checked_mul(DAYS_A_WEEK)),
        };
        Money::rounded(weekly.ok_or(MoneyError::TooLarge)?)
    }

    /// `1 x Placement at £865.46 (Spot)`; a daily price says so: `1 x Placement at £123.64 a day (Spot)`.
    pub fn pricing(&self, service: &Service) -> String {
        let unit = match service.unit {
            Unit::Placement => "Placement",
            Unit::Hour => "Hour",
            Unit::Day => "Day",
            Unit::Night => "Night",
            Unit::Visit => "Visit",
        };
        let purchase = match service.purchase {
            Purchase::Block => "Block",
            Purchase::Spot => "Spot",
        };
        let per_day = match (service.price_per, service.unit) {
            (PricePer::Day, Unit::Placement | Unit::Hour | Unit::Night | Unit::Visit) => " a day",
            (PricePer::Day, Unit::Day) | (PricePer::Week | PricePer::Unit, _) => "",
        };
        let quantity = self.quantity.normalize();
        format!("{quantity} x {unit} at {}{per_day} ({purchase})", unit_price_text(self.unit_price))
    }
}

/// `£865.46`, `£1,295.00`, `£23.7725`: at least two decimals, thousands with commas, nothing rounded away.
pub fn unit_price_text(unit_price: Decimal) -> String {
    let plain = unit_price.normalize();
    if let Ok(money) = Money::exactly(plain) {
        return money.for_people();
    }
    let pounds = Money::exactly(plain.trunc()).map(Money::for_people);
    let fraction = plain.fract().abs().to_string();
    match (pounds, fraction.split_once('.')) {
        (Ok(pounds), Some((_, decimals))) => {
            let sign =
                if plain.is_sign_negative() && !pounds.starts_with('−') { "−" } else { "" };
            let whole = pounds.split_once('.').map_or(pounds.as_str(), |(whole, _)| whole);
            format!("{sign}{whole}.{decimals}")
        }
        _ => format!("£{plain}"),
    }
}

impl Cpli {
    /// The price that holds on `day`: the latest that starts by then.
    pub fn price_on(&self, day: NaiveDate) -> Option<&Price> {
        self.prices.range(..=day).next_back().map(|(_, price)| price)
    }

    /// The price that a list shows on `today`: today's, the last one of care that is over, the first one of care
    /// that is to come.
    pub fn price_shown(&self, today: NaiveDate) -> Option<&Price> {
        let last_day = self.end_date.unwrap_or(NaiveDate::MAX);
        let day = today.min(last_day).max(self.start_date);
        self.price_on(day).or_else(|| self.prices.values().next())
    }

    /// The last day of care: the end date, or a death and the contract's grace days if that is earlier.
    pub fn care_ends(&self, grace_days: u16) -> Option<NaiveDate> {
        let grace = Days::new(u64::from(grace_days));
        let death = self.client.date_of_death.and_then(|day| day.checked_add_days(grace));
        match (self.end_date, death) {
            (Some(end), Some(death)) => Some(end.min(death)),
            (end, death) => end.or(death),
        }
    }

    /// Whether the care ended more than `after_days` ago, so that a list leaves it out unless asked.
    pub fn is_historical(&self, grace_days: u16, after_days: u32, today: NaiveDate) -> bool {
        let kept = Days::new(u64::from(after_days));
        let shown_to = self.care_ends(grace_days).and_then(|end| end.checked_add_days(kept));
        shown_to.is_some_and(|shown_to| shown_to < today)
    }

    /// Whether a fact about it changed after `last_visit`. Nothing is new to somebody who never looked before.
    pub fn changed_since(&self, last_visit: Option<DateTime<Utc>>) -> bool {
        last_visit.is_some_and(|visit| self.changed_at > visit)
    }
}

/// The care packages of one provider, as its people may see them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CarePackages {
    /// The provider's contracts.
    pub contracts: BTreeMap<ContractRef, Contract>,
    /// Their services.
    pub services: BTreeMap<ServiceRef, Service>,
    /// Their care packages, in any order.
    pub cplis: Vec<Cpli>,
}

/// What a list is narrowed to. The default: everything but the historical.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only this service.
    pub service: Option<ServiceRef>,
    /// Only this client.
    pub client: Option<SsRef>,
    /// Only this kind of care, as it is written.
    pub service_level: Option<String>,
    /// Also care that ended long ago.
    pub include_historical: bool,
}

/// One care package with what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarePackage<'a> {
    /// The care package.
    pub cpli: &'a Cpli,
    /// Its service.
    pub service: &'a Service,
    /// Its contract.
    pub contract: &'a Contract,
    /// Whether it ended long ago.
    pub historical: bool,
}

impl CarePackage<'_> {
    /// The last day of care.
    pub fn ends(&self) -> Option<NaiveDate> {
        self.cpli.care_ends(self.contract.grace_days)
    }

    /// `£865.46 weekly`; `-` while no price is known.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn cost(&self, today: NaiveDate) -> Result<String, MoneyError> {
        let Some(price) = self.cpli.price_shown(today) else { return Ok("-".to_owned()) };
        Ok(format!("{} weekly", price.weekly_cost(self.service.price_per)?.for_people()))
    }

    /// `1 x Placement at £865.46 (Spot)`; `-` while no price is known.
    pub fn pricing(&self, today: NaiveDate) -> String {
        self.cpli.price_shown(today).map_or_else(|| "-".to_owned(), |it| it.pricing(self.service))
    }
}

impl Filter {
    /// Whether the list keeps `package`.
    pub fn keeps(&self, package: &CarePackage<'_>) -> bool {
        let cpli = package.cpli;
        let level = |wanted: &String| wanted.trim().eq_ignore_ascii_case(&cpli.service_level);
        self.service.as_ref().is_none_or(|wanted| *wanted == cpli.service_ref)
            && self.client.as_ref().is_none_or(|wanted| *wanted == cpli.client.ss_ref)
            && self.service_level.as_ref().is_none_or(level)
            && (self.include_historical || !package.historical)
    }
}

impl CarePackages {
    /// What may be seen on `today`, by client's surname, then by first day of care.
    ///
    /// A contract is switched on for the portal at a date; before it nothing of the contract is shown. What
    /// ended before that date was never the portal's and is not shown either.
    pub fn visible(&self, historical_after_days: u32, today: NaiveDate) -> Vec<CarePackage<'_>> {
        let mut packages: Vec<_> = self
            .cplis
            .iter()
            .filter_map(|cpli| self.package(cpli, historical_after_days, today))
            .filter(|package| package.contract.portal_from <= today)
            .filter(|it| it.ends().is_none_or(|last_day| last_day >= it.contract.portal_from))
            .collect();
        packages.sort_by(|one, other| order(one.cpli).cmp(&order(other.cpli)));
        packages
    }

    fn package<'a>(
        &'a self,
        cpli: &'a Cpli,
        historical_after_days: u32,
        today: NaiveDate,
    ) -> Option<CarePackage<'a>> {
        let service = self.services.get(&cpli.service_ref)?;
        let contract = self.contracts.get(&cpli.contract_ref)?;
        let historical = cpli.is_historical(contract.grace_days, historical_after_days, today);
        Some(CarePackage { cpli, service, contract, historical })
    }
}

fn order(cpli: &Cpli) -> (String, String, &SsRef, NaiveDate, &str) {
    let Client { ss_ref, surname, forename, .. } = &cpli.client;
    (
        surname.to_lowercase(),
        forename.to_lowercase(),
        ss_ref,
        cpli.start_date,
        cpli.cpli_id.as_str(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Confirmation, PaymentMethod, VatCategory};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn price(quantity: &str, unit_price: &str) -> Price {
        Price { quantity: quantity.parse().unwrap(), unit_price: unit_price.parse().unwrap() }
    }

    fn contract() -> Contract {
        Contract {
            contract_ref: "C1".parse().unwrap(),
            provider_ref: "P1".parse().unwrap(),
            name: "Lake House".to_owned(),
            payment_method: PaymentMethod::Scheduled,
            cycle_ref: "28DAY".parse().unwrap(),
            vat: VatCategory::Exempt,
            confirmation: Confirmation::Required,
            grace_days: 3,
            document_gate: false,
            portal_from: day("2022-04-01"),
        }
    }

    fn service(unit: Unit, price_per: PricePer) -> Service {
        Service {
            service_ref: "S1".parse().unwrap(),
            contract_ref: "C1".parse().unwrap(),
            name: "Lake House - Residential (Band 3)".to_owned(),
            purchase: Purchase::Spot,
            service_type: "Residential".to_owned(),
            unit,
            price_per,
            unit_step: Decimal::ONE,
            week_starts: 0,
            end_day_paid: true,
            frustrated_percent: Decimal::ZERO,
            tolerance_percent: Decimal::ZERO,
            extras: false,
            visits_required: false,
        }
    }

    fn cpli(id: &str, surname: &str) -> Cpli {
        Cpli {
            cpli_id: id.parse().unwrap(),
            contract_ref: "C1".parse().unwrap(),
            service_ref: "S1".parse().unwrap(),
            client: Client {
                ss_ref: format!("A{id}").parse().unwrap(),
                title: Some("Miss".to_owned()),
                forename: "Wednesday".to_owned(),
                surname: surname.to_owned(),
                date_of_birth: None,
                date_of_death: None,
            },
            service_level: "Permanent - Residential".to_owned(),
            start_date: day("2022-08-03"),
            end_date: None,
            authorised: true,
            prices: [
                (day("2022-08-03"), price("1", "865.46")),
                (day("2025-04-01"), price("1", "908.73")),
            ]
            .into(),
            contributions: Vec::new(),
            absences: BTreeMap::new(),
            changed_from: None,
            changed_at: "2022-11-01T09:00:00Z".parse().unwrap(),
        }
    }

    fn packages(cplis: Vec<Cpli>) -> CarePackages {
        CarePackages {
            contracts: [("C1".parse().unwrap(), contract())].into(),
            services: [("S1".parse().unwrap(), service(Unit::Placement, PricePer::Week))].into(),
            cplis,
        }
    }

    fn ids(packages: &[CarePackage<'_>]) -> Vec<String> {
        packages.iter().map(|it| it.cpli.cpli_id.to_string()).collect()
    }

    #[test]
    fn a_cost_is_what_a_week_of_care_costs() {
        let weekly =
            |price: Price, per| price.weekly_cost(per).map(Money::for_people).unwrap_or_default();
        assert_eq!(weekly(price("1", "865.46"), PricePer::Week), "£865.46");
        assert_eq!(weekly(price("1", "123.6371"), PricePer::Day), "£865.46");
        assert_eq!(weekly(price("31.5", "23.77"), PricePer::Unit), "£748.76");
    }

    #[test]
    fn pricing_says_how_many_of_what_at_which_price_and_how_they_are_bought() {
        let says = |price: Price, unit, per| price.pricing(&service(unit, per));
        assert_eq!(
            says(price("1.0000", "865.4600"), Unit::Placement, PricePer::Week),
            "1 x Placement at £865.46 (Spot)"
        );
        assert_eq!(
            says(price("10", "1295"), Unit::Placement, PricePer::Week),
            "10 x Placement at £1,295.00 (Spot)"
        );
        assert_eq!(
            says(price("1", "123.5"), Unit::Placement, PricePer::Day),
            "1 x Placement at £123.50 a day (Spot)"
        );
        assert_eq!(
            says(price("2.5", "23.7725"), Unit::Hour, PricePer::Unit),
            "2.5 x Hour at £23.7725 (Spot)"
        );
    }

    #[test]
    fn a_unit_price_loses_no_decimal_and_shows_two_at_least() {
        for (amount, text) in [
            ("0", "£0.00"),
            ("5", "£5.00"),
            ("0.005", "£0.005"),
            ("1234.5678", "£1,234.5678"),
            ("-1234.5678", "−£1,234.5678"),
            ("-0.0001", "−£0.0001"),
        ] {
            assert_eq!(unit_price_text(amount.parse().unwrap()), text);
        }
    }

    #[test]
    fn a_price_holds_from_its_day_until_the_next() {
        let cpli = cpli("1", "Adams");
        let on = |text: &str| cpli.price_on(day(text)).map(|it| it.unit_price.to_string());
        assert_eq!(on("2022-08-02"), None);
        assert_eq!(on("2022-08-03").as_deref(), Some("865.46"));
        assert_eq!(on("2025-03-31").as_deref(), Some("865.46"));
        assert_eq!(on("2025-04-01").as_deref(), Some("908.73"));
    }

    #[test]
    fn care_to_come_shows_its_first_price_and_care_that_is_over_its_last() {
        let mut cpli = cpli("1", "Adams");
        assert_eq!(cpli.price_shown(day("2022-01-01")), Some(&price("1", "865.46")));
        cpli.end_date = Some(day("2024-01-01"));
        assert_eq!(cpli.price_shown(day("2026-01-01")), Some(&price("1", "865.46")));
    }

    #[test]
    fn care_that_ended_more_than_28_days_ago_is_historical() {
        let mut cpli = cpli("1", "Adams");
        assert!(!cpli.is_historical(0, 28, day("2099-01-01")));
        cpli.end_date = Some(day("2023-10-27"));
        assert!(!cpli.is_historical(0, 28, day("2023-11-24")));
        assert!(cpli.is_historical(0, 28, day("2023-11-25")));
    }

    #[test]
    fn a_death_ends_the_care_after_the_grace_days_unless_it_ended_before() {
        let mut cpli = cpli("1", "Adams");
        cpli.client.date_of_death = Some(day("2023-11-22"));
        assert_eq!(cpli.care_ends(0), Some(day("2023-11-22")));
        assert_eq!(cpli.care_ends(3), Some(day("2023-11-25")));
        cpli.end_date = Some(day("2023-11-23"));
        assert_eq!(cpli.care_ends(3), Some(day("2023-11-23")));
    }

    #[test]
    fn nothing_is_new_to_somebody_who_never_looked_before() {
        let cpli = cpli("1", "Adams");
        assert!(!cpli.changed_since(None));
        assert!(cpli.changed_since(Some("2022-10-31T09:00:00Z".parse().unwrap())));
        assert!(!cpli.changed_since(Some("2022-11-01T09:00:00Z".parse().unwrap())));
    }

    #[test]
    fn a_contract_has_statements_on_the_portal_if_it_is_paid_by_plan_and_switched_on() {
        let today = day("2022-04-01");
        assert!(contract().is_on_portal(today));
        assert!(!contract().is_on_portal(day("2022-03-31")));
        let by_actuals = Contract { payment_method: PaymentMethod::Actuals, ..contract() };
        assert!(by_actuals.is_on_portal(today));
    }

    #[test]
    fn nothing_of_a_contract_is_shown_before_it_is_switched_on() {
        let mut ended_before = cpli("1", "Adams");
        ended_before.start_date = day("2021-01-01");
        ended_before.end_date = Some(day("2022-03-31"));
        let all = packages(vec![ended_before, cpli("2", "Boop")]);
        assert_eq!(ids(&all.visible(28, day("2022-03-31"))), Vec::<String>::new());
        assert_eq!(ids(&all.visible(28, day("2022-04-01"))), ["2"]);
    }

    #[test]
    fn clients_stand_in_the_order_of_their_surnames() {
        let all = packages(vec![cpli("1", "boop"), cpli("2", "Zed"), cpli("3", "Adams")]);
        assert_eq!(ids(&all.visible(28, day("2023-01-01"))), ["3", "1", "2"]);
    }

    #[test]
    fn a_filter_keeps_what_matches_all_of_it() {
        let all = packages(vec![cpli("1", "Adams"), cpli("2", "Boop")]);
        let visible = all.visible(28, day("2023-01-01"));
        let kept = |filter: Filter| visible.iter().filter(|it| filter.keeps(it)).count();
        assert_eq!(kept(Filter::default()), 2);
        assert_eq!(kept(Filter { client: "A1".parse().ok(), ..Filter::default() }), 1);
        assert_eq!(kept(Filter { service: "S2".parse().ok(), ..Filter::default() }), 0);
        let level = Some("permanent - residential ".to_owned());
        assert_eq!(kept(Filter { service_level: level, ..Filter::default() }), 2);
        let both = Filter {
            client: "A1".parse().ok(),
            service_level: Some("Respite".to_owned()),
            ..Filter::default()
        };
        assert_eq!(kept(both), 0);
    }

    #[test]
    fn historical_care_is_shown_when_asked_for() {
        let mut over = cpli("1", "Adams");
        over.end_date = Some(day("2022-10-01"));
        let all = packages(vec![over]);
        let visible = all.visible(28, day("2023-01-01"));
        assert_eq!(visible.iter().filter(|it| Filter::default().keeps(it)).count(), 0);
        let asked = Filter { include_historical: true, ..Filter::default() };
        assert_eq!(visible.iter().filter(|it| asked.keeps(it)).count(), 1);
    }
}
