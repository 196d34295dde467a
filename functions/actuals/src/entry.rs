//! What a person enters for a week, as the page sends it.

use domain::weeks::EntryText;
use serde::Deserialize;

/// What is entered for a week.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct Entry {
    #[serde(default)]
    actual: Typed,
    #[serde(default)]
    frustrated: Typed,
    #[serde(default)]
    missed: Typed,
    #[serde(default)]
    extra: Typed,
    #[serde(default)]
    visits: Typed,
    #[serde(default)]
    reason_code: Typed,
    #[serde(default)]
    comment: Typed,
    /// Of the week that the person read.
    pub(crate) version: u32,
}

/// The content of a field: text, or a number where a page counts; nothing is as good as empty.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Typed {
    Text(String),
    Number(serde_json::Number),
    Nothing(()),
}

impl utoipa::PartialSchema for Typed {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
        let types = vec![Type::String, Type::Number, Type::Null];
        ObjectBuilder::new().schema_type(SchemaType::Array(types)).into()
    }
}

impl utoipa::ToSchema for Typed {}

impl Default for Typed {
    fn default() -> Self {
        Self::Nothing(())
    }
}

impl Typed {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Nothing(()) => String::new(),
        }
    }
}

impl Entry {
    /// As a row of a file says it, so that the same rules are asked.
    pub(crate) fn text(self) -> EntryText {
        EntryText {
            actual: self.actual.text(),
            frustrated: self.frustrated.text(),
            missed: self.missed.text(),
            extra: self.extra.text(),
            visits: self.visits.text(),
            reason_code: self.reason_code.text(),
            comment: self.comment.text(),
        }
    }
}
