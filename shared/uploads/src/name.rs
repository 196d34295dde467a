//! What the name of an object says.

use domain::actuals::FileProblem;
use domain::ids::{BatchId, ProviderRef};
use files::UPLOADS;

/// A file that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arrived {
    /// From the page.
    Page { provider_ref: ProviderRef, batch_id: BatchId },
    /// Dropped by a provider's system; `file_name` may be anything.
    Dropped { provider_ref: ProviderRef, file_name: String },
}

impl Arrived {
    /// None: it is something else, such as an answer of ours, that the same bucket told of.
    pub(crate) fn of(object_name: &str) -> Option<Self> {
        let (provider, rest) = object_name.strip_prefix(UPLOADS)?.split_once('/')?;
        let provider_ref = provider.parse().ok()?;
        match rest.split_once('/')? {
            ("page", file_name) => {
                let (batch, _ending) = file_name.split_once('.')?;
                Some(Self::Page { provider_ref, batch_id: batch.parse().ok()? })
            }
            ("inbox", file_name) if !file_name.is_empty() => {
                Some(Self::Dropped { provider_ref, file_name: file_name.to_owned() })
            }
            _ => None,
        }
    }
}

/// What is wrong with the name of a file that was dropped for `provider`, if anything is.
pub(crate) fn misnamed(file_name: &str, provider: &ProviderRef) -> Option<FileProblem> {
    let wrong = || FileProblem::Unreadable {
        why: format!("its name is not like ACTUALS_{provider}_20261122141530.csv"),
    };
    let named = || {
        let (stem, ending) = file_name.rsplit_once('.')?;
        let known = ["csv", "xlsx"].iter().any(|it| ending.eq_ignore_ascii_case(it));
        let (whose, time) = stem.strip_prefix("ACTUALS_")?.rsplit_once('_')?;
        let is_time = time.len() == 14 && time.bytes().all(|it| it.is_ascii_digit());
        (known && is_time).then_some(whose)
    };
    match named() {
        None => Some(wrong()),
        Some(whose) if whose == provider.as_str() => None,
        Some(whose) => Some(FileProblem::OtherProvider { found: whose.to_owned() }),
    }
}

/// `ACTUALS_P1001_20261122141530` of `ACTUALS_P1001_20261122141530.csv`.
pub(crate) fn stem(file_name: &str) -> &str {
    file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use domain::actuals::Code;

    use super::*;

    #[test]
    fn only_what_providers_send_is_dealt_with() {
        let page = Arrived::of("uploads/P1001/page/20261122T141530-5F1C09A2B7D34E60.csv");
        assert!(matches!(page, Some(Arrived::Page { .. })), "{page:?}");
        let dropped = Arrived::of("uploads/P1001/inbox/ACTUALS_P1001_20261122141530.csv");
        assert!(matches!(dropped, Some(Arrived::Dropped { .. })), "{dropped:?}");
        for name in [
            "uploads/P1001/outbox/ACTUALS_P1001_20261122141530_log.csv",
            "uploads/P1001/answers/20261122T141530-5F1C09A2B7D34E60_errors.xlsx",
            "uploads/P1001/vat/C1.2026-10-26.1_1.pdf",
            "uploads/P1001/inbox/",
            "uploads/P 1/inbox/a.csv",
            "council/inbox/cplis_20261122T141530.csv",
        ] {
            assert_eq!(Arrived::of(name), None, "{name}");
        }
    }

    #[test]
    fn a_file_is_named_after_its_provider_and_the_time() {
        let provider = "P_1".parse().unwrap();
        let code = |name| misnamed(name, &provider).map(|problem| problem.code());
        assert_eq!(code("ACTUALS_P_1_20261122141530.csv"), None);
        assert_eq!(code("ACTUALS_P_1_20261122141530.XLSX"), None);
        assert_eq!(code("ACTUALS_P_2_20261122141530.csv"), Some(Code::F05));
        for name in ["november.csv", "ACTUALS_P_1_2026.csv", "ACTUALS_P_1_20261122141530.pdf"] {
            assert_eq!(code(name), Some(Code::F03), "{name}");
        }
    }
}
