//! Runs `sign-in` on Lambda.

use identity::Identity;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    sign_in::api().serve(Identity::open(&cloud)?).await
}
