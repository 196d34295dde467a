//! Reports over all providers that are made while somebody waits: asked for on the page, made by a function of their own,
//! told by email, fetched from the bucket.
//!
//! The file is written once under the job's name; then one write turns the job to done and puts the email into the outbox.
//! Cut off anywhere, the message comes again and goes on from what is there.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use cloud::{Cloud, Setting};
use domain::clock::Now;
use domain::failure::{Failure, Kind};
use domain::ids::StaffRef;
use domain::report::{JobState, Report, ReportFormat, ReportJob};
use files::{Objects, Place};
use messages::{Letterhead, Queue, templates};
use serde::{Deserialize, Serialize};
use store::{MailMessage, OutboxEmail, OutboxId, Store};

use crate::{Asked, Reports, ReportsError, csv, xlsx};

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
        job.state = match self.made(&job).await {
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound) => {
                JobState::Refused { why: error.to_string() }
            }
            made => made?,
        };
        self.finish(&job).await
    }

    async fn made(&self, job: &ReportJob) -> Result<JobState, ReportsError> {
        let asked = Asked::of(&job.asked);
        let report = self.reports.of_council(job.name, &asked, Now::at(job.asked_at)).await?;
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

    async fn finish(&self, job: &ReportJob) -> Result<(), ReportsError> {
        let settings = self.store.settings().await?;
        let head = Letterhead {
            council_name: &settings.council_name,
            support_email: &settings.support_email,
            site_url: self.site_url.get()?,
        };
        let outbox_id = OutboxId::of(&["report-job", job.staff_ref.as_str(), &job.job_id]);
        let letter = templates::report_made(&head, job.name.title(), &job.job_id);
        let email = OutboxEmail {
            outbox_id: outbox_id.clone(),
            to: job.email.to_string(),
            subject: letter.subject,
            text: letter.text,
            html: letter.html,
            secret: false,
            news: false,
            useful_until: None,
            created_at: job.asked_at,
        };
        match self.store.save_report_job(job, vec![email]).await {
            // Whoever made it at the same time was first.
            Err(error) if error.is_stale() => return Ok(()),
            saved => saved?,
        }
        Ok(self.mail.send(&MailMessage { outbox_id }).await?)
    }
}

/// A CSV file as people open it: Excel reads it as UTF-8 only behind a byte order mark.
fn csv_file(report: &Report) -> Result<Vec<u8>, ReportsError> {
    Ok([b"\xEF\xBB\xBF".as_slice(), &csv(report)?].concat())
}

fn place(job: &ReportJob) -> Place {
    Place::report(&job.staff_ref, &job.job_id, job.format.ending())
}
