//! Runs `audit` on Lambda.

use audit::Audit;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    audit::api().serve(Audit::open(&cloud)).await
}
