//! Reports over all providers that are made while somebody waits: asked for on the page, made by a function of their own,
//! told by email, fetched from the bucket.
//!
//! The file is written once under the job's name; then one write turns the job to done and puts the email into the outbox.
//! Cut off anywhere, the message comes again and goes on from what is there.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use cloud::{Cloud, Setting, tracing};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use domain::ids::StaffRef;
use domain::report::{JobParts, JobState, Report, ReportFormat, ReportJob};
use files::{Objects, Place};
use futures::StreamExt as _;
use futures::channel::mpsc::UnboundedReceiver;
use messages::{Letterhead, Queue, templates};
use serde::{Deserialize, Serialize};
use store::{MailMessage, OutboxEmail, OutboxId, Store};

use crate::meter::Meter;
use crate::{Asked, Reports, ReportsError, csv, xlsx};

/// How often a job is tried to be finished while others write to it.
const RACES_MAX: u32 = 20;

/// The reports that somebody waits for.
#[derive(Debug, Clone)]
pub struct ReportJobs {
    store: Store,
    objects: Objects,
    reports: Reports,
    work: Queue,
    mail: Queue,
    site_url: Setting,
}

/// What the queue is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobMessage {
    /// Who asked.
    pub staff_ref: StaffRef,
    /// Which job.
    pub job_id: String,
}

impl ReportJobs {
    /// With the portal's table, buckets and queues. Makes no call.
    pub fn open(cloud: &Cloud) -> Self {
        Self {
            store: Store::open(cloud),
            objects: Objects::open(cloud),
            reports: Reports::open(cloud),
            work: Queue::reports(cloud),
            mail: Queue::mail(cloud),
            site_url: cloud.site_url.clone(),
        }
    }

    /// With these, for tests.
    pub fn with(
        store: Store,
        objects: Objects,
        reports: Reports,
        (work, mail): (Queue, Queue),
    ) -> Self {
        let site_url = Setting::new("SITE_URL", "https://portal.example");
        Self { store, objects, reports, work, mail, site_url }
    }

    /// Asks for a report. Asked again, it is the same job; while it is not over the queue is told again.
    ///
    /// # Errors
    ///
    /// [`ReportsError`] if the table or the queue cannot be reached.
    pub async fn ask(&self, job: ReportJob) -> Result<ReportJob, ReportsError> {
        let job = match self.store.save_report_job(&job, Vec::new()).await {
            Err(error) if error.is_stale() => self.job(&job.staff_ref, &job.job_id).await?,
            saved => saved.map(|()| job)?,
        };
        if !job.is_over() {
            let (staff_ref, job_id) = (job.staff_ref.clone(), job.job_id.clone());
            self.work.send(&JobMessage { staff_ref, job_id }).await?;
        }
        Ok(job)
    }

    /// A job of `staff`.
    ///
    /// # Errors
    ///
    /// [`ReportsError::NotFound`] if they have no such job.
    pub async fn job(&self, staff: &StaffRef, job_id: &str) -> Result<ReportJob, ReportsError> {
        self.store.report_job(staff, job_id).await?.ok_or(ReportsError::NotFound)
    }

    /// Where the file of a job can be fetched for a minute.
    ///
    /// # Errors
    ///
    /// [`ReportsError::NotFound`] before it is done.
    pub async fn link(&self, job: &ReportJob, now: DateTime<Utc>) -> Result<String, ReportsError> {
        if !matches!(job.state, JobState::Done { .. }) {
            return Err(ReportsError::NotFound);
        }
        let ending = job.format.ending();
        let file_name = format!("{}_{}.{ending}", job.name, Now::at(job.asked_at).date);
        Ok(self.objects.link(&place(job), &file_name, now).await?)
    }

