//! Runs `scheduled-payments` on Lambda.

use scheduled_payments::Payments;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    scheduled_payments::api().serve(Payments::open(&cloud)).await
}
