//! How values that are text in JSON are described to other programs.

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// Text that has to look like `pattern`, such as `example`.
pub(crate) fn text(what: &str, example: &str, pattern: Option<&str>) -> RefOr<Schema> {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(format!("{what}.")))
        .examples([serde_json::Value::from(example)])
        .pattern(pattern);
    RefOr::T(Schema::Object(text.build()))
}

/// Describes a type that is written as text.
macro_rules! is_text {
    ($name:ty, $what:literal, $example:literal $(, $pattern:literal)?) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let pattern: Option<&str> = [$($pattern)?].first().copied();
                $crate::schema::text($what, $example, pattern)
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use is_text;
