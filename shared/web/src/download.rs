//! Files that somebody keeps.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

/// Excel reads a CSV file as UTF-8 only behind this; without it a pound sign becomes two characters.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file for the browser to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    file_name: String,
    bytes: Vec<u8>,
}

impl Download {
    /// A CSV file in UTF-8: `statement_C3001_2022-10-31.csv`.
    pub fn csv(file_name: &str, csv: &[u8]) -> Self {
        Self { file_name: file_name.to_owned(), bytes: [BYTE_ORDER_MARK, csv].concat() }
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let file_name: String = self.file_name.chars().filter(plain).collect();
        let disposition = format!("attachment; filename=\"{file_name}\"");
        let disposition = HeaderValue::from_str(&disposition)
            .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
        let csv = HeaderValue::from_static("text/csv; charset=utf-8");
        ([(CONTENT_TYPE, csv), (CONTENT_DISPOSITION, disposition)], self.bytes).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_under_its_name_and_never_shown_as_a_page() {
        let response = Download::csv("statement_C3001_\"2022\r\n.csv", b"a\r\n").into_response();
        let header = |name| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header(CONTENT_TYPE), "text/csv; charset=utf-8");
        assert_eq!(
            header(CONTENT_DISPOSITION),
            "attachment; filename=\"statement_C3001_2022.csv\""
        );
    }
}
