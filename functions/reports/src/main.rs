//! Runs `reports` on Lambda.

use reports::Desk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    reports::api().serve(Desk::open(&cloud)).await
}
