//! Runs `import-file` on Lambda.

use import_file::ImportFile;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), triggers::Error> {
    let import_file = ImportFile::open(&cloud::connect());
    triggers::run_queue(async |drops| Box::pin(import_file.take_in(drops)).await).await
}
