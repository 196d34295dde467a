//! Open actions by their age.

use chrono::NaiveDate;

use crate::action::{ActionLine, Side};
use crate::clock::london_date;
use crate::report::{Bar, Body, Cell, Chart, Column};

/// The ages that are told apart, in days: up to, and how it is said.
const BANDS: [(i64, &str); 4] =
    [(7, "Up to 7 days"), (14, "8 to 14 days"), (28, "15 to 28 days"), (i64::MAX, "Over 28 days")];

/// Open actions, the oldest first.
pub fn aged(open: &[ActionLine], today: NaiveDate) -> Body {
    let mut all: Vec<_> = open.iter().map(|line| (age(line, today), line)).collect();
    all.sort_by_key(|(age, line)| (std::cmp::Reverse(*age), line.due_on));
    let in_band = |band: &str| all.iter().filter(|(age, _)| band_of(*age) == band).count();
    let bars = BANDS.map(|(_, band)| Bar {
        label: band.to_owned(),
        value: in_band(band).to_string(),
        length: i64::try_from(in_band(band)).unwrap_or(i64::MAX),
    });
    let totals = BANDS.map(|(_, band)| {
        let mut row = vec![band.into()];
        row.resize(5, Cell::Empty);
        row.extend([Cell::count(in_band(band)), Cell::Empty, Cell::Empty]);
        row
    });
    Body {
        columns: vec![
            Column::text("title", "Title"),
            Column::text("type", "Type"),
            Column::text("re", "About"),
            Column::text("with", "With"),
            Column::date("created_on", "Raised"),
            Column::number("age_days", "Age in days"),
            Column::date("due_on", "Due"),
            Column::text("overdue", "Overdue"),
        ],
        chart: (!all.is_empty()).then(|| Chart {
            title: "Open actions by age".to_owned(),
            description: "How many actions are open, by days since they were raised.".to_owned(),
            bars: bars.into(),
        }),
        totals: totals.into(),
        rows: all.into_iter().map(|(age, line)| row(age, line, today)).collect(),
        ..Body::default()
    }
}

fn row(age: i64, line: &ActionLine, today: NaiveDate) -> Vec<Cell> {
    let with = match line.with {
        Side::Council => "The council",
        Side::Provider => "You",
    };
    vec![
        line.title.as_str().into(),
        line.type_name.as_str().into(),
        Cell::text(line.re.as_ref()),
        with.into(),
        Cell::Date(london_date(line.created_at)),
        Cell::Number(age.into()),
        Cell::Date(line.due_on),
        if line.is_overdue(today) { "Overdue" } else { "No" }.into(),
    ]
}

fn age(line: &ActionLine, today: NaiveDate) -> i64 {
    today.signed_duration_since(london_date(line.created_at)).num_days().max(0)
}

fn band_of(age: i64) -> &'static str {
    BANDS.into_iter().find(|(most, _)| age <= *most).map_or("", |(_, band)| band)
}
