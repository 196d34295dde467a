//! Runs `contract-documents` on Lambda.

use contract_documents::Documents;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    contract_documents::api().serve(Documents::open(&cloud)?).await
}
