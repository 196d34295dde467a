//! An agency that is paid by what it delivers: it records weeks, submits periods and invoices; the council decides
//! and pays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use domain::actuals::{Known, Week};
use domain::clock::Now;
use domain::facts::{Facts, Period, Service, VatCategory};
use domain::ids::CpliId;
use domain::invoice::{
    Attachment, AttachmentType, CannotSubmitInvoice, Claim, Draft, Drafting, InvoiceBody,
    InvoiceDocument, InvoiceHead, InvoiceId, InvoiceNumber, InvoiceState, Submitting, settled,
    taken,
};
use domain::money::Money;
use domain::settings::{OverTolerance, Settings};
use domain::statement::{Ledger, Statement};
use domain::weeks::{
    Actuals, CannotSubmit, EntryRefused, EntryText, Recorded, RecordedWeeks, Source, Submission,
    Valued, check_entry,
};
use testing::{Council, day, instant, parse};

/// The first days of its periods.
pub(crate) const STARTS: [&str; 4] = ["2022-09-05", "2022-10-03", "2022-10-31", "2022-11-28"];

/// Northside: `170001` with 10.5 hours a week at £22.34, `170002` with 7 at £20.00; tolerance 10%.
pub(crate) struct Agency {
    pub(crate) facts: Facts,
    pub(crate) settings: Settings,
    pub(crate) now: DateTime<Utc>,
    pub(crate) recorded: BTreeMap<NaiveDate, RecordedWeeks>,
    pub(crate) submissions: BTreeMap<NaiveDate, Submission>,
    pub(crate) heads: BTreeMap<InvoiceId, InvoiceHead>,
    pub(crate) bodies: BTreeMap<InvoiceId, InvoiceBody>,
    pub(crate) statements: Vec<Statement>,
    next_number: InvoiceNumber,
}

impl Agency {
    /// On the last day of the first period.
    pub(crate) fn new() -> Self {
        let mut facts = Council::homecare().facts("C3003");
        for service in facts.services.values_mut() {
            service.extras = true;
        }
        Self {
            facts,
            settings: Settings::default(),
            now: instant("2022-09-26T09:00:00Z"),
            recorded: BTreeMap::new(),
            submissions: BTreeMap::new(),
            heads: BTreeMap::new(),
            bodies: BTreeMap::new(),
            statements: Vec::new(),
            next_number: InvoiceNumber::FIRST,
        }
    }

    pub(crate) fn standard_rated(mut self) -> Self {
        self.facts.contract.vat = VatCategory::Standard;
        self
    }

    pub(crate) fn paying_what_was_commissioned(mut self) -> Self {
        self.settings.over_tolerance = OverTolerance::PayCommissioned;
        self
    }

    pub(crate) fn service(&mut self) -> &mut Service {
        self.facts.services.values_mut().next().unwrap()
    }

    pub(crate) fn period(&self, start: &str) -> Period {
        self.facts.periods[&day(start)].clone()
    }

    /// So much later.
    pub(crate) fn after(&mut self, hours: i64) -> &mut Self {
        self.now += Duration::hours(hours);
        self
    }

