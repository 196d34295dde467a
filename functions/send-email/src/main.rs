//! Runs `send-email` on Lambda.

use send_email::SendEmail;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), triggers::Error> {
    let send_email = SendEmail::open(&cloud::connect().await);
    triggers::run_queue(async |message| Box::pin(send_email.send(message, cloud::now())).await)
        .await
}
