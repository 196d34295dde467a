//! The AWS account that a function works in: who it is, where, and how patiently it asks.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::Builder;

use crate::calls::Calls;
use crate::setting::read;

/// After so long without an answer a call is tried again: well above the slowest call that we make (25 MB from
/// S3), well below the shortest time that a function may run.
const ATTEMPT_SECONDS_MAX: u64 = 10;

/// The account as the environment names it, which is how Lambda does.
///
/// To look into files, the metadata of machines and single sign-on as well would bring the clients of other services
/// into every binary. Whoever is not a function says who they are by the same variables.
pub(crate) fn from_environment() -> SdkConfig {
    let is = |name| read(name).get().ok().map(ToOwned::to_owned);
    let mut aws =
        patient().region(is("AWS_REGION").or_else(|| is("AWS_DEFAULT_REGION")).map(Region::new));
    aws.set_endpoint_url(is("AWS_ENDPOINT_URL"));
    if let (Some(key), Some(secret)) = (is("AWS_ACCESS_KEY_ID"), is("AWS_SECRET_ACCESS_KEY")) {
        let credentials =
            Credentials::new(key, secret, is("AWS_SESSION_TOKEN"), None, "environment");
        aws = aws.credentials_provider(SharedCredentialsProvider::new(credentials));
    }
    aws.build()
}

/// The account `account` of the emulator at `endpoint_url`.
pub(crate) fn of_emulator(endpoint_url: &str, account: &str) -> SdkConfig {
    // Its own secret unless it was given another: by it, links that we sign are checked.
    let credentials = Credentials::new(account, "test", None, None, "emulated");
    patient()
        .endpoint_url(endpoint_url)
        .region(Region::new("eu-west-2"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// Gives every call a limit, so that one that hangs is tried again while there is still time, by our own way.
fn patient() -> Builder {
    let limits = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(ATTEMPT_SECONDS_MAX));
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Calls::to_aws().into_client())
        .retry_config(RetryConfig::standard())
        .sleep_impl(TokioSleep::new())
        .time_source(SystemTimeSource::new())
        .timeout_config(limits.build())
}
