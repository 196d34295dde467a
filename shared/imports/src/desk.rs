//! Where rows are laid on what is known: everything that one piece of a file reads and will write.
//!
//! Nothing here writes. A piece that lost a race is laid out again on a fresh desk.

use std::collections::{BTreeMap, BTreeSet};

use agreements::DOCUMENT_BYTES_MAX;
use chrono::NaiveDate;
use domain::action::ActionTypes;
use domain::clock::Now;
use domain::facts::{
    Adjustment, Capacity, Client, Contact, Cpli, Directive, Period, Provider, Service, StaffMember,
    Team,
};
use domain::feed::{Feed, FileTime, Merged, Outcome, Row, RowProblem, merge};
use domain::ids::{ContractRef, CycleRef, ProviderRef, ServiceRef};
use domain::invoice::{InvoiceHead, InvoiceId};
use domain::notice::Happening;
use domain::setting_changes::SettingChanges;
use domain::settings::Settings;
use domain::weeks::{Decision, Variation};
use files::{FilesError, Objects, Place};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::keys::Key;
use store::{
    Action, AfterWrite, Agreement, Batch, CycleMark, Known, ListedProvider, Located, Missing,
    MissingKind, News, Progress, Store, StoreError, TakenBack,
};

use crate::ImportsError;
use crate::shelf::Shelf;
use crate::take::{DocumentRow, InvoiceRow};

/// How many care packages are written together if they are more than fit.
const CPLIS_AT_A_TIME: usize = 40;

/// What a row came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Taken {
    Done(Outcome),
    Refused(RowProblem),
    Waits(Missing),
}

