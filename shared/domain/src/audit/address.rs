//! What the address of a request says it is about, without anything that somebody typed.

use std::collections::BTreeMap;

/// The parameters of a query whose values are references, dates or choices. Of others, such as the words of a
/// search, only the name is kept: they may be a client's.
const REFERENCES: [&str; 33] = [
    "action",
    "area",
    "assigned_to",
    "batch",
    "contract",
    "contract_ref",
    "cpli",
    "cpli_id",
    "cycle",
    "cycle_ref",
    "document",
    "feed",
    "file",
    "financial_year",
    "format",
    "from",
    "include_done",
    "include_historical",
    "invoice",
    "item",
    "period",
    "period_start",
    "provider",
    "provider_ref",
    "report",
    "service_ref",
    "show_pairs",
    "ss_ref",
    "state",
    "status",
    "summary",
    "team",
    "to",
];

/// The longest value that is kept: a hash.
const VALUE_LENGTH_MAX: usize = 80;

/// What is written in place of a value that is not kept.
const NOT_KEPT: &str = "…";

/// What a request is about: the parts of its path by the names that the route gives them, and those parameters of
/// its query that are references.
pub fn about(route: &str, path: &str, query: Option<&str>) -> BTreeMap<String, String> {
    let mut about = BTreeMap::new();
    for (name, value) in route.split('/').zip(path.split('/')) {
        let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        if let Some(name) = name {
            about.insert(name.to_owned(), reference(value));
        }
    }
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if value.is_empty() || !is_reference(name) || about.contains_key(name) {
            continue;
        }
        // A client is looked for by reference or by name: only what cannot be a name is kept.
        let kept = REFERENCES.contains(&name) || (name == "client" && has_digit(value));
        about.insert(name.to_owned(), if kept { reference(value) } else { NOT_KEPT.to_owned() });
    }
    about
}

fn has_digit(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit()) && !value.contains(['+', '%'])
}

fn is_reference(value: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    !value.is_empty() && value.len() <= VALUE_LENGTH_MAX && value.bytes().all(plain)
}

fn reference(value: &str) -> String {
    if is_reference(value) { value.to_owned() } else { NOT_KEPT.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(route: &str, path: &str, query: &str) -> Vec<String> {
        let about = about(route, path, Some(query));
        about.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn the_parts_of_a_path_are_called_what_the_route_calls_them() {
        let route = "/api/scheduled-payments/{contract_ref}/{period_start}/confirmation";
        let path = "/api/scheduled-payments/C3001/2026-10-26/confirmation";
        assert_eq!(said(route, path, ""), ["contract_ref=C3001", "period_start=2026-10-26"]);
    }

    #[test]
    fn what_somebody_typed_into_a_search_is_not_kept() {
        let query = "q=Wednesday+Adams&client=Adams&include_historical=yes&=x&service=";
        assert_eq!(
            said("/api/care-packages", "/api/care-packages", query),
            ["client=…", "include_historical=yes", "q=…"]
        );
        assert_eq!(said("/a", "/a", "client=A272433&client=Adams"), ["client=A272433"]);
        assert_eq!(said("/a/{ss_ref}", "/a/Wednesday%20Adams", ""), ["ss_ref=…"]);
        assert_eq!(
            said("/a", "/a", "client=Mr%20Adams%209&provider=a%20b"),
            ["client=…", "provider=…"]
        );
    }
}
