//! What must be looked at again and again: settings that are to change, rows that wait for something not yet known, statements that are open,
//! contract documents that wait for an answer, purchase orders that are to be revised, the daily email, and emails that were not sent.
//!
//! It is told the time every fifteen minutes and does what is due by then. The parts do not depend on each
//! other: one that fails is reported in the end, and the others are done.

use agreements::{Agreements, AgreementsError};
use audit_trail::{Trail, TrailError};
use cloud::metrics::{self, Metric};
use cloud::{Cloud, tracing};
use conversations::{Conversations, ConversationsError};
use decisions::{Decisions, DecisionsError};
use domain::audit::{By, Note, Outcome};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use imports::{Imports, ImportsError};
use messages::{MessagesError, Queue};
use notices::{Notices, NoticesError};
use ordering::{OrderingError, Orders};
use people::{People, PeopleError};
use statements::{Statements, StatementsError};
use store::{MailMessage, OutboxId, Store, StoreError};
use thiserror::Error;

/// What the function works with.
#[derive(Debug, Clone)]
pub struct DailyJobs {
    /// Where the outbox is.
    pub store: Store,
    /// Whose open statements are looked after.
    pub statements: Statements,
    /// Whose rows are tried again.
    pub imports: Imports,
    /// Whose answered change requests are finished.
    pub people: People,
    /// Whose accepted changes are finished.
    pub conversations: Conversations,
    /// Whose files are dropped that were cut off.
    pub decisions: Decisions,
    /// What tells people once a day, and of what was not sent.
    pub notices: Notices,
    /// Whose deadlines are kept.
    pub agreements: Agreements,
    /// Which are revised where care packages changed.
    pub orders: Orders,
    /// What is sealed every day.
    pub trail: Trail,
    /// Where emails wait to be sent.
    pub mail: Queue,
}

