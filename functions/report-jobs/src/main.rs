//! Runs `report-jobs` on Lambda.

use reporting::ReportJobs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), triggers::Error> {
    let jobs = ReportJobs::open(&cloud::connect());
    triggers::run_queue(async |message| Box::pin(report_jobs::make(&jobs, &message)).await).await
}
