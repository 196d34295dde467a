//! What a version says, field by field, and what differs from the version before.

use serde::{Deserialize, Serialize};

use super::DocumentVersion;

/// Something that a document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Field {
    /// `Weekly cost`
    pub label: String,
    /// `£865.46`
    pub value: String,
}

impl Field {
    /// `label` is `value`.
    pub fn new(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into() }
    }
}

/// Something that a version says otherwise than the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What.
    pub label: String,
    /// As it was; none: not said.
    pub before: Option<String>,
    /// As it is; none: not said any more.
    pub after: Option<String>,
}

/// What `after` says otherwise than `before`: in the order of `after`, then what it says no more. If nothing but the
/// file differs, that is said.
pub fn differences(before: &DocumentVersion, after: &DocumentVersion) -> Vec<Difference> {
    let said = |fields: &[Field], label: &str| {
        fields.iter().find(|it| it.label == label).map(|it| it.value.clone())
    };
    let mut found = Vec::new();
    for Field { label, value } in &after.fields {
        let was = said(&before.fields, label);
        if was.as_ref() != Some(value) {
            let after = Some(value.clone());
            found.push(Difference { label: label.clone(), before: was, after });
        }
    }
    for Field { label, value } in &before.fields {
        if said(&after.fields, label).is_none() {
            let before = Some(value.clone());
            found.push(Difference { label: label.clone(), before, after: None });
        }
    }
    if found.is_empty() && before.file.sha256 != after.file.sha256 {
        let version = |n: u32| Some(format!("Version {n}"));
        let (before, after) = (version(before.n), version(after.n));
        found.push(Difference { label: "PDF file".to_owned(), before, after });
    }
    found
}
