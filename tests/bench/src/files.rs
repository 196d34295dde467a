//! The agency's facts and rows as files.

use std::fmt::Write as _;
use std::io::{self, Write};

use chrono::{Days, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::agency::{Agency, Answers, Cells, HEADINGS, SERVICES, decimal};

pub fn services(agency: &Agency) -> String {
    let mut text = "service_ref,contract_ref,name,unit,unit_step,frustrated_percent,tolerance_percent,extras,visits_required,closed_to\n".to_owned();
    let yes = |it: bool| if it { "yes" } else { "no" };
    for service in SERVICES {
        let closed_to = if service.closes {
            (agency.first_week + Days::new(6)).to_string()
        } else {
            String::new()
        };
        let (reference, contract) = (service.reference, service.reference.replace('S', "C"));
        writeln!(
            text,
            "{reference},{contract},{},{},{},{},{},{},{},{closed_to}",
            service.name,
            service.unit,
            decimal(service.step),
            service.frustrated_percent,
            service.tolerance_percent,
            yes(service.extras),
            yes(service.visits_required),
        )
        .unwrap();
    }
    text
}

pub fn packages(agency: &Agency) -> String {
    let mut text = "cpli_id,ss_ref,title,forename,surname,service_ref,authorised,start_date,quantity,unit_price,changes_on,new_quantity,new_unit_price\n".to_owned();
    for package in &agency.packages {
        let [(start, quantity, price), (changes, then, new)] = package.prices;
        writeln!(
            text,
            "{},{},{},{},{},{},{},{start},{},{},{changes},{},{}",
            package.cpli_id,
            package.ss_ref,
            package.title,
            package.forename,
            package.surname,
            package.service.reference,
            if package.authorised { "yes" } else { "no" },
            decimal(quantity),
            decimal(price),
            decimal(then),
            decimal(new),
        )
        .unwrap();
    }
    text
}

/// As a rostering system writes it.
pub fn csv(agency: Agency, file: &mut impl Write) -> io::Result<Answers> {
    writeln!(file, "{}", HEADINGS.join(","))?;
    let mut failed = None;
    let answers = agency.rows(|cells| {
        if let Err(error) = line(cells, file) {
            failed = Some(error);
        }
    });
    failed.map_or(Ok(answers), Err)
}

fn line(cells: &Cells, file: &mut impl Write) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            file.write_all(b",")?;
        }
        if cell.contains([',', '"', '\n']) {
            write!(file, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            file.write_all(cell.as_bytes())?;
        }
    }
    file.write_all(b"\r\n")
}

/// As Excel writes it: numbers and dates as numbers, texts shared, nothing where nothing is.
pub fn xlsx(agency: Agency) -> Result<(Workbook, Answers), XlsxError> {
    let mut book = Workbook::new();
    let dates = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = book.add_worksheet().set_name("Actuals")?;
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write(0, column, heading)?;
    }
    let (mut failed, mut row) = (None, 0);
    let answers = agency.rows(|cells| {
        row += 1;
        for (column, cell) in (0..).zip(cells) {
            if let Err(error) = put(sheet, row, column, cell, &dates) {
                failed = Some(error);
            }
        }
    });
    failed.map_or(Ok((book, answers)), Err)
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &str,
    dates: &Format,
) -> Result<(), XlsxError> {
    let date = || NaiveDate::parse_from_str(cell, "%d/%m/%Y").ok().filter(|_| cell.len() == 10);
    if cell.is_empty() {
        return Ok(());
    }
    if column == 9
        && let Some(day) = date()
    {
        let day = ExcelDateTime::parse_from_str(&day.to_string())?;
        return sheet.write_with_format(row, column, &day, dates).map(drop);
    }
    match cell.parse::<f64>() {
        Ok(number) if (8..15).contains(&column) && cell.len() < 7 => {
            sheet.write(row, column, number).map(drop)
        }
        _ => sheet.write(row, column, cell).map(drop),
    }
}