    /// Makes a report that was asked for. Done again, it changes nothing.
    ///
    /// # Errors
    ///
    /// [`ReportsError`] if something could not be reached: the message comes again. What cannot be made is no error.
    pub async fn make(&self, message: &JobMessage) -> Result<(), ReportsError> {
        let Some(mut job) = self.store.report_job(&message.staff_ref, &message.job_id).await?
        else {
            return Ok(());
        };
        if job.is_over() {
            return Ok(());
        }
        if job.state == JobState::Waiting {
            job.state = JobState::Working;
            self.store.save_report_job(&job, Vec::new()).await?;
            job.version = job.version.saturating_add(1);
        }
        let (meter, hears) = Meter::listened();
        let reports = self.reports.with_meter(meter);
        let making = async {
            let made = self.made(&reports, &job).await;
            drop(reports);
            made
        };
        // What is begun of a write is finished, so that its version is known.
        let (made, ()) = tokio::join!(making, self.write_down(&job, hears));
        let state = match made {
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound) => {
                JobState::Refused { why: error.to_string() }
            }
            made => made?,
        };
        self.finish(message, &state).await
    }

    /// Writes down how far a job is, as it is heard. It is for people who look at it: when it cannot be written, the
    /// report is made all the same.
    async fn write_down(&self, job: &ReportJob, mut hears: UnboundedReceiver<JobParts>) {
        let mut known = job.clone();
        while let Some(parts) = hears.next().await {
            if let Some(further) = known.further(parts) {
                known = self.written_down(further).await.unwrap_or(known);
            }
        }
    }

    /// The job as it is kept after an attempt to write down how far it is; none: it cannot be read.
    async fn written_down(&self, further: ReportJob) -> Option<ReportJob> {
        match self.store.save_report_job(&further, Vec::new()).await {
            Ok(()) => Some(ReportJob { version: further.version.saturating_add(1), ..further }),
            // Somebody else makes it too, or the answer was lost.
            Err(error) => {
                tracing::info!(code = error.code(), "progress of a report not written");
                self.job(&further.staff_ref, &further.job_id).await.ok()
            }
        }
    }

    async fn made(&self, reports: &Reports, job: &ReportJob) -> Result<JobState, ReportsError> {
        let asked = Asked::of(&job.asked);
        let report = reports.of_council(job.name, &asked, Now::at(job.asked_at)).await?;
        let file = match job.format {
            ReportFormat::Csv => csv_file(&report)?,
            ReportFormat::Xlsx => {
                let council_name = self.store.settings().await?.council_name;
                xlsx(&report, &council_name, job.asked_at)?
            }
        };
        self.objects.put_if_absent(&place(job), file).await?;
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let shown: BTreeMap<_, _> =
            report.shown.iter().map(|(of, clients)| (of.clone(), clients.into())).collect();
        Ok(JobState::Done { rows: count(report.rows.len()), shown })
    }

    /// Turns a job to what became of it, whoever wrote down meanwhile how far it was. Of many that make it one does.
    async fn finish(&self, message: &JobMessage, state: &JobState) -> Result<(), ReportsError> {
        let mut race = None;
        for _ in 0..RACES_MAX {
            let job = self.job(&message.staff_ref, &message.job_id).await?;
            if job.is_over() {
                return Ok(());
            }
            let job = ReportJob { state: state.clone(), ..job };
            let email = self.email(&job).await?;
            let outbox_id = email.outbox_id.clone();
            match self.store.save_report_job(&job, vec![email]).await {
                Err(error) if error.is_stale() => race = Some(error),
                saved => {
                    saved?;
                    return Ok(self.mail.send(&MailMessage { outbox_id }).await?);
                }
            }
        }
        race.map_or(Ok(()), |error| Err(error.into()))
    }

    /// What tells whoever asked that it is over.
    async fn email(&self, job: &ReportJob) -> Result<OutboxEmail, ReportsError> {
        let settings = self.store.settings().await?;
        let head = Letterhead {
            council_name: &settings.council_name,
            support_email: &settings.support_email,
            site_url: self.site_url.get()?,
        };
        let letter = templates::report_made(&head, job.name.title(), &job.job_id);
        Ok(OutboxEmail {
            outbox_id: OutboxId::of(&["report-job", job.staff_ref.as_str(), &job.job_id]),
            to: job.email.to_string(),
            subject: letter.subject,
            text: letter.text,
            html: letter.html,
            secret: false,
            news: false,
            useful_until: None,
            created_at: job.asked_at,
        })
    }
}

/// A CSV file as people open it: Excel reads it as UTF-8 only behind a byte order mark.
fn csv_file(report: &Report) -> Result<Vec<u8>, ReportsError> {
    Ok([b"\xEF\xBB\xBF".as_slice(), &csv(report)?].concat())
}

fn place(job: &ReportJob) -> Place {
    Place::report(&job.staff_ref, &job.job_id, job.format.ending())
}