/// Why a part was not done. The next run does it.
#[derive(Debug, Error)]
pub enum DailyJobsError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The statements.
    #[error(transparent)]
    Statements(#[from] StatementsError),
    /// The council's files.
    #[error(transparent)]
    Imports(#[from] ImportsError),
    /// The change requests.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The actions.
    #[error(transparent)]
    Conversations(#[from] ConversationsError),
    /// What was decided by hand.
    #[error(transparent)]
    Decisions(#[from] DecisionsError),
    /// The daily email.
    #[error(transparent)]
    Notices(#[from] NoticesError),
    /// The contract documents.
    #[error(transparent)]
    Agreements(#[from] AgreementsError),
    /// The purchase orders.
    #[error(transparent)]
    Ordering(#[from] OrderingError),
    /// The records of who saw and changed what.
    #[error(transparent)]
    Trail(#[from] TrailError),
    /// The queue.
    #[error(transparent)]
    Messages(#[from] MessagesError),
}

impl Failure for DailyJobsError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Statements(error) => error.kind(),
            Self::Imports(error) => error.kind(),
            Self::People(error) => error.kind(),
            Self::Conversations(error) => error.kind(),
            Self::Decisions(error) => error.kind(),
            Self::Notices(error) => error.kind(),
            Self::Agreements(error) => error.kind(),
            Self::Ordering(error) => error.kind(),
            Self::Trail(error) => error.kind(),
            Self::Messages(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Statements(error) => error.code(),
            Self::Imports(error) => error.code(),
            Self::People(error) => error.code(),
            Self::Conversations(error) => error.code(),
            Self::Decisions(error) => error.code(),
            Self::Notices(error) => error.code(),
            Self::Agreements(error) => error.code(),
            Self::Ordering(error) => error.code(),
            Self::Trail(error) => error.code(),
            Self::Messages(error) => error.code(),
        }
    }
}

impl DailyJobs {
    /// With the portal's table, buckets and queues. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            statements: Statements::open(cloud),
            imports: Imports::open(cloud),
            people: People::open(cloud),
            conversations: Conversations::open(cloud),
            decisions: Decisions::open(cloud),
            notices: Notices::open(cloud),
            agreements: Agreements::open(cloud),
            orders: Orders::open(cloud),
            trail: Trail::open(cloud),
            mail: Queue::mail(cloud),
        }
    }

    /// Does everything that is due by `now`.
    ///
    /// # Errors
    ///
    /// The last of the failures, when every part was tried.
    pub async fn run(&self, now: Now) -> Result<(), DailyJobsError> {
        let parts = [
            // First, so that the others go by what holds today.
            ("settings", self.bring_settings(now).await),
            ("rows", self.retry_rows(now).await),
            ("statements", self.watch_statements(now).await),
            ("purchase orders", self.orders.bring_all_up_to_date(now).await.map_err(Into::into)),
            ("documents", self.watch_documents(now).await),
            ("change requests", self.people.finish_requests(now).await.map_err(Into::into)),
            ("accepted changes", self.finish_changes().await),
            ("daily email", self.notices.digest(now).await.map_err(Into::into)),
            ("emails", self.notices.sweep(now).await.map_err(Into::into)),
            ("seal", self.trail.seal(now).await.map(drop).map_err(Into::into)),
        ];
        last_failure(parts)
    }

    /// Drops the council's files of changes that were accepted in actions, or decided by hand, and cut off.
    async fn finish_changes(&self) -> Result<(), DailyJobsError> {
        let changes = self.conversations.finish().await?;
        let decisions = self.decisions.finish().await?;
        if changes.saturating_add(decisions) > 0 {
            tracing::info!(changes, decisions, "what was cut off is finished");
        }
        Ok(())
    }

    /// Has those changes of settings hold that were said for this day.
    async fn bring_settings(&self, now: Now) -> Result<(), DailyJobsError> {
        if self.store.bring_settings_to(now.date).await? {
            tracing::info!("settings changed that were said for this day");
            let by = By::job("daily-jobs", Some("settings"));
            let note = Note::new(now.instant, by, "settings changed as said before", Outcome::Done);
            self.store.append_audit(note, None).await?;
        }
        Ok(())
    }

    /// Tries the rows again that wait for something not yet known.
    async fn retry_rows(&self, now: Now) -> Result<(), DailyJobsError> {
        let retried = self.imports.retry_pending(now).await?;
        let (applied, rejected) = (retried.applied, retried.rejected);
        let waiting = i64::try_from(retried.waiting).unwrap_or(i64::MAX);
        let refused = i64::try_from(rejected).unwrap_or(i64::MAX);
        metrics::write(&[(Metric::RowsWaiting, waiting), (Metric::RowsRefused, refused)], &[]);
        tracing::info!(applied, rejected, waiting = retried.waiting, "tried rows again");
        if applied > 0 {
            let by = By::job("daily-jobs", Some("rows"));
            let note = Note::new(now.instant, by, "waiting rows applied", Outcome::Done);
            self.store.append_audit(note.about("rows", &applied), None).await?;
        }
        Ok(())
    }

    /// Tells providers of open statements that changed after their response, and of deadlines that come near.
    async fn watch_statements(&self, now: Now) -> Result<(), DailyJobsError> {
        let mut outcome = Ok(());
        for watched in self.statements.watched(now).await? {
            match self.statements.watch(&watched, now).await {
                Ok(emails) => self.tell(emails).await?,
                Err(error) => {
                    not_done(watched.contract.contract_ref.as_str(), &error);
                    outcome = Err(error.into());
                }
            }
        }
        outcome
    }

    /// Reminds providers of documents that are to be answered, agrees those that were not in the council's place,
    /// and writes what a cut-off left out of the record of answers.
    async fn watch_documents(&self, now: Now) -> Result<(), DailyJobsError> {
        let reminded = self.agreements.remind(now).await;
        let agreed = self.agreements.agree_overdue(now).await;
        let kept = self.agreements.keep_all().await;
        if let Ok(count) = &agreed {
            tracing::info!(count, "agreed documents that nobody answered");
        }
        Ok(reminded.and(agreed.map(drop)).and(kept)?)
    }

    async fn tell(&self, emails: Vec<OutboxId>) -> Result<(), DailyJobsError> {
        let messages: Vec<_> =
            emails.into_iter().map(|outbox_id| MailMessage { outbox_id }).collect();
        Ok(self.mail.send_all(&messages).await?)
    }
}

/// Tells of each part that failed; gives the last failure.
fn last_failure<const PARTS: usize>(
    parts: [(&str, Result<(), DailyJobsError>); PARTS],
) -> Result<(), DailyJobsError> {
    let mut outcome = Ok(());
    for (part, done) in parts {
        if let Err(error) = done {
            not_done(part, &error);
            outcome = Err(error);
        }
    }
    outcome
}

fn not_done(what: &str, error: &impl Failure) {
    tracing::error!(what, code = error.code(), reason = error.to_string(), "not done");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cloud::Fuse;
    use domain::facts::Contact;
    use domain::permission::Role;
    use files::Objects;
    use store::OutboxEmail;
    use testing::{Council, at, parse};

    use super::*;

    /// More than a page of pending emails.
    const MANY: usize = 401;

    const SITE: &str = "https://portal.example";

    /// Lake House, whose first statement must be answered by 5pm on 29 September 2022.
    async fn jobs() -> DailyJobs {
        let mut council = Council::lake_house();
        council.contacts.push(Contact {
            contact_ref: parse("K2001"),
            provider_ref: parse("P1001"),
            forename: "Ada".to_owned(),
            surname: "Brome".to_owned(),
            address: None,
            phone: None,
            email: None,
            portal_email: Some(parse("ada@lakehouse.example")),
            roles: vec![Role::Admin],
        });
        let store = Store::in_memory();
        council.save(&store).await;
        over(&store, &Queue::in_memory())
    }

    fn over(store: &Store, mail: &Queue) -> DailyJobs {
        let objects = Objects::in_memory();
        DailyJobs {
            store: store.clone(),
            statements: Statements::with(store.clone(), objects.clone(), SITE),
            agreements: Agreements::with(store.clone(), objects.clone(), mail.clone(), SITE),
            orders: Orders::with(store.clone(), objects.clone()),
            trail: Trail::with(store.clone(), objects.clone()),
            conversations: Conversations::with(store.clone(), objects.clone(), mail.clone(), SITE),
            decisions: Decisions::with(store.clone(), objects.clone(), SITE),
            imports: Imports::with(store.clone(), objects, mail.clone(), |_| [7; 32]),
            people: People::with(store.clone(), mail.clone(), SITE, |_| [7; 32]),
            notices: Notices::with(store.clone(), mail.clone(), SITE),
            mail: mail.clone(),
        }
    }

    /// The emails that the mail queue was told of.
    fn told(jobs: &DailyJobs) -> BTreeSet<String> {
        let messages = jobs.mail.take().into_iter();
        messages.map(|it| it["outbox_id"].as_str().unwrap().to_owned()).collect()
    }

    fn id(parts: &[&str]) -> String {
        OutboxId::of(parts).as_str().to_owned()
    }

    /// That the statement of the period from 5 September opened, told on the first morning on which the job runs.
    fn daily_email() -> String {
        id(&["digest", "2022-09-09", "ada@lakehouse.example"])
    }

    fn email(what: &str, created_at: &str) -> OutboxEmail {
        OutboxEmail {
            outbox_id: OutboxId::of(&[what]),
            to: "ada@lakehouse.example".to_owned(),
            subject: what.to_owned(),
            text: what.to_owned(),
            html: what.to_owned(),
            secret: false,
            news: false,
            useful_until: None,
            created_at: at(created_at).instant,
        }
    }

    #[tokio::test]
    async fn whoever_has_not_answered_is_reminded_once_however_often_the_job_runs() {
        let jobs = jobs().await;
        jobs.run(at("2022-09-20T09:00:00Z")).await.unwrap();
        assert_eq!(jobs.mail.take().len(), 0);
        jobs.run(at("2022-09-27T09:00:00Z")).await.unwrap();
        assert_eq!(jobs.mail.take().len(), 1);
        jobs.run(at("2022-09-27T09:01:00Z")).await.unwrap();
        assert_eq!(jobs.mail.take().len(), 0);
    }

    #[tokio::test]
    async fn an_email_that_was_written_and_never_sent_is_asked_for_again() {
        let jobs = jobs().await;
        jobs.store.add_to_outbox(email("old", "2022-09-10T08:55:00Z")).await.unwrap();
        jobs.store.add_to_outbox(email("new", "2022-09-10T08:55:01Z")).await.unwrap();
        jobs.run(at("2022-09-10T09:00:00Z")).await.unwrap();
        assert_eq!(told(&jobs), BTreeSet::from([id(&["old"]), daily_email()]));
    }

    #[tokio::test]
    async fn more_emails_than_one_page_are_asked_for_again_each_once() {
        let jobs = jobs().await;
        for number in 0..MANY {
            let email = email(&number.to_string(), "2022-09-10T08:00:00Z");
            jobs.store.add_to_outbox(email).await.unwrap();
        }
        jobs.run(at("2022-09-10T09:00:00Z")).await.unwrap();
        let numbers = (0..MANY).map(|number| id(&[&number.to_string()]));
        assert_eq!(told(&jobs), numbers.chain([daily_email()]).collect());
    }

    #[tokio::test]
    async fn a_part_that_fails_is_reported_and_the_others_are_done() {
        let jobs = jobs().await;
        jobs.store.add_to_outbox(email("old", "2022-09-10T08:00:00Z")).await.unwrap();
        let broken = over(&jobs.store.with_fuse(Fuse::blowing_at(1)), &jobs.mail);
        let jobs = DailyJobs { statements: broken.statements, ..jobs };
        let error = jobs.run(at("2022-09-10T09:00:00Z")).await.unwrap_err();
        assert_eq!(error.code(), "interrupted");
        assert_eq!(told(&jobs), BTreeSet::from([id(&["old"])]));
    }

    #[tokio::test]
    async fn a_statement_that_opened_is_in_the_email_of_its_day_and_in_no_other() {
        let jobs = jobs().await;
        for time in ["2022-09-05T09:00:00Z", "2022-09-05T09:15:00Z", "2022-09-06T05:45:00Z"] {
            jobs.run(at(time)).await.unwrap();
            assert_eq!(told(&jobs), BTreeSet::new(), "{time}");
        }
        jobs.run(at("2022-09-06T06:00:00Z")).await.unwrap();
        let id = OutboxId::of(&["digest", "2022-09-05", "ada@lakehouse.example"]);
        assert_eq!(told(&jobs), BTreeSet::from([id.as_str().to_owned()]));
        let email = jobs.store.outbox_email(&id).await.unwrap().unwrap().email;
        assert!(email.text.contains("Scheduled payments: 1 statement opened\n"), "{}", email.text);
        for day in 7..=20 {
            jobs.run(at(&format!("2022-09-{day:02}T09:00:00Z"))).await.unwrap();
        }
        let again = jobs.mail.take().into_iter().filter(|it| it["outbox_id"] != id.as_str());
        assert_eq!(again.count(), 0);
    }

    /// Killed anywhere, the next run leaves what one run would have left.
    #[tokio::test]
    async fn whoever_dies_half_way_is_followed_by_one_that_ends_the_same() {
        let now = at("2022-09-27T09:00:00Z");
        let undisturbed = jobs().await;
        undisturbed.run(now).await.unwrap();
        for cut in 1.. {
            let jobs = jobs().await;
            let fuse = Fuse::blowing_at(cut);
            let store = jobs.store.with_fuse(fuse.clone());
            let died = over(&store, &jobs.mail.with_fuse(fuse.clone())).run(now).await;
            if !fuse.has_blown() {
                died.unwrap();
                break;
            }
            jobs.run(now).await.unwrap();
            let here = jobs.store.dump().unwrap();
            assert_eq!(here, undisturbed.store.dump().unwrap(), "{:?}", fuse.blown_label());
        }
    }
}
