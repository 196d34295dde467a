//! Runs `council-settings` on Lambda.

use council_settings::CouncilSettings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    council_settings::api().serve(CouncilSettings::open(&cloud)).await
}
