//! A file of an agency that is made up is read, checked and reported as its maker says, in either format: the
//! benchmark's work in small.

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use bench::agency::{Agency, Answers, Size};
    use bench::files;
    use bench::report::{Facts, report, told};
    use sheets::Limits;

    const SIZE: Size = Size { packages: 500, weeks: 8 };

    /// The answers, and the lines of the log.
    fn read(file: &[u8]) -> (Answers, String) {
        let agency = Agency::new(SIZE);
        let (services, packages) = (files::services(&agency), files::packages(&agency));
        let facts = Facts::read(services.as_bytes(), packages.as_bytes());
        let mut log = Vec::new();
        let answers = report(&facts, Cursor::new(file), &Limits::PAGE, &mut log).unwrap();
        (answers, String::from_utf8(log).unwrap())
    }

    #[test]
    fn a_csv_file_and_a_workbook_of_the_same_rows_have_the_same_answers() {
        let mut csv = Vec::new();
        let made = files::csv(Agency::new(SIZE), &mut csv).unwrap();
        let (mut book, same) = files::xlsx(Agency::new(SIZE)).unwrap();
        assert_eq!(made, same);
        let (answers, log) = read(&csv);
        assert_eq!(told(&answers), told(&made));
        assert_eq!(read(&book.save_to_buffer().unwrap()), (answers, log.clone()));
        assert_eq!(made.rows, 4_000);
        let codes = [
            "E10", "E12", "E13", "E14", "E15", "E16", "E17", "E20", "E21", "E22", "E23", "E24",
            "E25", "E26", "E27", "W40", "W41",
        ];
        assert_eq!(made.codes.keys().collect::<Vec<_>>(), codes);
        let findings: u32 =
            made.codes.iter().filter(|(code, _)| code.starts_with('E')).map(|(_, it)| it).sum();
        assert_eq!(log.lines().count(), usize::try_from(findings).unwrap());
    }
}
