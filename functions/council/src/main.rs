//! Runs `council` on Lambda.

use council::Council;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    council::api().serve(Council::open(&cloud)).await
}