/// Why a row stops half way.
#[derive(Debug)]
pub(crate) enum Stop {
    Failed(ImportsError),
    Refused(RowProblem),
    Waits(Missing),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<ImportsError> for Stop {
    fn from(error: ImportsError) -> Self {
        Self::Failed(error)
    }
}

impl From<FilesError> for Stop {
    fn from(error: FilesError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<RowProblem> for Stop {
    fn from(problem: RowProblem) -> Self {
        Self::Refused(problem)
    }
}

/// Everything that one piece of a file reads and will write.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) store: &'a Store,
    /// Where the PDFs are that rows name.
    pub(crate) objects: Option<&'a Objects>,
    pub(crate) now: Now,
    pub(crate) settings: Shelf<Settings>,
    pub(crate) setting_changes: Shelf<SettingChanges>,
    pub(crate) action_types: Shelf<ActionTypes>,
    pub(crate) providers: Shelf<Provider>,
    pub(crate) contacts: Shelf<Contact>,
    pub(crate) teams: Shelf<Team>,
    pub(crate) staff: Shelf<StaffMember>,
    pub(crate) contracts: Shelf<Agreement>,
    pub(crate) services: Shelf<Service>,
    pub(crate) capacities: Shelf<Capacity>,
    pub(crate) taken_back: Shelf<TakenBack>,
    pub(crate) clients: Shelf<Client>,
    pub(crate) cplis: Shelf<Cpli>,
    pub(crate) adjustments: Shelf<Adjustment>,
    pub(crate) directives: Shelf<Directive>,
    pub(crate) variations: Shelf<Variation>,
    pub(crate) exceptions: Shelf<Decision>,
    pub(crate) invoice_decisions: Shelf<InvoiceRow>,
    pub(crate) documents: Shelf<DocumentRow>,
    /// Documents as they will be.
    pub(crate) invoices: BTreeMap<(ProviderRef, InvoiceId), InvoiceHead>,
    pub(crate) periods: Shelf<Period>,
    pub(crate) cycle_marks: Shelf<CycleMark>,
    pub(crate) cycles: BTreeMap<CycleRef, Cycle>,
    pub(crate) after: Vec<AfterWrite>,
    /// The care packages that change for the first time on this day.
    pub(crate) first_changes: BTreeMap<Key, Located>,
    located: BTreeMap<Key, Option<Located>>,
    there: BTreeMap<Key, bool>,
    locate: BTreeMap<Key, Located>,
    progress: BTreeMap<Key, Progress>,
    left_cycles: BTreeMap<Key, u32>,
    links: BTreeMap<Key, store::ClientCpli>,
    payees: BTreeMap<Key, Located>,
    listed: BTreeMap<Key, ListedProvider>,
    not_there: BTreeSet<Key>,
    deletes: BTreeSet<Key>,
    pub(crate) changes: Changes,
}

/// What the rows change, for a dry run that says what that comes to.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Whose facts.
    pub(crate) contracts: BTreeMap<ContractRef, ProviderRef>,
    /// What was taken back.
    pub(crate) capacities_gone: BTreeSet<(ServiceRef, NaiveDate)>,
    /// What was taken back.
    pub(crate) periods_gone: BTreeSet<(CycleRef, NaiveDate)>,
}

impl Changes {
    /// A fact about a contract changes.
    pub(crate) fn touch(&mut self, located: &Located) {
        self.contracts.insert(located.contract_ref.clone(), located.provider_ref.clone());
    }
}

/// The periods of a cycle and how far its contracts are.
#[derive(Debug, Default)]
pub(crate) struct Cycle {
    pub(crate) periods: BTreeMap<NaiveDate, Period>,
    pub(crate) progress: Vec<Progress>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(store: &'a Store, now: Now) -> Self {
        Self {
            store,
            objects: None,
            now,
            settings: Shelf::default(),
            setting_changes: Shelf::default(),
            action_types: Shelf::default(),
            providers: Shelf::default(),
            contacts: Shelf::default(),
            teams: Shelf::default(),
            staff: Shelf::default(),
            contracts: Shelf::default(),
            services: Shelf::default(),
            capacities: Shelf::default(),
            taken_back: Shelf::default(),
            clients: Shelf::default(),
            cplis: Shelf::default(),
            adjustments: Shelf::default(),
            directives: Shelf::default(),
            variations: Shelf::default(),
            exceptions: Shelf::default(),
            invoice_decisions: Shelf::default(),
            documents: Shelf::default(),
            invoices: BTreeMap::new(),
            periods: Shelf::default(),
            cycle_marks: Shelf::default(),
            cycles: BTreeMap::new(),
            after: Vec::new(),
            first_changes: BTreeMap::new(),
            located: BTreeMap::new(),
            there: BTreeMap::new(),
            locate: BTreeMap::new(),
            progress: BTreeMap::new(),
            left_cycles: BTreeMap::new(),
            links: BTreeMap::new(),
            payees: BTreeMap::new(),
            listed: BTreeMap::new(),
            not_there: BTreeSet::new(),
            deletes: BTreeSet::new(),
            changes: Changes::default(),
        }
    }

    /// The same, with where the PDFs are that rows name.
    pub(crate) fn beside(self, objects: &'a Objects) -> Self {
        Self { objects: Some(objects), ..self }
    }

