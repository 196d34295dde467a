//! Runs `contacts` on Lambda.

use contacts::Contacts;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    contacts::api().serve(Contacts::open(&cloud)).await
}
