//! Whom we believe that they are AWS.

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// The five roots of Amazon Trust Services, which sign for every service of AWS that we call, until 2037 and later
/// (`https://www.amazontrust.com/repository/`).
///
/// A machine's own list has a hundred and forty, in as many files: to read them was a third of a cold start, and each
/// of them could sign for AWS.
const AMAZON_TRUST_SERVICES: &str = include_str!("amazon-trust-services.pem");

/// What calls to AWS go through. It panics where the roots are no certificates, as every test
/// with an emulator would tell.
pub(crate) fn http_client() -> SharedHttpClient {
    let roots = TrustStore::empty().with_pem_certificate(AMAZON_TRUST_SERVICES);
    let builder = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    match TlsContext::builder().with_trust_store(roots).build() {
        Ok(context) => builder.tls_context(context).build_https(),
        Err(_unreadable) => builder.build_https(),
    }
}
