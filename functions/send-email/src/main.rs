//! Runs `send-email` on Lambda.

use send_email::SendEmail;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), triggers::Error> {
    let send_email = SendEmail::open(&cloud::connect());
    triggers::run_queue(async |work| Box::pin(send_email.work(work, cloud::now())).await).await
}
