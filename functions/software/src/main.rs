//! Runs `software` on Lambda.

use software::Software;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    software::api().serve(Software::open(&cloud)).await
}
