//! What whoever deployed a function told it.

use domain::failure::{Failure, Kind};
use thiserror::Error;

/// One setting of a function. It may be missing, which is an error only for those who use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    name: &'static str,
    value: Option<String>,
}

impl Setting {
    /// The setting `name` with `value`.
    pub fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: Some(value.into()) }
    }

    /// The setting `name`, not set.
    pub fn missing(name: &'static str) -> Self {
        Self { name, value: None }
    }

    /// Its value.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] if whoever deployed the function did not set it.
    pub fn get(&self) -> Result<&str, MissingSetting> {
        self.value.as_deref().ok_or(MissingSetting(self.name))
    }
}

/// A function was deployed without a setting that it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the setting {0} is missing: set it in the function's environment")]
pub struct MissingSetting(&'static str);

impl Failure for MissingSetting {
    fn kind(&self) -> Kind {
        Kind::Defect
    }

    fn code(&self) -> &'static str {
        "setting-missing"
    }
}

/// Reads one setting. An empty one counts as missing: templates cannot leave a variable out.
#[expect(clippy::disallowed_methods, reason = "the one place settings enter")]
pub(crate) fn read(name: &'static str) -> Setting {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    Setting { name, value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_setting_is_an_error_only_when_it_is_used_and_says_its_name() {
        let setting = Setting::missing("TABLE");
        let message = setting.get().unwrap_err().to_string();
        assert_eq!(message, "the setting TABLE is missing: set it in the function's environment");
    }
}
