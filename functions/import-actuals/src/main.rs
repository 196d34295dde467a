//! Runs `import-actuals` on Lambda.

use import_actuals::ImportActuals;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), triggers::Error> {
    let import_actuals = ImportActuals::open(&cloud::connect());
    triggers::run_queue(async |message| Box::pin(import_actuals.take_in(message)).await).await
}
