//! Whom we believe that they are who they say.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// The five roots of Amazon Trust Services, which sign for every service of AWS that we call, until 2037 and later
/// (`https://www.amazontrust.com/repository/`).
///
/// A machine's own list has a hundred and forty, in as many files: to read them was a third of a cold start, and each
/// of them could sign for AWS.
const AMAZON_TRUST_SERVICES: &str = include_str!("amazon-trust-services.pem");

/// The roots of AWS.
pub(super) fn amazon() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_slice_iter(AMAZON_TRUST_SERVICES.as_bytes());
    roots.add_parsable_certificates(certificates.filter_map(Result::ok));
    roots
}

/// The roots that this machine believes: what of them is none is left out.
pub(super) fn of_machine() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// TLS 1.3 or 1.2 with whoever one of `roots` signed for.
///
/// ring rather than aws-lc, which is half a megabyte more in every binary.
#[expect(clippy::expect_used, reason = "ring has suites of both versions, as every call tells")]
pub(super) fn trusting(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has suites of both versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_five_roots_of_aws_are_believed() {
        assert_eq!(amazon().len(), 5);
    }
}
