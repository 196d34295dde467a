//! Runs `council-payments` on Lambda.

use council_payments::CouncilPayments;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    council_payments::api().serve(CouncilPayments::open(&cloud)).await
}
