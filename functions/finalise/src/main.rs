//! Runs `finalise` on Lambda.

use finalise::Finalise;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), triggers::Error> {
    let finalise = Finalise::open(&cloud::connect());
    let settle = async |due| Box::pin(finalise.settle(due)).await;
    triggers::run_queue_and_jobs(settle, async |now| Box::pin(finalise.find(now)).await).await
}
