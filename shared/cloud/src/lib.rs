//! Where this process is running: its settings, its clock, its logs and its AWS account.
//!
//! Architecture invariant: this is the only crate that reads the environment or the clock.

mod account;
mod calls;
mod cause;
mod fuse;
mod logs;
pub mod metrics;
mod setting;

use aws_types::SdkConfig;
use domain::clock::Now;

/// The macros that write log events: `tracing::info!`.
pub use lambda_runtime::tracing;

pub use crate::calls::Calls;
pub use crate::cause::{Cause, is_our_fault, reasons};
pub use crate::fuse::{Fuse, Interrupted};
pub use crate::setting::{MissingSetting, Setting};

/// Everything a function learns from its surroundings, read once at start.
///
/// A function is told only what it uses. A setting that is missing is an error when it is used.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Region, credentials and, when `AWS_ENDPOINT_URL` is set, the emulator to use instead.
    pub aws: SdkConfig,
    /// `TABLE`: the portal's one DynamoDB table.
    pub table: Setting,
    /// `UPLOAD_BUCKET`: where the council drops its files and finds ours.
    pub upload_bucket: Setting,
    /// `DOCUMENT_BUCKET`: statements and remittances.
    pub document_bucket: Setting,
    /// `PAYMENTS_QUEUE_URL`: contracts that have something due.
    pub payments_queue_url: Setting,
    /// `MAIL_QUEUE_URL`: emails to send.
    pub mail_queue_url: Setting,
    /// `UPLOADS_QUEUE_URL`: providers' files of actuals that are to be applied.
    pub uploads_queue_url: Setting,
    /// `REPORTS_QUEUE_URL`: reports that somebody waits for.
    pub reports_queue_url: Setting,
    /// `WEBHOOKS_QUEUE_URL`: messages to providers' software that are to be tried.
    pub webhooks_queue_url: Setting,
    /// `WEBHOOKS_LOOPBACK`: `yes` where providers' software may listen on this very machine.
    pub webhooks_loopback: Setting,
    /// `MAIL_FROM`: the address that emails come from.
    pub mail_from: Setting,
    /// `MAIL_CONFIGURATION_SET`: the SES configuration set that tells what becomes of emails.
    pub mail_configuration_set: Setting,
    /// `EDGE_SECRET`: what the distribution says to prove that it passed a request on.
    pub edge_secret: Setting,
    /// `SITE_URL`: where the pages are, for links in emails: `https://portal.council.example`.
    pub site_url: Setting,
}

/// Starts logging and reads the environment. Makes no call.
pub fn connect() -> Cloud {
    logs::start(setting::read("AWS_LAMBDA_LOG_LEVEL").get().ok());
    let (stack, function) = (setting::read("STACK"), setting::read("AWS_LAMBDA_FUNCTION_NAME"));
    if let (Ok(stack), Ok(function)) = (stack.get(), function.get()) {
        metrics::start(stack, function);
    }
    Cloud {
        aws: account::from_environment(),
        table: setting::read("TABLE"),
        upload_bucket: setting::read("UPLOAD_BUCKET"),
        document_bucket: setting::read("DOCUMENT_BUCKET"),
        payments_queue_url: setting::read("PAYMENTS_QUEUE_URL"),
        mail_queue_url: setting::read("MAIL_QUEUE_URL"),
        uploads_queue_url: setting::read("UPLOADS_QUEUE_URL"),
        reports_queue_url: setting::read("REPORTS_QUEUE_URL"),
        webhooks_queue_url: setting::read("WEBHOOKS_QUEUE_URL"),
        webhooks_loopback: setting::read("WEBHOOKS_LOOPBACK"),
        mail_from: setting::read("MAIL_FROM"),
        mail_configuration_set: setting::read("MAIL_CONFIGURATION_SET"),
        edge_secret: setting::read("EDGE_SECRET"),
        site_url: setting::read("SITE_URL"),
    }
}

impl Cloud {
    /// An AWS emulator at `endpoint_url`, in the account `account` (12 digits) of its own, with no setting set.
    ///
    /// Emulators tell accounts apart by the access key, so that several tests can share one emulator.
    pub fn emulated(endpoint_url: &str, account: &str) -> Self {
        Self {
            aws: account::of_emulator(endpoint_url, account),
            table: Setting::missing("TABLE"),
            upload_bucket: Setting::missing("UPLOAD_BUCKET"),
            document_bucket: Setting::missing("DOCUMENT_BUCKET"),
            payments_queue_url: Setting::missing("PAYMENTS_QUEUE_URL"),
            mail_queue_url: Setting::missing("MAIL_QUEUE_URL"),
            uploads_queue_url: Setting::missing("UPLOADS_QUEUE_URL"),
            reports_queue_url: Setting::missing("REPORTS_QUEUE_URL"),
            webhooks_queue_url: Setting::missing("WEBHOOKS_QUEUE_URL"),
            webhooks_loopback: Setting::missing("WEBHOOKS_LOOPBACK"),
            mail_from: Setting::missing("MAIL_FROM"),
            mail_configuration_set: Setting::missing("MAIL_CONFIGURATION_SET"),
            edge_secret: Setting::missing("EDGE_SECRET"),
            site_url: Setting::missing("SITE_URL"),
        }
    }
}

/// The time, for requests. Jobs take theirs from the event.
#[expect(clippy::disallowed_methods, reason = "the one clock that requests are answered by")]
pub fn now() -> Now {
    Now::at(chrono::Utc::now())
}

/// `N` bytes that nobody can guess, for tokens, codes and salts.
///
/// # Panics
///
/// If the operating system has none: nothing that needs a secret may go on without one.
#[expect(clippy::expect_used, reason = "a guessable token is worse than a stopped function")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_secrets_are_alike() {
        assert_ne!(random_bytes::<32>(), random_bytes::<32>());
    }
}
