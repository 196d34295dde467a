//! Clients, their care packages, and what hangs on those.

use chrono::NaiveDate;
use domain::changes;
use domain::clock::london_date;
use domain::facts::{Absence, Client, Contribution, ContributionKind, Cpli, Price};
use domain::feed::{Code, Feed, FileTime, Outcome, Row, RowProblem, Times, merge};
use domain::ids::{CpliId, ServiceRef, SsRef};
use serde::{Deserialize, Serialize};
use store::keys::Key;
use store::{ClientCpli, Known, Located, Missing, MissingKind, Told};

use super::agreements::earliest;
use super::people::told;
use crate::desk::{Desk, Stop, changed, merged, needed, unsound};

/// More prices, contributions and absences than one care package has in a lifetime, those taken back included: a
/// record holds them all, and what was told of each.
const NESTED_MAX: usize = 1_000;

/// What a row of `cplis` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct CpliRow {
    cpli_id: CpliId,
    ss_ref: SsRef,
    service_ref: ServiceRef,
    service_level: String,
    start_date: NaiveDate,
    end_date: Option<NaiveDate>,
    authorised: bool,
}

impl CpliRow {
    fn of(cpli: &Cpli) -> Self {
        Self {
            cpli_id: cpli.cpli_id.clone(),
            ss_ref: cpli.client.ss_ref.clone(),
            service_ref: cpli.service_ref.clone(),
            service_level: cpli.service_level.clone(),
            start_date: cpli.start_date,
            end_date: cpli.end_date,
            authorised: cpli.authorised,
        }
    }
}

impl Desk<'_> {
    pub(crate) async fn client(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let ss_ref: SsRef = needed(row, "ss_ref")?;
        let key = Key::client(&ss_ref);
        let known = self.clients.get(self.store, &key).await?;
        let merged = merged::<Client>(known.as_ref(), row, at)?;
        let Some(client) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        if merged.outcome == Outcome::Changed {
            self.copy_client(&client).await?;
        }
        self.now_known(MissingKind::Client, ss_ref.as_str());
        let known = told(known, client, merged.times);
        self.clients.set(key, known, changed(merged.outcome));
        Ok(merged.outcome)
    }

    /// Every care package carries a copy of its client, so that a list is one question.
    async fn copy_client(&mut self, client: &Client) -> Result<(), Stop> {
        for ClientCpli { cpli_id, located } in self.store.cplis_of_client(&client.ss_ref).await? {
            let key = cpli_key(&located, &cpli_id);
            let Some(known) = self.cplis.get(self.store, &key).await? else { continue };
            if known.fact.client.ss_ref == client.ss_ref && known.fact.client != *client {
                let cpli = Cpli { client: client.clone(), ..known.fact.clone() };
                self.change_cpli(&located, Some(known.clone()), cpli, known.told);
            }
        }
        Ok(())
    }

    pub(crate) async fn cpli(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let cpli_id: CpliId = needed(row, "cpli_id")?;
        let service: String = needed(row, "service_ref")?;
        let of_service = self.located_or_wait(MissingKind::Service, &service).await?;
        let locator = Key::cpli_locator(&cpli_id);
        let home = self.located(&locator).await?;
        let at_home = home.clone().unwrap_or_else(|| of_service.clone());
        let key = cpli_key(&at_home, &cpli_id);
        let known = self.cplis.get(self.store, &key).await?;
        let before = known.as_ref().map(|it| CpliRow::of(&it.fact));
        let times = known.as_ref().and_then(|it| it.told.told.as_ref());
        let merged = merge::<CpliRow>(before.as_ref(), times, row, at)?;
        let Some(said) = merged.record else { return Ok(merged.outcome) };
        if merged.outcome == Outcome::Superseded {
            return Ok(merged.outcome);
        }
        if of_service.contract_ref != at_home.contract_ref {
            let message = format!(
                "service_ref: CPLI {cpli_id} is of contract {} and cannot move. End it and begin a new one.",
                at_home.contract_ref
            );
            return Err(RowProblem::at("service_ref", Code::I26, message).into());
        }
        let client_key = Key::client(&said.ss_ref);
        let Some(client) = self.clients.get(self.store, &client_key).await? else {
            return Err(waits_for_client(&said.ss_ref));
        };
        if let Some(before) = before.as_ref().filter(|it| it.service_ref != said.service_ref) {
            let services = (&before.service_ref, &said.service_ref);
            self.cpli_may_go_over(&at_home, services).await?;
        }
        let before_ref = before.map(|it| it.ss_ref);
        if before_ref.as_ref() != Some(&said.ss_ref) {
            // Saved too, so that of a change of the client and of this one neither misses the other.
            self.clients.set(client_key, client.clone(), false);
            if let Some(before_ref) = before_ref {
                self.delete(Key::client_cpli(&before_ref, &cpli_id));
            }
            let link = ClientCpli { cpli_id: cpli_id.clone(), located: at_home.clone() };
            self.link(Key::client_cpli(&said.ss_ref, &cpli_id), link);
        }
        if home.is_none() {
            self.locate(locator, &at_home);
        }
        let told = known.as_ref().map(|it| it.told.clone()).unwrap_or_default();
        let told = told.as_of(merged.times);
        let cpli = self.cpli_of(said, &at_home, client.fact, known.as_ref());
        self.change_cpli(&at_home, known, cpli, told);
        Ok(merged.outcome)
    }

    fn cpli_of(
        &self,
        said: CpliRow,
        home: &Located,
        client: Client,
        known: Option<&Known<Cpli>>,
    ) -> Cpli {
        let fresh = Cpli {
            cpli_id: said.cpli_id,
            contract_ref: home.contract_ref.clone(),
            service_ref: said.service_ref,
            client,
            service_level: said.service_level,
            start_date: said.start_date,
            end_date: said.end_date,
            authorised: said.authorised,
            prices: std::collections::BTreeMap::new(),
            contributions: Vec::new(),
            absences: std::collections::BTreeMap::new(),
            changed_from: None,
            changed_at: self.now.instant,
        };
        match known.map(|it| it.fact.clone()) {
            None => fresh,
            Some(Cpli { prices, contributions, absences, changed_from, changed_at, .. }) => {
                Cpli { prices, contributions, absences, changed_from, changed_at, ..fresh }
            }
        }
    }

    /// Saves a care package with from when on the change matters.
    fn change_cpli(
        &mut self,
        home: &Located,
        known: Option<Known<Cpli>>,
        mut cpli: Cpli,
        told: Told,
    ) {
        let key = cpli_key(home, &cpli.cpli_id);
        let before = known.as_ref().map(|it| &it.fact);
        let is_changed = before != Some(&cpli);
        if is_changed {
            cpli.changed_from = earliest(cpli.changed_from, changes::cpli(before, &cpli));
            cpli.changed_at = self.now.instant;
            self.changes.touch(home);
            if before.is_none_or(|before| london_date(before.changed_at) != self.now.date) {
                self.first_changes.insert(key.clone(), home.clone());
            }
        }
        let known = match known {
            Some(known) => known.saying(cpli, told),
            None => Known::new(cpli, told),
        };
        self.cplis.set(key, known, is_changed);
    }

    /// A price, contribution or absence.
    pub(crate) async fn nested(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        let cpli_id: CpliId = needed(row, "cpli_id")?;
        let home = self.located_or_wait(MissingKind::Cpli, cpli_id.as_str()).await?;
        let key = cpli_key(&home, &cpli_id);
        let Some(known) = self.cplis.get(self.store, &key).await? else {
            return Err(unsound("cpli_id").into());
        };
        let row_key = row.key();
        let of_row = row_key.split_once('#').map_or(row_key.as_str(), |(_, rest)| rest);
        let name = format!("{}#{of_row}", row.feed);
        let times = known.told.rows_told.get(&name);
        let mut cpli = known.fact.clone();
        let (outcome, times) = put_nested(&mut cpli, times, row, at)?;
        if outcome == Outcome::Superseded {
            return Ok(outcome);
        }
        let mut told = known.told.clone();
        told.rows_told.insert(name, times);
        if told.rows_told.len() > NESTED_MAX {
            let message = format!(
                "cpli_id: CPLI {cpli_id} cannot have more than {NESTED_MAX} prices, contributions and absences. End it and begin a new one."
            );
            return Err(RowProblem::at("cpli_id", Code::I32, message).into());
        }
        self.change_cpli(&home, Some(known), cpli, told);
        Ok(outcome)
    }
}

