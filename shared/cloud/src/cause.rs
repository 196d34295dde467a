//! Why a service of AWS did not do what it was asked.

use std::error::Error as StdError;
use std::fmt;

/// Whatever the AWS SDK said. Never equal to anything, so no test can depend on it.
#[derive(Debug)]
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
