//! A council's facts and somebody's session, put into a table in memory.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use domain::account::{ProviderAccess, StaffAccess};
use domain::clock::Now;
use domain::facts::Contract;
use domain::ids::ProviderRef;
use domain::permission::{CouncilRole, Role};
use domain::sign_in::{Session, Token};
use serde::Serialize;
use store::keys::Key;
use store::{Action, Change, Located, Progress, Store};

use crate::{Council, parse};

/// Who signs in.
const ADA: &str = "ada@lakehouse.example";

/// Whose contract pays voids to a provider.
#[derive(Debug, Serialize)]
struct Owner<'a> {
    provider_ref: &'a ProviderRef,
}

impl Council {
    /// Puts everything into `store`, as the council's files would bring it. What is there already is written
    /// over, but for how far the contracts are.
    ///
    /// # Panics
    ///
    /// If `store` is not in memory.
    pub async fn save(&self, store: &Store) {
        let mut actions = vec![Action::put(Key::settings(), &self.settings)];
        actions.extend(
            self.providers.iter().map(|it| Action::put(Key::provider(&it.provider_ref), it)),
        );
        actions.extend(
            self.contacts
                .iter()
                .map(|it| Action::put(Key::contact(&it.provider_ref, &it.contact_ref), it)),
        );
        let contracts: BTreeMap<_, _> =
            self.contracts.iter().map(|it| (&it.contract_ref, it)).collect();
        for contract in contracts.values() {
            actions.extend(self.facts_of(contract));
        }
        let cycles: BTreeMap<_, _> = self.periods.iter().map(|it| (&it.cycle_ref, it)).collect();
        for cycle in cycles.keys() {
            let record = BTreeMap::from([("cycle_ref", cycle)]);
            actions.push(Action::put(Key::cycle(cycle), &record));
        }
        let period = |it: &domain::facts::Period| Key::period(&it.cycle_ref, it.start_date);
        actions.extend(self.periods.iter().map(|it| Action::put(period(it), it)));
        for contract in contracts.values() {
            let begun = store.progress(&contract.cycle_ref, &contract.contract_ref).await.unwrap();
            if begun.is_none() {
                actions.push(Store::progress_action(&Progress::new(contract)));
            }
        }
        store.seed(actions).await.unwrap();
    }

    fn facts_of(&self, contract: &Contract) -> Vec<Action> {
        let facts = self.facts(contract.contract_ref.as_str());
        let (provider, contract_ref) = (&contract.provider_ref, &contract.contract_ref);
        let whose = Located { provider_ref: provider.clone(), contract_ref: contract_ref.clone() };
        let mut actions = vec![
            Action::put(Key::contract(provider, contract_ref), contract),
            Action::put(Key::contract_locator(contract_ref), &whose),
        ];
        for it in facts.services.values() {
            let key = Key::service(provider, contract_ref, &it.service_ref);
            actions.push(Action::put(key, it));
        }
        for it in facts.cplis.values() {
            actions.push(Action::put(Key::cpli(provider, contract_ref, &it.cpli_id), it));
        }
        let mut payees = BTreeSet::new();
        for it in facts.capacities.values() {
            let key = Key::capacity(provider, contract_ref, &it.service_ref, it.from_date);
            actions.push(Action::put(key, it));
            payees.extend(&it.void_provider_ref);
        }
        for payee in payees {
            let owner = Owner { provider_ref: provider };
            actions.push(Action::put(Key::payee(payee, contract_ref), &owner));
        }
        for it in facts.adjustments.values() {
            let key = Key::adjustment(provider, contract_ref, &it.adjustment_ref);
            actions.push(Action::put(key, it));
        }
        for it in facts.directives.values() {
            actions
                .push(Action::put(Key::directive(provider, contract_ref, &it.directive_ref), it));
        }
        actions
    }
}

/// Signs Ada Brome in to act for `provider_ref` with `roles`; gives the token of her session.
///
/// # Panics
///
/// If `store` is not in memory.
pub async fn sign_in(store: &Store, provider_ref: &str, roles: &[Role], now: Now) -> String {
    grant(store, provider_ref, roles).await;
    start_session(store, Some((parse(provider_ref), roles.to_vec())), now).await
}

/// Signs Ada Brome in; she has not chosen whom she acts for.
///
/// # Panics
///
/// If `store` cannot be written.
pub async fn sign_in_only(store: &Store, now: Now) -> String {
    start_session(store, None, now).await
}

/// Lets Ada Brome act for `provider_ref` with `roles`.
///
/// # Panics
///
/// If `store` is not in memory.
pub async fn grant(store: &Store, provider_ref: &str, roles: &[Role]) {
    let access = ProviderAccess {
        provider_ref: parse(provider_ref),
        contact_ref: parse("K2001"),
        roles: roles.to_vec(),
        version: 0,
    };
    let key = Key::access(ADA, &access.provider_ref);
    store.seed(vec![Action::put(key, &access)]).await.unwrap();
}

/// Signs Grace Hallam of the council in, with `roles` and in `teams`; gives the token of her session.
///
/// # Panics
///
/// If `store` is not in memory.
pub async fn sign_in_staff(
    store: &Store,
    roles: &[CouncilRole],
    teams: &[&str],
    now: Now,
) -> String {
    sign_in_colleague(store, ("Grace Hallam", "U9001"), (roles, teams), now).await
}

/// The same for another of the council's people: their name and staff reference, their roles and teams.
///
/// # Panics
///
/// If `store` is not in memory.
pub async fn sign_in_colleague(
    store: &Store,
    (name, staff_ref): (&str, &str),
    (roles, teams): (&[CouncilRole], &[&str]),
    now: Now,
) -> String {
    let access = StaffAccess {
        staff_ref: parse(staff_ref),
        name: name.to_owned(),
        roles: roles.to_vec(),
        teams: teams.iter().map(|team| parse(team)).collect(),
        version: 0,
    };
    let email = format!("{}@council.example", staff_ref.to_lowercase());
    store.seed(vec![Action::put(Key::staff_access(&email), &access)]).await.unwrap();
    let token = Token::new(cloud::random_bytes());
    let session = Session {
        email: parse(&email),
        name: name.to_owned(),
        council: Some(access),
        ..session(&token, now)
    };
    store.change(vec![Change::StartSession(session, None)]).await.unwrap();
    token.reveal().to_owned()
}

async fn start_session(
    store: &Store,
    provider: Option<(ProviderRef, Vec<Role>)>,
    now: Now,
) -> String {
    let token = Token::new(cloud::random_bytes());
    let (provider, roles) = provider.map_or((None, Vec::new()), |(it, roles)| (Some(it), roles));
    let session = Session { provider, roles, ..session(&token, now) };
    store.change(vec![Change::StartSession(session, None)]).await.unwrap();
    token.reveal().to_owned()
}

fn session(token: &Token, now: Now) -> Session {
    Session {
        id: token.hash(),
        email: parse(ADA),
        name: "Ada Brome".to_owned(),
        provider: None,
        roles: Vec::new(),
        council: None,
        created_at: now.instant,
        last_seen_at: now.instant,
        idle_minutes: 30,
        ends_at: now.instant + Duration::hours(12),
        browser: "Test".to_owned(),
        version: 0,
    }
}
