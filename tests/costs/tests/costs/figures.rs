//! What was measured, kept for whoever asks for it.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

/// Where figures are kept; none: nobody asks.
#[expect(clippy::disallowed_methods, reason = "who measures says where to keep it")]
fn folder() -> Option<PathBuf> {
    std::env::var("PORTAL_FIGURES").ok().map(PathBuf::from)
}

/// How many contracts are finalised: few, unless whoever measures says otherwise.
#[expect(clippy::disallowed_methods, reason = "who measures says how much")]
pub(crate) fn contracts(few: usize) -> usize {
    std::env::var("PORTAL_CONTRACTS").ok().map_or(few, |it| it.parse().unwrap())
}

/// Keeps `figure` under `name`.
pub(crate) fn keep(name: &str, figure: &Value) {
    if let Some(folder) = folder() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name).with_extension("json"), figure.to_string()).unwrap();
    }
}
