//! Runs `council-roll-out` on Lambda.

use council_roll_out::RollOut;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    council_roll_out::api().serve(RollOut::open(&cloud)).await
}
