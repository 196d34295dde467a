//! Runs `pdfs` on Lambda.

use pdfs::Pdfs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    pdfs::api().serve(Pdfs::open(&cloud)).await
}