    /// Lays one row of a file of `at` on what is known.
    pub(crate) async fn take(&mut self, row: &Row, at: FileTime) -> Result<Taken, ImportsError> {
        // In a box: what so many feeds may ask would make a large future.
        match Box::pin(self.laid(row, at)).await {
            Ok(outcome) => Ok(Taken::Done(outcome)),
            Err(Stop::Refused(problem)) => Ok(Taken::Refused(problem)),
            Err(Stop::Waits(missing)) => Ok(Taken::Waits(missing)),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    #[expect(clippy::cognitive_complexity, reason = "a table of the feeds")]
    async fn laid(&mut self, row: &Row, at: FileTime) -> Result<Outcome, Stop> {
        match row.feed {
            Feed::Settings => self.setting(row, at).await,
            Feed::ActionTypes => self.action_type(row, at).await,
            Feed::ActionFields => self.action_field(row, at).await,
            Feed::Teams => self.team(row, at).await,
            Feed::Staff => self.staff(row, at).await,
            Feed::Providers => self.provider(row, at).await,
            Feed::Contacts => self.contact(row, at).await,
            Feed::Contracts => self.contract(row, at).await,
            Feed::Services => self.service(row, at).await,
            Feed::Capacity => self.capacity(row, at).await,
            Feed::Clients => self.client(row, at).await,
            Feed::Cplis => self.cpli(row, at).await,
            Feed::Prices | Feed::Contributions | Feed::Absences => self.nested(row, at).await,
            Feed::Adjustments => self.adjustment(row, at).await,
            Feed::Directives => self.directive(row, at).await,
            Feed::Variations => self.variation(row, at).await,
            Feed::Exceptions => self.exception(row, at).await,
            Feed::Invoices => self.invoice(row, at).await,
            Feed::Periods => self.period(row, at).await,
            Feed::Documents => self.document(row, at).await,
        }
    }

    /// What must be written for the rows taken.
    pub(crate) fn batch(&self) -> Batch {
        let mut batch = self.batch_without_cplis();
        self.cplis.save(&mut batch);
        batch
    }

    /// The care packages alone, a few at a time, for a client who has more of them than can be written together.
    ///
    /// They go first: until the client's own record says the same, the row is still to be done.
    pub(crate) fn cplis_first(&self) -> Vec<Batch> {
        self.cplis.save_in(CPLIS_AT_A_TIME)
    }

    /// Counts in `batch`, for the daily email, the care packages in it that change for the first time on this day:
    /// one record for each provider and each file, which is called `stem`. It is written together with the care
    /// packages, so that a file that is cut off and taken in again, or cut in other pieces, counts the same.
    pub(crate) async fn tell_of_cplis(
        &mut self,
        batch: &mut Batch,
        stem: &str,
    ) -> Result<(), StoreError> {
        let mut counts: BTreeMap<ProviderRef, u32> = BTreeMap::new();
        for (key, home) in &self.first_changes {
            if batch.holds(key)
                && is_on_portal(&mut self.contracts, self.store, home, self.now).await?
            {
                let count = counts.entry(home.provider_ref.clone()).or_default();
                *count = count.saturating_add(1);
            }
        }
        for (provider_ref, count) in counts {
            let (happening, day) = (Happening::CarePackageChanged, self.now.date);
            let news = News { provider_ref, happening, id: stem.to_owned(), count, day };
            batch.add(self.store.more_news(news).await?);
        }
        Ok(())
    }

    /// Everything else.
    pub(crate) fn batch_without_cplis(&self) -> Batch {
        let mut batch = Batch::default();
        self.settings.save(&mut batch);
        self.setting_changes.save(&mut batch);
        self.action_types.save(&mut batch);
        self.providers.save(&mut batch);
        self.contacts.save(&mut batch);
        self.teams.save(&mut batch);
        self.staff.save(&mut batch);
        self.contracts.save(&mut batch);
        self.services.save(&mut batch);
        self.taken_back.save(&mut batch);
        for key in &self.deletes {
            batch.delete(key.clone());
        }
        self.capacities.save(&mut batch);
        self.clients.save(&mut batch);
        self.adjustments.save(&mut batch);
        self.directives.save(&mut batch);
        self.variations.save(&mut batch);
        self.exceptions.save(&mut batch);
        self.invoice_decisions.save(&mut batch);
        self.documents.save(&mut batch);
        for action in self.invoices.values().flat_map(Store::decision_actions) {
            batch.add(action);
        }
        self.periods.save(&mut batch);
        self.cycle_marks.save(&mut batch);
        for (key, located) in &self.locate {
            batch.locate(key.clone(), located);
        }
        for (key, version) in &self.left_cycles {
            batch.add(Action::delete(key.clone()).if_version(*version));
        }
        for progress in self.progress.values() {
            batch.add(Store::progress_action(progress));
        }
        for (key, link) in &self.links {
            batch.put(key.clone(), link);
        }
        for (key, payee) in &self.payees {
            batch.put(key.clone(), payee);
        }
        for (key, listed) in &self.listed {
            batch.put(key.clone(), listed);
        }
        for key in &self.not_there {
            batch.add(Action::check(key.clone()).if_absent());
        }
        batch
    }

    /// Whose something is; none: not yet known.
    pub(crate) async fn located(&mut self, locator: &Key) -> Result<Option<Located>, StoreError> {
        if let Some(located) = self.located.get(locator) {
            return Ok(located.clone());
        }
        let located = self.store.located(locator).await?;
        self.located.insert(locator.clone(), located.clone());
        Ok(located)
    }

    /// Puts what was read ahead, unless it is there.
    pub(crate) fn fill_located(&mut self, locator: Key, located: Option<Located>) {
        self.located.entry(locator).or_insert(located);
    }

    /// Whose something is, which must be known.
    pub(crate) async fn located_or_wait(
        &mut self,
        kind: MissingKind,
        reference: &str,
    ) -> Result<Located, Stop> {
        let missing = Missing { kind, reference: reference.to_owned() };
        let key = key_of(&missing).ok_or_else(|| Stop::Refused(unsound("reference")))?;
        self.located(&key).await?.ok_or(Stop::Waits(missing))
    }

    /// Says whose something new is.
    pub(crate) fn locate(&mut self, locator: Key, located: &Located) {
        self.located.insert(locator.clone(), Some(located.clone()));
        self.locate.insert(locator, located.clone());
    }

    /// Whether what a row names is known.
    pub(crate) async fn is_known(&mut self, missing: &Missing) -> Result<bool, ImportsError> {
        if missing.kind == MissingKind::Pdf {
            return self.is_dropped(&missing.reference).await;
        }
        if missing.kind == MissingKind::ActionType {
            return Ok(self.known_types().await?.fact.find(&missing.reference).is_some());
        }
        let Some(key) = key_of(missing) else { return Ok(false) };
        if let Some(there) = self.there.get(&key) {
            return Ok(*there);
        }
        let there = self.store.is_there(&key).await?;
        self.there.insert(key, there);
        Ok(there)
    }

    /// Whether the council dropped a PDF of this name.
    async fn is_dropped(&self, name: &str) -> Result<bool, ImportsError> {
        let Some(objects) = self.objects else { return Ok(false) };
        // Whatever it is: the row then says what is wrong with it.
        match objects.read(&Place::council_inbox(name), DOCUMENT_BYTES_MAX).await {
            Err(FilesError::TooLarge { .. }) => Ok(true),
            other => Ok(other?.is_some()),
        }
    }

    /// From now on it is.
    pub(crate) fn now_known(&mut self, kind: MissingKind, reference: &str) {
        if let Some(key) = key_of(&Missing { kind, reference: reference.to_owned() }) {
            self.there.insert(key, true);
        }
    }

    /// What a row names must be known.
    pub(crate) async fn must_know(
        &mut self,
        kind: MissingKind,
        reference: &str,
    ) -> Result<(), Stop> {
        let missing = Missing { kind, reference: reference.to_owned() };
        if self.is_known(&missing).await? { Ok(()) } else { Err(Stop::Waits(missing)) }
    }

    /// How far a contract is, as it will be.
    pub(crate) async fn progress(
        &mut self,
        cycle: &CycleRef,
        contract: &ContractRef,
    ) -> Result<Option<Progress>, StoreError> {
        match self.progress.get(&Key::progress(cycle, contract)) {
            Some(progress) => Ok(Some(progress.clone())),
            None => self.store.progress(cycle, contract).await,
        }
    }

    pub(crate) fn set_progress(&mut self, progress: Progress) {
        let key = Key::progress(&progress.cycle_ref, &progress.contract_ref);
        self.progress.insert(key, progress);
    }

    /// A contract is no longer in a cycle, if it is as far there as was read.
    pub(crate) fn leave_cycle(&mut self, progress: &Progress) {
        let key = Key::progress(&progress.cycle_ref, &progress.contract_ref);
        self.progress.remove(&key);
        self.left_cycles.insert(key, progress.version);
    }

    pub(crate) fn link(&mut self, key: Key, link: store::ClientCpli) {
        self.deletes.remove(&key);
        self.links.insert(key, link);
    }

    pub(crate) fn pay_voids_to(&mut self, payee: &ProviderRef, contract: &Located) {
        self.payees.insert(Key::payee(payee, &contract.contract_ref), contract.clone());
    }

    /// The provider in the list of all of them, as the council's people choose from it.
    pub(crate) fn list(&mut self, provider: &Provider) {
        let Provider { provider_ref, name, kind, .. } = provider.clone();
        let listed = ListedProvider { provider_ref, name, kind };
        self.listed.insert(Key::listed_provider(&listed.provider_ref), listed);
    }

    /// What is written holds only if there is no such record then.
    pub(crate) fn only_without(&mut self, key: Key) {
        self.not_there.insert(key);
    }

    pub(crate) fn delete(&mut self, key: Key) {
        self.links.remove(&key);
        self.deletes.insert(key);
    }
}

/// Whether a provider can see what is of this contract.
async fn is_on_portal(
    contracts: &mut Shelf<Agreement>,
    store: &Store,
    home: &Located,
    now: Now,
) -> Result<bool, StoreError> {
    let key = Key::contract(&home.provider_ref, &home.contract_ref);
    let known = contracts.get(store, &key).await?;
    Ok(known.is_some_and(|known| known.fact.contract.portal_from <= now.date))
}

/// Adds a row to a fact.
pub(crate) fn merged<T: Serialize + DeserializeOwned + PartialEq>(
    known: Option<&Known<T>>,
    row: &Row,
    at: FileTime,
) -> Result<Merged<T>, RowProblem> {
    let times = known.and_then(|it| it.told.told.as_ref());
    merge(known.map(|it| &it.fact), times, row, at)
}

/// Whether the outcome means that the record says something else now.
pub(crate) fn changed(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::New | Outcome::Changed)
}

/// The key of a record that is there exactly if `missing` is not.
fn key_of(missing: &Missing) -> Option<Key> {
    let reference = &missing.reference;
    Some(match missing.kind {
        MissingKind::Provider => Key::provider(&reference.parse().ok()?),
        MissingKind::Contract => Key::contract_locator(&reference.parse().ok()?),
        MissingKind::Service => Key::service_locator(&reference.parse().ok()?),
        MissingKind::Client => Key::client(&reference.parse().ok()?),
        MissingKind::Cpli => Key::cpli_locator(&reference.parse().ok()?),
        MissingKind::Team => Key::team(&reference.parse().ok()?),
        MissingKind::Cycle => Key::cycle(&reference.parse().ok()?),
        // They are no records of their own.
        MissingKind::Pdf | MissingKind::ActionType => return None,
        MissingKind::Invoice => {
            let (number, provider) = reference.split_once(" of ")?;
            Key::numbered(&provider.parse().ok()?, number.parse().ok()?)
        }
    })
}

/// A cell that every row of the feed has been checked to have is not there.
pub(crate) fn unsound(column: &str) -> RowProblem {
    let message = format!(
        "{column}: The portal could not take this row, by a fault of its own. Tell its support."
    );
    RowProblem::at(column, domain::feed::Code::I99, message)
}

/// A reference that every row of the feed has.
pub(crate) fn needed<T: std::str::FromStr>(row: &Row, column: &str) -> Result<T, RowProblem> {
    row.parsed(column).ok_or_else(|| unsound(column))
}
