//! Why a service of AWS did not do what it was asked.

use std::error::Error as StdError;
use std::fmt;

/// Whatever the AWS SDK said. Never equal to anything, so no test can depend on it.
///
/// The SDK's own `Debug` holds whole replies, and so records of people; this one says only what went wrong.
pub struct Cause(Box<dyn StdError + Send + Sync>);

impl Cause {
    /// Keeps `error` as the cause of one of ours.
    pub fn of(error: impl StdError + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }
}

impl PartialEq for Cause {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cause({})", reasons(self))
    }
}

/// An error with what caused it, and what caused that, without what any of them holds.
pub fn reasons(error: &(dyn StdError + 'static)) -> String {
    let mut reasons = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = error.to_string();
        // Many errors repeat their cause's words as their own.
        if reasons.last() != Some(&reason) {
            reasons.push(reason);
        }
        cause = error.source();
    }
    reasons.join(": ")
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

/// Whether a service's error code says that we asked something wrong: the same call will never work. Any other
/// code, or none (no answer), may be different next time.
pub fn is_our_fault(code: Option<&str>) -> bool {
    const OURS: [&str; 15] = [
        "AccessDenied",
        "AccessDeniedException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "BadRequestException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidRequest",
        "NoSuchBucket",
        "NotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
        "SerializationException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "ValidationException",
    ];
    code.is_some_and(|code| OURS.contains(&code))
}

#[cfg(test)]
mod tests {
    use thiserror::Error;

    use super::*;

    #[derive(Debug, Error)]
    #[error("service error")]
    struct Reply {
        body: &'static str,
        source: Inner,
    }

    #[derive(Debug, Error)]
    #[error("it is too busy")]
    struct Inner;

    #[test]
    fn what_a_reply_held_is_never_logged() {
        let cause = Cause::of(Reply { body: "Wednesday Adams", source: Inner });
        assert_eq!(format!("{cause:?}"), "Cause(service error: it is too busy)");
    }

    #[test]
    fn only_what_can_never_work_is_our_fault() {
        assert!(is_our_fault(Some("AccessDeniedException")));
        assert!(!is_our_fault(Some("ThrottlingException")));
        assert!(!is_our_fault(None));
    }
}
