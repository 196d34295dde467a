//! Runs `daily-jobs` on Lambda.

use daily_jobs::DailyJobs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), triggers::Error> {
    let jobs = DailyJobs::open(&cloud::connect());
    triggers::run_jobs(async |now| Box::pin(jobs.run(now)).await).await
}
