//! A header understood, and rows read by it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Code, Column, Feed, FileProblem, Need, RowProblem};

/// Which column stands where in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    feed: Feed,
    at: BTreeMap<usize, &'static Column>,
    width: usize,
    ignored: Vec<String>,
}

/// What one row says. Cells are spelled as records spell them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it is about.
    pub feed: Feed,
    /// As a spreadsheet counts: the header is row 1.
    pub number: u64,
    /// Its cells by column; none: it takes the record of its key back.
    pub cells: Option<BTreeMap<String, Value>>,
    keys: BTreeMap<String, Value>,
}

impl Header {
    /// Finds the columns of `feed`, in any order and case. Others are ignored.
    ///
    /// # Errors
    ///
    /// A column that must be there is missing, or one is there twice.
    pub fn read(feed: Feed, names: &[&str]) -> Result<Self, FileProblem> {
        let mut at = BTreeMap::new();
        let mut ignored = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let plain = plain_heading(name);
            match feed.columns().iter().find(|column| column.name == plain) {
                Some(column) if at.values().any(|other| *other == column) => {
                    return Err(FileProblem::ColumnTwice(column.name));
                }
                Some(column) => {
                    at.insert(index, column);
                }
                None if plain.is_empty() => {}
                None => ignored.push((*name).trim().to_owned()),
            }
        }
        let found: BTreeSet<_> = at.values().map(|column| column.name).collect();
        let needed = |column: &&Column| matches!(column.need, Need::Key | Need::Required);
        let missing = feed.columns().iter().filter(needed).find(|it| !found.contains(it.name));
        match missing {
            Some(column) => Err(FileProblem::MissingColumn(column.name)),
            None => Ok(Self { feed, at, width: names.len(), ignored }),
        }
    }

    /// Columns that the portal does not know, as the file spells them.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// Reads one row.
    ///
    /// # Errors
    ///
    /// Every cell that is wrong, with what to type instead.
    pub fn row(&self, number: u64, cells: &[&str]) -> Result<Row, Vec<RowProblem>> {
        let spilt = cells.iter().skip(self.width).any(|cell| !cell.trim().is_empty());
        if cells.len() < self.width || spilt {
            let (has, wants) = (cells.len(), self.width);
            let message = format!(
                "The row has {has} cells and the header {wants}. Put text with commas or line breaks in quotation marks."
            );
            return Err(vec![RowProblem::row(Code::I11, message)]);
        }
        let text = |index: usize| cells.get(index).copied().unwrap_or_default();
        let is_key = |column: &Column| column.need == Need::Key;
        let mut others = self.at.iter().filter(|(_, column)| !is_key(column));
        let taken_back = self.feed.can_be_taken_back()
            && others.all(|(index, _)| text(*index).trim().is_empty());
        let (mut keys, mut values, mut problems) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for (index, column) in self.at.iter().filter(|(_, it)| !taken_back || is_key(it)) {
            match column.read(text(*index)) {
                Ok(value) if is_key(column) => drop(keys.insert(column.name.to_owned(), value)),
                Ok(value) => drop(values.insert(column.name.to_owned(), value)),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let cells = (!taken_back).then_some(values);
        Ok(Row { feed: self.feed, number, cells, keys })
    }
}

/// `Provider Ref` and `PROVIDER_REF` are `provider_ref`.
fn plain_heading(name: &str) -> String {
    let plain = name.trim().trim_start_matches('\u{feff}').to_lowercase().replace(['-', '_'], " ");
    plain.split_whitespace().collect::<Vec<_>>().join("_")
}

impl Row {
    /// Its key as one text, the same for every row about the same record: `164628#2022-08-03`.
    pub fn key(&self) -> String {
        let columns = self.feed.columns().iter().filter(|column| column.need == Need::Key);
        let parts =
            columns.filter_map(|column| self.keys.get(column.name)).map(|part| match part {
                Value::String(text) => text.clone(),
                number @ (Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_)) => number.to_string(),
            });
        parts.collect::<Vec<_>>().join("#")
    }

    /// The text of a cell; none if it is empty or missing, or not text.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.cell(column)?.as_str()
    }

    /// The cell as one of our types; none if it is empty or missing.
    pub fn parsed<T: std::str::FromStr>(&self, column: &str) -> Option<T> {
        match self.cell(column)? {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.to_string().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Whether a cell says yes.
    pub fn is_yes(&self, column: &str) -> bool {
        self.cell(column).and_then(Value::as_bool).unwrap_or_default()
    }

    /// Each thing that a cell lists; none if it is empty or missing.
    pub fn listed<T: std::str::FromStr>(&self, column: &str) -> Vec<T> {
        let all = self.cell(column).and_then(Value::as_array).into_iter().flatten();
        all.filter_map(|it| it.as_str()?.parse().ok()).collect()
    }

    fn cell(&self, column: &str) -> Option<&Value> {
        self.keys.get(column).or_else(|| self.cells.as_ref()?.get(column))
    }

    /// The cells of the key.
    pub(super) fn keys(&self) -> &BTreeMap<String, Value> {
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices() -> Header {
        Header::read(Feed::Prices, &["CPLI id", "From Date", "quantity", "Unit_Price", "Note"])
            .unwrap()
    }

    #[test]
    fn headings_are_found_in_any_order_and_case_and_unknown_ones_are_named() {
        let header = Header::read(
            Feed::Prices,
            &["\u{feff}unit price", "QUANTITY", "cpli-id", "from_date", "Remarks", " "],
        )
        .unwrap();
        assert_eq!(header.ignored(), ["Remarks"]);
        let row = header.row(2, &["865.46", "1", "164628", "2022-08-03", "x", ""]).unwrap();
        assert_eq!(row.key(), "164628#2022-08-03");
        assert_eq!(row.text("unit_price"), Some("865.46"));
    }

    #[test]
    fn a_missing_or_doubled_column_refuses_the_file() {
        let missing = Header::read(Feed::Prices, &["cpli_id", "from_date", "quantity"]);
        assert_eq!(missing, Err(FileProblem::MissingColumn("unit_price")));
        let names = ["cpli_id", "from_date", "quantity", "unit_price", "Quantity"];
        assert_eq!(Header::read(Feed::Prices, &names), Err(FileProblem::ColumnTwice("quantity")));
    }

    #[test]
    fn every_wrong_cell_of_a_row_is_told() {
        let problems = prices().row(7, &["", "yesterday", "1", "x", ""]).unwrap_err();
        let told: Vec<_> =
            problems.iter().map(|it| (it.column.as_deref().unwrap(), it.code)).collect();
        let wanted = [("cpli_id", Code::I10), ("from_date", Code::I13), ("unit_price", Code::I15)];
        assert_eq!(told, wanted);
    }

    #[test]
    fn a_row_with_more_or_fewer_cells_than_the_header_is_refused() {
        for cells in [&["1", "2022-08-03", "1", "1", "", "spilt"][..], &["1", "2022-08-03", "1"]] {
            assert_eq!(prices().row(2, cells).unwrap_err().first().unwrap().code, Code::I11);
        }
        prices().row(2, &["1", "2022-08-03", "1", "1", "", "", ""]).unwrap();
    }

    #[test]
    fn a_price_whose_other_cells_are_empty_is_taken_back_and_a_client_is_not() {
        assert_eq!(prices().row(2, &["1", "2022-08-03", "", "", ""]).unwrap().cells, None);
        let clients = Header::read(Feed::Clients, &["ss_ref", "forename", "surname"]).unwrap();
        assert_eq!(clients.row(2, &["A1", "", ""]).unwrap_err().len(), 2);
    }

    #[test]
    fn a_kept_row_comes_back_as_it_was() {
        let row = prices().row(2, &["1", "2022-08-03", "1", "2", ""]).unwrap();
        let kept = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<Row>(&kept).unwrap(), row);
    }
}
