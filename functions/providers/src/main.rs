//! Runs `providers` on Lambda.

use providers::Providers;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    providers::api().serve(Providers::open(&cloud)).await
}
