//! Runs `purchase-orders` on Lambda.

use purchase_orders::PurchaseOrders;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::RuntimeError> {
    let cloud = cloud::connect();
    purchase_orders::api().serve(PurchaseOrders::open(&cloud)).await
}
