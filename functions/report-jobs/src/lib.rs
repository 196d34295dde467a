//! Makes the reports that the council's people wait for, one message a report.
//!
//! A message may come twice, and after a function died half-way: what is there is left as it is.

use reporting::{JobMessage, ReportJobs, ReportsError};

/// Makes the report that a message tells of.
///
/// # Errors
///
/// [`ReportsError`] if something could not be reached: the message comes again.
pub async fn make(jobs: &ReportJobs, message: &JobMessage) -> Result<(), ReportsError> {
    Box::pin(jobs.make(message)).await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::permission::CouncilRole;
    use domain::report::{JobParts, JobState, ReportFormat, ReportJob, ReportName};
    use files::{Objects, Place};
    use messages::Queue;
    use reporting::Reports;
    use statements::Statements;
    use store::Store;
    use testing::{Council, at, parse};

    use super::*;

    struct World {
        store: Store,
        objects: Objects,
        mail: Queue,
        work: Queue,
        jobs: ReportJobs,
    }

    impl World {
        async fn new() -> Self {
            let (store, objects) = (Store::in_memory(), Objects::in_memory());
            Council::lake_house().save(&store).await;
            let statements =
                Statements::with(store.clone(), objects.clone(), "https://portal.example");
            let now = at("2022-11-10T10:00:00Z");
            for due in statements.due(now).await.unwrap() {
                statements.settle(&due, now).await.unwrap();
            }
            let reports = Reports::with(store.clone(), objects.clone(), statements);
            let (work, mail) = (Queue::in_memory(), Queue::in_memory());
            let queues = (work.clone(), mail.clone());
            let jobs = ReportJobs::with(store.clone(), objects.clone(), reports, queues);
            Self { store, objects, mail, work, jobs }
        }

        fn job(asked: &[(&str, &str)]) -> ReportJob {
            let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            ReportJob {
                job_id: ReportJob::id(&parse("U1"), &parse("request-1")),
                staff_ref: parse("U1"),
                email: parse("rowan.ellery@council.example"),
                name: ReportName::RemittanceByPeriod,
                asked: asked.iter().map(text).collect::<BTreeMap<_, _>>(),
                format: ReportFormat::Csv,
                asked_at: at("2022-11-10T10:00:00Z").instant,
                state: JobState::Waiting,
                parts: None,
                version: 0,
            }
        }

        async fn run(&self) -> ReportJob {
            for message in self.work.take() {
                let message: JobMessage = serde_json::from_value(message).unwrap();
                make(&self.jobs, &message).await.unwrap();
            }
            self.jobs.job(&parse("U1"), &Self::job(&[]).job_id).await.unwrap()
        }
    }

    #[test]
    fn who_asks_for_all_providers_is_one_of_the_councils_people() {
        assert!(CouncilRole::Finaliser.may(domain::permission::CouncilPermission::SeeReports));
    }

    #[tokio::test]
    async fn a_report_that_was_asked_for_is_made_once_and_told_once() {
        let world = World::new().await;
        let waiting = world.jobs.ask(World::job(&[])).await.unwrap();
        assert_eq!(waiting.state, JobState::Waiting);
        world.jobs.ask(World::job(&[])).await.unwrap();
        let done = world.run().await;
        let JobState::Done { rows, shown } = &done.state else { panic!("{done:?}") };
        assert_eq!((*rows, shown.len()), (2, 2), "a client of each of two providers");
        assert_eq!(world.mail.take().len(), 1);
        let place = Place::report(&parse("U1"), &done.job_id, "csv");
        let file = world.objects.get(&place, 1_000_000).await.unwrap().unwrap();
        let text = String::from_utf8(file.bytes).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        world.jobs.ask(World::job(&[])).await.unwrap();
        assert_eq!(world.run().await, done);
        assert_eq!(world.mail.take().len(), 0);
        assert!(world.jobs.link(&done, done.asked_at).await.unwrap().contains(".csv"));
    }

    #[tokio::test]
    async fn how_much_is_made_is_written_down_and_does_not_go_back_when_it_is_made_again() {
        let world = World::new().await;
        world.jobs.ask(World::job(&[])).await.unwrap();
        let begun = ReportJob { state: JobState::Working, version: 1, ..World::job(&[]) };
        let far = JobParts { done: 95, of: 100 };
        let begun = begun.further(far).unwrap();
        world.store.save_report_job(&begun, Vec::new()).await.unwrap();
        let done = world.run().await;
        assert_eq!((done.percent(), done.parts), (Some(100), Some(far)));

        let world = World::new().await;
        world.jobs.ask(World::job(&[])).await.unwrap();
        let done = world.run().await;
        assert_eq!(done.parts.map(|it| it.done), done.parts.map(|it| it.of), "{done:?}");
        assert!(done.parts.is_some_and(|it| it.of > 0), "{done:?}");
    }

    #[tokio::test]
    async fn of_two_that_make_a_report_at_once_one_finishes_it() {
        let world = World::new().await;
        world.jobs.ask(World::job(&[])).await.unwrap();
        let begun = ReportJob { state: JobState::Working, version: 1, ..World::job(&[]) };
        world.store.save_report_job(&begun, Vec::new()).await.unwrap();
        let message = world.work.take().pop().unwrap();
        let message: JobMessage = serde_json::from_value(message).unwrap();
        let (one, other) = tokio::join!(make(&world.jobs, &message), make(&world.jobs, &message));
        one.and(other).unwrap();
        let done = world.jobs.job(&parse("U1"), &begun.job_id).await.unwrap();
        assert!(matches!(done.state, JobState::Done { rows: 2, .. }), "{done:?}");
        assert_eq!(world.mail.take().len(), 1);
    }

    #[tokio::test]
    async fn what_cannot_be_made_says_why_and_is_not_tried_for_ever() {
        let world = World::new().await;
        world.jobs.ask(World::job(&[("period", "October")])).await.unwrap();
        let refused = world.run().await;
        assert!(matches!(&refused.state, JobState::Refused { why } if why.contains("October")));
        let link = world.jobs.link(&refused, refused.asked_at).await;
        assert!(matches!(link, Err(ReportsError::NotFound)));
        let other = world.jobs.job(&parse("U2"), &refused.job_id).await;
        assert!(matches!(other, Err(ReportsError::NotFound)), "another person's");
    }
}
