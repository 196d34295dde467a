//! Runs `care-packages` on Lambda.

use care_packages::CarePackageList;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    care_packages::api().serve(CarePackageList::open(&cloud)).await
}