    pub(crate) fn actuals(&self) -> Actuals<'_> {
        let Self { facts, settings, submissions, now, .. } = self;
        Actuals { facts, settings, submissions, now: Now::at(*now) }
    }

    pub(crate) fn weeks(&self, start: NaiveDate) -> RecordedWeeks {
        self.recorded.get(&start).cloned().unwrap_or_default()
    }

    /// Checks what is typed for a week, and records it.
    pub(crate) fn enter(
        &mut self,
        (cpli_id, week): (&str, &str),
        entry: &EntryText,
    ) -> Result<(), EntryRefused> {
        let contract = self.facts.contract.clone();
        let closed = self.facts.closed_to(Now::at(self.now));
        let known = Known {
            provider_ref: &contract.provider_ref,
            contracts: &BTreeMap::from([(contract.contract_ref.clone(), contract.clone())]),
            services: &self.facts.services,
            cplis: &self.facts.cplis,
            closed_to: &closed.map(|to| (contract.contract_ref.clone(), to)).into_iter().collect(),
            variations: &self.facts.variations,
        };
        let (cpli_id, week_start) = (parse(cpli_id), day(week));
        let today = Now::at(self.now).date;
        let policy = &self.settings.actuals;
        let entered = check_entry(&known, policy, today, (&cpli_id, week_start), entry)?;
        self.record(&cpli_id, week_start, entered);
        Ok(())
    }

    pub(crate) fn record(&mut self, cpli_id: &CpliId, week_start: NaiveDate, week: Week) {
        let Some(period) = self.facts.period_of_week(week_start) else { return };
        let recorded =
            Recorded { week, at: self.now, by: "Ida Moss".to_owned(), source: Source::Form };
        let weeks = self.recorded.entry(period.start_date).or_default();
        weeks.entry(cpli_id.clone()).or_default().insert(week_start, recorded);
    }

    /// Fills in the plan where nothing is recorded, as far as the weeks have begun.
    pub(crate) fn fill(&mut self, start: &str) -> &mut Self {
        let period = self.period(start);
        let weeks = self.weeks(period.start_date);
        let missing = self.actuals().missing(&period, &weeks);
        let facts = self.facts.clone();
        for week in facts.weeks_of(&period) {
            if missing.contains(&(week.cpli.cpli_id.clone(), week.week_start)) {
                let as_planned = Week { actual: week.planned.unwrap(), ..Week::default() };
                self.record(&week.cpli.cpli_id, week.week_start, as_planned);
            }
        }
        self
    }

    pub(crate) fn submit(&mut self, start: &str) -> Result<(), CannotSubmit> {
        let period = self.period(start);
        let weeks = self.weeks(period.start_date);
        let submission = self.actuals().submit(&period, &weeks, "Ida Moss")?;
        self.submissions.insert(period.start_date, submission);
        Ok(())
    }

    /// What was submitted for a period, oldest first.
    pub(crate) fn earlier(&self, start: NaiveDate) -> Vec<InvoiceBody> {
        let ours = |it: &&InvoiceBody| it.invoice_id.period_start == start;
        self.bodies.values().filter(ours).cloned().collect()
    }

    pub(crate) fn draft(&self, start: &str) -> Draft {
        let (period, weeks) = (self.period(start), self.weeks(day(start)));
        let drafting = Drafting {
            facts: &self.facts,
            period: &period,
            recorded: &weeks,
            submission: self.submissions.get(&day(start)),
            earlier: &self.earlier(day(start)),
            over_tolerance: self.settings.over_tolerance,
        };
        drafting.draft().unwrap()
    }

    /// Creates a draft and submits it, as it stands.
    pub(crate) fn invoice(&mut self, start: &str) -> Result<InvoiceId, CannotSubmitInvoice> {
        self.invoice_with(start, None)
    }

    pub(crate) fn invoice_with(
        &mut self,
        start: &str,
        suppliers_tax: Option<Money>,
    ) -> Result<InvoiceId, CannotSubmitInvoice> {
        let draft = self.draft(start);
        let digest = draft.digest.clone();
        let submitting = Submitting {
            digest: &digest,
            suppliers_tax,
            attachment: Some(&attachment()),
            vat_number: Some("GB 123 4567 82"),
        };
        let draft = submitting.check(draft)?;
        Ok(self.submitted(draft, start))
    }

    fn submitted(&mut self, draft: Draft, start: &str) -> InvoiceId {
        let n = u16::try_from(self.earlier(day(start)).len()).unwrap() + 1;
        let contract = self.facts.contract.clone();
        let (contract_ref, period_start) = (contract.contract_ref.clone(), day(start));
        let id = InvoiceId { contract_ref, period_start, n };
        let (period, now) = (self.period(start), Now::at(self.now));
        let head = InvoiceHead::draft(id.clone(), &contract, &period, "Ida Moss", now);
        let body = InvoiceBody::of(draft, id.clone(), &contract, &period, ("Ida Moss", self.now));
        let claim = Claim::of(&body, self.next_number);
        self.next_number = self.next_number.next().unwrap();
        self.heads.insert(id.clone(), head.submit(claim).unwrap());
        self.bodies.insert(id.clone(), body);
        id
    }

    pub(crate) fn approve(&mut self, id: &InvoiceId) -> bool {
        let others = self.heads.values().filter(|it| it.invoice_id != *id);
        let others: Vec<_> = others.cloned().collect();
        let approved = self.heads[id].clone().approve(None, &others, Now::at(self.now));
        approved.is_ok_and(|head| self.heads.insert(id.clone(), head).is_some())
    }

    pub(crate) fn dispute(&mut self, id: &InvoiceId) -> bool {
        let disputed = self.heads[id].clone().dispute("Too many hours", Now::at(self.now));
        disputed.is_ok_and(|head| self.heads.insert(id.clone(), head).is_some())
    }

    /// Puts what is approved and waits for a statement among the facts, as it is loaded.
    fn load_approved(&mut self) {
        let waits =
            |head: &&InvoiceHead| head.state == InvoiceState::Approved && head.taken_in.is_none();
        let taken_in = |id: &InvoiceId| Some((id.clone(), self.heads[id].taken_in?));
        let document = |head: &InvoiceHead| {
            let body = self.bodies[&head.invoice_id].clone();
            let taken_before = body.takes_back().into_iter().filter_map(taken_in).collect();
            InvoiceDocument {
                head: head.clone(),
                body,
                taken_before,
                cancelled_before: BTreeSet::new(),
            }
        };
        self.facts.invoices = self.heads.values().filter(waits).map(document).collect();
    }

    pub(crate) fn open(&mut self) -> Statement {
        self.load_approved();
        let next = |period: &&Period| {
            self.statements.iter().all(|it| it.period.start_date != period.start_date)
        };
        let period = self.facts.periods.values().find(next).unwrap();
        let ledger = Ledger {
            bodies: self.statements.last().cloned().into_iter().collect(),
            ..Ledger::default()
        };
        Statement::open(&self.facts, &ledger, period).unwrap()
    }

    /// Locks and finalises the next statement at its time.
    pub(crate) fn finalise(&mut self) -> &Statement {
        let statement = self.open();
        self.now = self.now.max(statement.period.finalise_at);
        let start = statement.period.start_date;
        let taken = taken(&statement);
        self.statements.push(statement.clone());
        let next = self.open();
        let new = next.items.iter().filter(|item| item.carried_from.is_none());
        let mut new = new.filter_map(|item| item.subject.invoice_id());
        assert!(new.all(|id| !taken.contains(id)), "what is locked is not taken again");
        for (id, paid) in settled(&statement) {
            let head = self.heads[&id].clone().taken(start, paid, self.now).unwrap();
            self.heads.insert(id, head);
        }
        self.statements.last().unwrap()
    }

    pub(crate) fn valued(&self, cpli_id: &CpliId, week: NaiveDate) -> Option<Valued> {
        let period = self.facts.period_of_week(week)?;
        let recorded = self.recorded.get(&period.start_date)?.get(cpli_id)?.get(&week)?;
        let over_tolerance = self.settings.over_tolerance;
        let terms = self.facts.terms(cpli_id, week, over_tolerance).unwrap()?;
        Some(terms.value(&recorded.week).unwrap())
    }

    /// What submitted documents claim for a week, tax apart.
    pub(crate) fn claimed(&self, cpli_id: &CpliId, week: NaiveDate) -> Money {
        let lines = self.bodies.values().flat_map(|body| &body.lines);
        let ours =
            lines.filter(|it| it.cpli_id.as_ref() == Some(cpli_id) && it.week_start == Some(week));
        Money::total(ours.map(|line| line.amount)).unwrap()
    }
}

/// The first days of the weeks of a period.
pub(crate) fn weeks_from(start: &str) -> [NaiveDate; 4] {
    [0, 7, 14, 21].map(|days| day(start) + Days::new(days))
}

/// Given `actual`, with this much frustrated, missed and extra, because of the weather.
pub(crate) fn entry(actual: &str, frustrated: &str, missed: &str, extra: &str) -> EntryText {
    EntryText {
        actual: actual.to_owned(),
        frustrated: frustrated.to_owned(),
        missed: missed.to_owned(),
        extra: extra.to_owned(),
        reason_code: "OTHER".to_owned(),
        ..EntryText::default()
    }
}

pub(crate) fn attachment() -> Attachment {
    Attachment {
        file_name: "September.pdf".to_owned(),
        media_type: AttachmentType::Pdf,
        size_bytes: 12_345,
        sent_as: AttachmentType::Pdf,
        upload: 1,
        object_version: None,
        sha256: "00".to_owned(),
        checked_at: instant("2022-09-30T09:00:00Z"),
    }
}