fn waits_for_client(ss_ref: &SsRef) -> Stop {
    let reference = ss_ref.to_string();
    Stop::Waits(Missing { kind: MissingKind::Client, reference })
}

fn cpli_key(home: &Located, cpli_id: &CpliId) -> Key {
    Key::cpli(&home.provider_ref, &home.contract_ref, cpli_id)
}

/// Adds a price, contribution or absence to its care package.
fn put_nested(
    cpli: &mut Cpli,
    times: Option<&Times>,
    row: &Row,
    at: FileTime,
) -> Result<(Outcome, Times), RowProblem> {
    let from: NaiveDate = needed(row, "from_date")?;
    if row.feed == Feed::Prices {
        let merged = merge::<Price>(cpli.prices.get(&from), times, row, at)?;
        match merged.record {
            Some(price) => drop(cpli.prices.insert(from, price)),
            None => drop(cpli.prices.remove(&from)),
        }
        return Ok((merged.outcome, merged.times));
    }
    if row.feed == Feed::Absences {
        let merged = merge::<Absence>(cpli.absences.get(&from), times, row, at)?;
        match merged.record {
            Some(absence) => drop(cpli.absences.insert(from, absence)),
            None => drop(cpli.absences.remove(&from)),
        }
        return Ok((merged.outcome, merged.times));
    }
    let kind = contribution_kind(row)?;
    let is_it = |it: &Contribution| it.kind == kind && it.from_date == from;
    let before = cpli.contributions.iter().find(|it| is_it(it));
    let merged = merge::<Contribution>(before, times, row, at)?;
    cpli.contributions.retain(|it| !is_it(it));
    cpli.contributions.extend(merged.record);
    cpli.contributions.sort_by_key(|it| (it.kind, it.from_date));
    Ok((merged.outcome, merged.times))
}

fn contribution_kind(row: &Row) -> Result<ContributionKind, RowProblem> {
    match row.text("kind") {
        Some("client") => Ok(ContributionKind::Client),
        Some("third_party") => Ok(ContributionKind::ThirdParty),
        Some("fnc") => Ok(ContributionKind::Fnc),
        Some(_) | None => Err(unsound("kind")),
    }
}
