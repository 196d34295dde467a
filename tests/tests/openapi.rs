//! What the API says of itself.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::Value;

    fn document() -> Value {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        portal_tests::openapi::document(checkout).unwrap_or_else(|why| panic!("{why}"))
    }

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|it| references(it, found));
            }
            Value::Array(items) => items.iter().for_each(|it| references(it, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_route_is_described_as_an_operation_and_nothing_else_is() {
        let document = document();
        let described: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap().keys();
                methods.map(move |method| format!("{} {path}", method.to_uppercase()))
            })
            .collect();
        let declared = portal_tests::functions()
            .into_iter()
            .flat_map(|function| function.routes)
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(described, declared);
    }

    #[test]
    fn every_shape_that_is_referred_to_is_there_and_every_one_there_is_referred_to() {
        let document = document();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in &found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(found.contains(&format!("#/components/schemas/{name}")), "{name}");
        }
    }

    #[test]
    fn every_operation_says_who_may_ask_it_and_needs_a_session_unless_anybody_may() {
        for (path, methods) in document()["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let anybody = operation["x-access"]["who"] == "anybody";
                let open = operation["security"] == serde_json::json!([]);
                assert_eq!(anybody, open, "{method} {path}");
            }
        }
    }
}
