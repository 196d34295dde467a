//! Runs `invoices` on Lambda.

use invoices::Invoices;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    invoices::api().serve(Invoices::open(&cloud)).await
}
