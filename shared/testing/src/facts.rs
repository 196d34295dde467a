//! One function a kind of fact. Each gives the plain record of the worked examples; a test changes what matters.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::clock::london_instant;
use domain::facts::{
    Capacity, Client, Collector, Confirmation, Contract, Contribution, ContributionKind, Cpli,
    Directive, DirectiveKind, PaymentMethod, Period, Price, PricePer, Provider, ProviderKind,
    Purchase, Service, Unit, VatCategory,
};
use rust_decimal::Decimal;

use crate::{day, instant, parse};

/// A care home.
pub fn provider(provider_ref: &str, name: &str) -> Provider {
    Provider {
        provider_ref: parse(provider_ref),
        name: name.to_owned(),
        kind: ProviderKind::CareHome,
        parent_ref: None,
        address: None,
        phone: None,
        email: None,
        vat_number: None,
    }
}

/// A scheduled contract in cycle `28DAY`, confirmed by the provider, on the portal from 5 September 2022.
pub fn contract(contract_ref: &str, provider_ref: &str, name: &str) -> Contract {
    Contract {
        contract_ref: parse(contract_ref),
        provider_ref: parse(provider_ref),
        name: name.to_owned(),
        payment_method: PaymentMethod::Scheduled,
        cycle_ref: parse("28DAY"),
        vat: VatCategory::Exempt,
        confirmation: Confirmation::Required,
        grace_days: 0,
        document_gate: false,
        portal_from: day("2022-09-05"),
    }
}

/// Placements by the week, bought per client; the end day is paid.
pub fn service(service_ref: &str, contract_ref: &str, name: &str) -> Service {
    Service {
        service_ref: parse(service_ref),
        contract_ref: parse(contract_ref),
        name: name.to_owned(),
        purchase: Purchase::Spot,
        service_type: "Residential".to_owned(),
        unit: Unit::Placement,
        price_per: PricePer::Week,
        unit_step: Decimal::ONE,
        week_starts: 0,
        end_day_paid: true,
        frustrated_percent: Decimal::ZERO,
        tolerance_percent: Decimal::ZERO,
        extras: false,
        visits_required: false,
    }
}

/// A living client.
pub fn client(ss_ref: &str, forename: &str, surname: &str) -> Client {
    Client {
        ss_ref: parse(ss_ref),
        title: Some("Miss".to_owned()),
        forename: forename.to_owned(),
        surname: surname.to_owned(),
        date_of_birth: None,
        date_of_death: None,
    }
}

/// One placement at £865.46 a week since 3 August 2022, until further notice.
pub fn cpli(cpli_id: &str, service: &Service, client: Client) -> Cpli {
    Cpli {
        cpli_id: parse(cpli_id),
        contract_ref: service.contract_ref.clone(),
        service_ref: service.service_ref.clone(),
        client,
        service_level: "Permanent - Residential".to_owned(),
        start_date: day("2022-08-03"),
        end_date: None,
        authorised: true,
        prices: BTreeMap::from([(day("2022-08-03"), price("1", "865.46"))]),
        contributions: Vec::new(),
        absences: BTreeMap::new(),
        changed_from: None,
        changed_at: instant("2022-08-01T09:00:00Z"),
    }
}

/// A quantity and a unit price.
pub fn price(quantity: &str, unit_price: &str) -> Price {
    Price { quantity: parse(quantity), unit_price: parse(unit_price) }
}

/// A client's contribution of so many pounds a week.
pub fn contribution(
    from_date: NaiveDate,
    weekly_amount: &str,
    collected_by: Collector,
) -> Contribution {
    Contribution {
        kind: ContributionKind::Client,
        from_date,
        to_date: None,
        weekly_amount: parse(weekly_amount),
        collected_by,
    }
}

/// Ten guaranteed beds at £865.46 a week, voids paid at 90% to the contract's provider.
pub fn capacity(service: &Service, from_date: NaiveDate) -> Capacity {
    Capacity {
        service_ref: service.service_ref.clone(),
        from_date,
        to_date: None,
        beds: 10,
        void_weekly_rate: parse("865.46"),
        void_percent: parse("90"),
        void_provider_ref: None,
    }
}

/// A directive about a whole contract until further notice.
pub fn directive(
    directive_ref: &str,
    contract_ref: &str,
    kind: DirectiveKind,
    from_date: NaiveDate,
) -> Directive {
    Directive {
        directive_ref: parse(directive_ref),
        contract_ref: parse(contract_ref),
        cpli_id: None,
        kind,
        from_date,
        to_date: None,
        reason: "Under review by the contracts team".to_owned(),
        made_by: Vec::new(),
    }
}

/// 28 days from `start_date`: answered by 17:00 on the 25th day, finalised at 09:00 on the 26th, paid on the day
/// after the last.
///
/// # Panics
///
/// At the end of the calendar.
pub fn period(cycle_ref: &str, start_date: NaiveDate) -> Period {
    let after = |days| start_date + Days::new(days);
    let clock =
        |days, hour| london_instant(after(days).and_hms_opt(hour, 0, 0).unwrap_or_default());
    Period {
        cycle_ref: parse(cycle_ref),
        start_date,
        end_date: after(27),
        confirm_by: clock(24, 17),
        finalise_at: clock(25, 9),
        pay_date: after(28),
    }
}
