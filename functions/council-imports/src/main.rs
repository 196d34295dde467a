//! Runs `council-imports` on Lambda.

use council_imports::CouncilImports;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    council_imports::api().serve(CouncilImports::open(&cloud)).await
}
