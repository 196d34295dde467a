//! Files that somebody keeps.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

/// Excel reads a CSV file as UTF-8 only behind this; without it a pound sign becomes two characters.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// With a capital, so that it is sent byte for byte (`sent.rs`): what decodes `text` loses the byte order mark, and the
/// length is no longer right. The case of a media type means nothing (RFC 9110, 8.3.1).
const CSV: &str = "Text/csv; charset=utf-8";

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const PDF: &str = "application/pdf";

/// Other programs read it, which look for no byte order mark.
const XML: &str = "application/xml; charset=utf-8";

/// RFC 5545, 8.1: the character set is a parameter of it.
const CALENDAR: &str = "text/calendar; charset=utf-8";

/// A file for the browser to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    file_name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

impl Download {
    /// The kinds of file that a path with this ending answers: all, if it has none of these.
    pub(crate) fn media_types(ending: Option<&str>) -> Vec<&'static str> {
        let kinds = [("csv", CSV), ("xlsx", XLSX), ("pdf", PDF), ("xml", XML), ("ics", CALENDAR)];
        let told = kinds.iter().any(|(name, _)| Some(*name) == ending);
        let kinds = kinds.into_iter().filter(|(name, _)| !told || Some(*name) == ending);
        kinds.map(|(_, kind)| kind).collect()
    }

    /// An XML file in UTF-8: `invoice_1.xml`.
    pub fn xml(file_name: &str, xml: Vec<u8>) -> Self {
        Self { file_name: file_name.to_owned(), media_type: XML, bytes: xml }
    }

    /// A calendar: `deadlines.ics`.
    pub fn calendar(file_name: &str, calendar: String) -> Self {
        let bytes = calendar.into_bytes();
        Self { file_name: file_name.to_owned(), media_type: CALENDAR, bytes }
    }

    /// A CSV file in UTF-8: `statement_C3001_2022-10-31.csv`.
    pub fn csv(file_name: &str, csv: &[u8]) -> Self {
        let bytes = [BYTE_ORDER_MARK, csv].concat();
        Self { file_name: file_name.to_owned(), media_type: CSV, bytes }
    }

    /// A paper: `pending-payments_2026-11-22.pdf`.
    pub fn pdf(file_name: &str, pdf: Vec<u8>) -> Self {
        Self { file_name: file_name.to_owned(), media_type: PDF, bytes: pdf }
    }

    /// A workbook: `actuals_C3002_2026-10-26.xlsx`.
    pub fn xlsx(file_name: &str, workbook: Vec<u8>) -> Self {
        Self { file_name: file_name.to_owned(), media_type: XLSX, bytes: workbook }
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let file_name: String = self.file_name.chars().filter(plain).collect();
        let disposition = format!("attachment; filename=\"{file_name}\"");
        let disposition = HeaderValue::from_str(&disposition)
            .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(self.media_type)),
            (CONTENT_DISPOSITION, disposition),
        ];
        (headers, self.bytes).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sent::Sent;

    #[test]
    fn a_file_is_saved_under_its_name_and_never_shown_as_a_page() {
        let response = Download::csv("statement_C3001_\"2022\r\n.csv", b"a\r\n").into_response();
        let header = |name| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header(CONTENT_TYPE).to_lowercase(), "text/csv; charset=utf-8");
        assert_eq!(
            header(CONTENT_DISPOSITION),
            "attachment; filename=\"statement_C3001_2022.csv\""
        );
    }

    #[tokio::test]
    async fn a_file_leaves_the_function_byte_for_byte() {
        let csv = "Amount\r\n−£1.00\r\n";
        let workbook = b"PK\x03\x04\xFF\xFE".to_vec();
        for (download, expected) in [
            (Download::csv("a.csv", csv.as_bytes()), format!("\u{feff}{csv}").into_bytes()),
            (Download::xlsx("a.xlsx", workbook.clone()), workbook.clone()),
            (Download::pdf("a.pdf", workbook.clone()), workbook),
        ] {
            let sent =
                lambda_http::IntoResponse::into_response(Sent(download.into_response())).await;
            let sent = sent.into_body();
            assert!(matches!(&sent, lambda_http::Body::Binary(it) if *it == expected), "{sent:?}");
        }
    }
}
