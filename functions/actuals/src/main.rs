//! Runs `actuals` on Lambda.

use actuals::Actuals;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    actuals::api().serve(Actuals::open(&cloud)).await
}
