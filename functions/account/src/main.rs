//! Runs `account` on Lambda.

use identity::Identity;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    account::api().serve(Identity::open(&cloud)?).await
}
