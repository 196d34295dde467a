//! The remittance advice: the breakdown of what a finalised payment contains.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::causes::in_words;
use crate::ids::{ContractRef, ItemId, ProviderRef, SsRef};
use crate::item::{Basis, Correction, Item, ItemKind, ItemStatus, contribution_words};
use crate::money::{Money, MoneyError};
use crate::record::Finalised;
use crate::statement::Statement;

/// A remittance advice. Its total is what is paid, whatever is shown of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remittance {
    /// The contract's provider.
    pub provider_ref: ProviderRef,
    /// Under which agreement.
    pub contract_ref: ContractRef,
    /// What it was called.
    pub contract_name: String,
    /// First day of the statement's period.
    pub period_start: NaiveDate,
    /// Last day of the statement's period.
    pub period_end: NaiveDate,
    /// When the money arrives.
    pub pay_date: NaiveDate,
    /// The payment it explains.
    pub run_id: String,
    /// When that payment was fixed.
    pub finalised_at: DateTime<Utc>,
    /// In the order they are shown.
    pub lines: Vec<RemittanceLine>,
    /// How many pairs that cancel out are not shown.
    pub pairs_hidden: u32,
    /// The statement's payable total.
    pub total: Money,
    /// What the portal says at its foot of what it shows.
    pub notes: Vec<String>,
    /// What the council had written at its foot when the payment was fixed.
    pub council_notes: Vec<String>,
}

/// One line: the items of one client for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemittanceLine {
    /// The client's reference, if it is about one.
    pub ss_ref: Option<SsRef>,
    /// The client's full name.
    pub client: Option<String>,
    /// Cost or income, or neither.
    pub kind: RemittanceKind,
    /// Why it is paid or deducted.
    pub reason: String,
    /// First day of the care.
    pub service_from: NaiveDate,
    /// Last day of the care.
    pub service_to: NaiveDate,
    /// What is paid; negative for a deduction.
    pub amount: Money,
    /// Who is paid, if it is not the contract's provider.
    pub paid_to: Option<ProviderRef>,
}

/// What a line is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RemittanceKind {
    /// Care.
    Cost,
    /// A contribution that the provider collected.
    Income,
    /// Unoccupied block capacity.
    Void,
    /// A manual adjustment.
    Manual,
}

/// What of a remittance advice is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RemittanceView {
    /// One line a client and kind, without reasons.
    pub summary: bool,
    /// Also pairs that cancel out.
    pub show_pairs: bool,
}

impl Remittance {
    /// The remittance advice of a finalised statement.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] beyond what the portal can hold.
    pub fn of(
        statement: &Statement,
        finalised: &Finalised,
        view: RemittanceView,
    ) -> Result<Self, MoneyError> {
        let pairs = Pairs::of(statement);
        let shown = |item: &&Item| view.show_pairs || !pairs.0.contains(&item.item_id);
        let mut groups: BTreeMap<Group, RemittanceLine> = BTreeMap::new();
        for item in statement.payable().filter(shown) {
            let group = Group::of(item, view);
            match groups.get_mut(&group) {
                Some(line) => line.add(item)?,
                None => drop(groups.insert(group.clone(), group.line(item, statement))),
            }
        }
        let pairs_hidden = if view.show_pairs { 0 } else { pairs.count() };
        Ok(Self {
            provider_ref: statement.provider_ref.clone(),
            contract_ref: statement.contract_ref.clone(),
            contract_name: statement.contract_name.clone(),
            period_start: statement.period.start_date,
            period_end: statement.period.end_date,
            pay_date: statement.period.pay_date,
            run_id: finalised.run_id.clone(),
            finalised_at: finalised.at,
            lines: groups.into_values().collect(),
            pairs_hidden,
            total: statement.totals()?.payable,
            notes: notes(statement, pairs_hidden)?,
            council_notes: finalised.notes.iter().map(|it| it.text.clone()).collect(),
        })
    }
}

/// A row of the file that a remittance advice is kept as: a line, or a note at its foot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemittanceRow {
    ss_ref: Option<SsRef>,
    client: Option<String>,
    kind: RowKind,
    /// Why, or what the note says.
    reason: String,
    service_from: Option<NaiveDate>,
    service_to: Option<NaiveDate>,
    /// A note has none: adding up the column gives the total.
    amount: Option<Money>,
    /// Who is paid, or who reads the note, if it is not the contract's provider.
    paid_to: Option<ProviderRef>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum RowKind {
    Line(RemittanceKind),
    Note(JustNote),
}

/// Spelled as it is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum JustNote {
    Note,
}

/// The rows of the file that `remittance` is kept as: its lines, then what the council had written at its foot when the
/// payment was fixed.
pub fn rows(remittance: Remittance, finalised: &Finalised) -> Vec<RemittanceRow> {
    let own = remittance.provider_ref;
    let lines = remittance.lines.into_iter().map(RemittanceRow::from);
    let notes = finalised.notes.iter().map(|note| RemittanceRow {
        ss_ref: None,
        client: None,
        kind: RowKind::Note(JustNote::Note),
        reason: note.text.clone(),
        service_from: None,
        service_to: None,
        amount: None,
        paid_to: note.about.provider().filter(|reader| **reader != own).cloned(),
    });
    lines.chain(notes).collect()
}

impl From<RemittanceLine> for RemittanceRow {
    fn from(line: RemittanceLine) -> Self {
        Self {
            ss_ref: line.ss_ref,
            client: line.client,
            kind: RowKind::Line(line.kind),
            reason: line.reason,
            service_from: Some(line.service_from),
            service_to: Some(line.service_to),
            amount: Some(line.amount),
            paid_to: line.paid_to,
        }
    }
}

