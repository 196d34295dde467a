//! What comes back can be mended and sent again.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::ops::ControlFlow;

use domain::actuals::{Column, Headings, Row};
use files::Place;
use serde_json::json;
use sheets::Limits;

use super::rig::{Rig, file, northside, row};

const STEM: &str = "ACTUALS_P1003_20221120083000";
const NAME: &str = "ACTUALS_P1003_20221120083000.csv";
const LATER: &str = "ACTUALS_P1003_20221120093000.csv";

/// The headings and the rows of the workbook that lies beside the file.
async fn workbook(rig: &Rig) -> (Vec<String>, Vec<Vec<String>>) {
    let place = Place::provider_outbox(&northside(), &format!("{STEM}_errors.xlsx"));
    let bytes = rig.objects.get(&place, 1_000_000).await.unwrap().unwrap().bytes;
    let mut rows = Vec::new();
    sheets::read_xlsx(Cursor::new(bytes), &Limits::PAGE, |row: &Row| {
        rows.push(row.cells().map(|cell| cell.text.to_owned()).collect());
        ControlFlow::Continue(())
    })
    .unwrap();
    (rows.remove(0), rows)
}

#[tokio::test]
async fn mending_exactly_the_cells_that_are_named_makes_the_second_file_pass() {
    let rig = Rig::new().await;
    let rows = [
        row("170001", "31/10/2022", "10.5,,,,,"),
        row("170002", "31/10/2022", "7,,,,,").replace("A500002", "A999999"),
        row("170001", "7.11.22.1", "10.5,,,,,"),
        row("170002", "07/11/2022", "seven,,,,,"),
        row("170001", "14/11/2022", "9.5,1,,,,"),
    ];
    rig.drop_file(NAME, &file(&rows)).await;
    assert_eq!(rig.summary(STEM)["rows_rejected"], json!(4));
    let mended: BTreeMap<(u32, Column), &str> = [
        ((3, Column::SSRef), "A500002"),
        ((4, Column::WeekStart), "07/11/2022"),
        ((5, Column::Actual), "7"),
        ((6, Column::ReasonCode), "HOSP"),
    ]
    .into();
    let batch = rig.batches().await.remove(0);
    let found = rig.uploads().findings(&batch).await.unwrap();
    let named: BTreeSet<_> = found.iter().map(|it| (it.row, it.column)).collect();
    assert_eq!(named, mended.keys().copied().collect());

    let (headings, rows) = workbook(&rig).await;
    let at = Headings::find(&Row::of(1, headings.iter().map(String::as_str))).unwrap();
    let mut lines = vec![headings.join(",")];
    for mut cells in rows {
        let number: u32 = cells[0].parse().unwrap();
        cells.resize(headings.len(), String::new());
        // What we say about the row is not read back.
        cells[2].clear();
        for ((row, column), value) in &mended {
            if *row == number {
                cells[at.index(*column).unwrap()] = (*value).to_owned();
            }
        }
        lines.push(cells.join(","));
    }
    rig.drop_at(LATER, &lines.join("\n"), "2022-11-20T09:30:02Z").await;
    let summary = rig.summary("ACTUALS_P1003_20221120093000");
    assert_eq!((&summary["state"], &summary["rows_new"]), (&json!("applied"), &json!(4)));
    assert_eq!(rig.units().await.len(), 5);
}

#[tokio::test]
async fn the_workbook_can_be_sent_as_it_is_and_says_the_same_again() {
    let rig = Rig::new().await;
    let bad = file(&[row("170001", "14/11/2022", "9.5,1,,,,"), row("170002", "x", "7,,,,,")]);
    rig.drop_file(NAME, &bad).await;
    let place = Place::provider_outbox(&northside(), &format!("{STEM}_errors.xlsx"));
    let bytes = rig.objects.get(&place, 1_000_000).await.unwrap().unwrap().bytes;
    let name = "ACTUALS_P1003_20221120093000.xlsx";
    let inbox = Place::provider_inbox(&northside(), name);
    rig.objects.put(&inbox, bytes).await.unwrap();
    let at = super::rig::instant("2022-11-20T09:30:02Z");
    rig.uploads().arrived(&inbox.name, None, at).await.unwrap();
    let codes = |stem: &str| -> Vec<String> {
        let log = rig.log(stem);
        log[1..].iter().map(|line| line.split(',').nth(3).unwrap().to_owned()).collect()
    };
    assert_eq!(codes(STEM), codes("ACTUALS_P1003_20221120093000"));
    assert_eq!(codes(STEM), ["E23", "E26"]);
}
