//! Runs `send-webhooks` on Lambda.

use send_webhooks::SendWebhooks;
use store::DeliveryMessage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), triggers::Error> {
    let cloud = cloud::connect();
    let webhooks = SendWebhooks::open(&cloud);
    let send =
        async |message: DeliveryMessage| Box::pin(webhooks.send(&message, cloud::now())).await;
    let run = async |now| Box::pin(webhooks.run(now)).await;
    triggers::run_queue_and_jobs(send, run).await
}