impl RemittanceLine {
    fn add(&mut self, item: &Item) -> Result<(), MoneyError> {
        self.amount = self.amount.plus(item.amount)?;
        self.service_from = self.service_from.min(item.service_from);
        self.service_to = self.service_to.max(item.service_to);
        Ok(())
    }
}

/// The paid items that take back and give again the same amount for the same care.
struct Pairs<'a>(BTreeSet<&'a ItemId>);

impl<'a> Pairs<'a> {
    fn of(statement: &'a Statement) -> Self {
        let mut paired = BTreeSet::new();
        let mut given: BTreeMap<_, Vec<&ItemId>> = BTreeMap::new();
        let same = |item: &'a Item, pence| {
            (&item.subject, item.period_start, item.kind, &item.payee, pence)
        };
        let of = |correction| {
            let alone = ItemKind::Manual; // A manual adjustment always stands alone.
            statement
                .payable()
                .filter(move |item| item.correction == Some(correction) && item.kind != alone)
        };
        for item in of(Correction::Reissue) {
            let key = same(item, item.amount.pence());
            given.entry(key).or_default().push(&item.item_id);
        }
        for item in of(Correction::Reversal) {
            let key = same(item, item.amount.pence().saturating_neg());
            if let Some(other) = given.get_mut(&key).and_then(Vec::pop) {
                paired.extend([&item.item_id, other]);
            }
        }
        Self(paired)
    }

    fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX).div_euclid(2)
    }
}

/// What stands on one line together; the order is that of the lines: clients first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    no_client: bool,
    ss_ref: Option<SsRef>,
    kind: RemittanceKind,
    reason: String,
    payee: ProviderRef,
    alone: Option<ItemId>,
}

impl Group {
    fn of(item: &Item, view: RemittanceView) -> Self {
        let kind = match item.kind {
            ItemKind::Cost => RemittanceKind::Cost,
            ItemKind::Income => RemittanceKind::Income,
            ItemKind::Void => RemittanceKind::Void,
            ItemKind::Manual => RemittanceKind::Manual,
        };
        let what = what(item, view);
        Self {
            no_client: item.label.ss_ref.is_none(),
            ss_ref: item.label.ss_ref.clone(),
            kind,
            reason: if view.summary { what } else { reason(item, what) },
            payee: item.payee.clone(),
            alone: (item.kind == ItemKind::Manual).then(|| item.item_id.clone()),
        }
    }

    fn line(self, item: &Item, statement: &Statement) -> RemittanceLine {
        RemittanceLine {
            ss_ref: self.ss_ref,
            client: item.label.client.clone(),
            kind: self.kind,
            reason: self.reason,
            service_from: item.service_from,
            service_to: item.service_to,
            amount: item.amount,
            paid_to: (self.payee != statement.provider_ref).then_some(self.payee),
        }
    }
}

/// What an item pays for, in words.
fn what(item: &Item, view: RemittanceView) -> String {
    match &item.basis {
        Basis::Care { .. } | Basis::Actual(_) => "Care".to_owned(),
        Basis::Vat { .. } => "VAT".to_owned(),
        Basis::Contribution { .. } if view.summary => "Contributions".to_owned(),
        Basis::Contribution { kind, .. } => contribution_words(*kind).to_owned(),
        Basis::Void { .. } => match &item.label.service {
            Some(service) => format!("Unoccupied beds, {service}"),
            None => "Unoccupied beds".to_owned(),
        },
        Basis::Manual { .. } => {
            item.cause.clone().unwrap_or_else(|| "Manual adjustment".to_owned())
        }
    }
}

/// `what` with why it is paid now and not when the care was given.
fn reason(item: &Item, what: String) -> String {
    let cause = item.cause.as_deref().filter(|_| item.kind != ItemKind::Manual);
    let why = match (item.correction, item.carried_from_period) {
        (Some(Correction::Reversal), _) => "taken back".to_owned(),
        (Some(Correction::Reissue), _) => "paid again".to_owned(),
        (None, Some(period)) => format!("held since the period from {}", in_words(period)),
        (None, None) => return what,
    };
    match cause {
        Some(cause) => format!("{what}, {why}: {cause}"),
        None => format!("{what}, {why}"),
    }
}

fn notes(statement: &Statement, pairs_hidden: u32) -> Result<Vec<String>, MoneyError> {
    let mut notes = Vec::new();
    let mut elsewhere: BTreeMap<&ProviderRef, Vec<Money>> = BTreeMap::new();
    for item in statement.payable().filter(|item| item.payee != statement.provider_ref) {
        elsewhere.entry(&item.payee).or_default().push(item.amount);
    }
    for (payee, amounts) in elsewhere {
        let amount = Money::total(amounts)?.for_people();
        notes.push(format!("{amount} of the total is paid to {payee}."));
    }
    for (status, words) in [
        (ItemStatus::Suspended, "is suspended and can be paid later"),
        (ItemStatus::CarriedForward, "is carried forward to the next statement"),
        (ItemStatus::Cancelled, "is cancelled and will not be paid"),
    ] {
        let of_status = statement.items.iter().filter(|item| item.status == status);
        let amounts: Vec<_> = of_status.map(|item| item.amount).collect();
        if !amounts.is_empty() {
            let amount = Money::total(amounts)?.for_people();
            notes.push(format!("{amount} {words}; it is not part of the total."));
        }
    }
    match pairs_hidden {
        0 => {}
        1 => notes.push("1 pair of items that cancel out is not shown.".to_owned()),
        many => notes.push(format!("{many} pairs of items that cancel out are not shown.")),
    }
    Ok(notes)
}
