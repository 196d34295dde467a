//! Runs `actions` on Lambda.

use actions::Actions;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    actions::api().serve(Actions::open(&cloud)).await
}
