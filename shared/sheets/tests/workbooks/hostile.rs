//! Files that were made to do harm are refused at little cost.

use std::fs::read_to_string;

use crate::archive::{archive, flagged, rows, workbook};
use crate::of_bytes;

const MEGABYTE: usize = 1024 * 1024;

/// Why a file is refused, in under a second.
fn refused(bytes: &[u8]) -> String {
    let before = busy();
    let why = of_bytes(bytes).unwrap_err();
    let spent = busy() - before;
    assert!(spent < 1_000_000_000, "{spent} ns");
    why
}

/// The time that this thread was on a processor, in nanoseconds: whatever else the machine does is not in it.
fn busy() -> u64 {
    let text = read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

/// The most memory that this process ever had.
fn peak_bytes() -> usize {
    let status = read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    kilobytes * 1024
}

#[test]
fn an_expansion_bomb_is_given_up_at_its_first_megabyte() {
    let tags = "<a/>".repeat(10 * MEGABYTE);
    let file = workbook(&format!("<worksheet>{tags}<sheetData/></worksheet>"), &[]);
    assert!(file.len() < MEGABYTE);
    assert_eq!(refused(&file), "it has parts that are far larger than they seem");
}

#[test]
fn a_bomb_in_any_part_that_is_read_is_given_up() {
    let tags = "<a/>".repeat(MEGABYTE);
    for part in [
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/sharedStrings.xml",
    ] {
        let file = workbook("<worksheet><sheetData/></worksheet>", &[(part, tags.as_bytes())]);
        assert_eq!(refused(&file), "it has parts that are far larger than they seem", "{part}");
    }
}

#[test]
fn all_of_them_together_need_less_than_64_mb() {
    let deep = "<row>".repeat(300_000);
    for file in [
        rows(&"<row r=\"7\"/>".repeat(500_000)),
        rows(&deep),
        rows(&format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", noise(3 * MEGABYTE))),
        workbook(
            "<worksheet><sheetData/></worksheet>",
            &[(
                "xl/sharedStrings.xml",
                format!("<sst><si><t>{}</t></si></sst>", noise(3 * MEGABYTE)).as_bytes(),
            )],
        ),
    ] {
        refused(&file);
    }
    assert!(peak_bytes() < 64 * MEGABYTE, "{}", peak_bytes());
}

/// Text that does not shrink much.
fn noise(bytes: usize) -> String {
    let mut state: u32 = 1;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + u8::try_from(state >> 28).unwrap())
    };
    (0..bytes).map(|_| letter()).collect()
}

#[test]
fn a_cell_that_is_too_long_is_given_up() {
    let file =
        rows(&format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", noise(MEGABYTE)));
    assert_eq!(refused(&file), "it has a cell that is too long");
    let parts = format!("{}&amp;", noise(1_000)).repeat(400);
    let file = rows(&format!("<row><c t=\"inlineStr\"><is><t>{parts}</t></is></c></row>"));
    assert_eq!(refused(&file), "row 1 is too long: a quotation mark may be missing");
    let file = rows(&format!("<row><c x=\"{}\"/></row>", noise(MEGABYTE)));
    assert_eq!(refused(&file), "it has a cell that is too long");
}

#[test]
fn a_cell_in_the_last_corner_is_refused() {
    let corner = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    assert_eq!(refused(&rows(corner)), "it has over 100000 empty rows: delete them");
    let right = r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#;
    assert_eq!(refused(&rows(right)), "row 1 has over 100 columns");
    let beyond = r#"<row r="1"><c r="ZZZZZZZZZZZZZZZZZZZ1"><v>1</v></c></row>"#;
    assert!(refused(&rows(beyond)).starts_with("it is damaged"));
}

#[test]
fn millions_of_empty_rows_are_refused() {
    let empty = |row: u32| [r#"<row r=""#, &row.to_string(), r#"" spans="1:18"/>"#].concat();
    let empty: String = (1..=150_000).map(empty).collect();
    assert_eq!(refused(&rows(&empty)), "it has over 100000 empty rows: delete them");
    let lines = "\r\n".repeat(2_000_000);
    assert_eq!(refused(lines.as_bytes()), "it has over 100000 empty rows: delete them");
}

#[test]
fn entities_are_refused_before_they_are_looked_at() {
    for entity in
        [r#"<!ENTITY a SYSTEM "file:///etc/passwd">"#, r#"<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">"#]
    {
        let sheet = format!(
            "<!DOCTYPE x [{entity}]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>"
        );
        assert_eq!(refused(&workbook(&sheet, &[])), "it has entities of its own");
    }
    let undeclared = rows(r"<row><c><v>&a;</v></c></row>");
    assert_eq!(refused(&undeclared), "it has entities of its own");
}

#[test]
fn archives_in_archives_are_refused() {
    let nested = archive(&[("a.txt", b"a")]);
    for name in ["payload.zip", "xl/embeddings/book.XLSX"] {
        let file = workbook("<worksheet><sheetData/></worksheet>", &[(name, &nested)]);
        assert_eq!(refused(&file), "it has other files inside: take them out");
    }
    assert_eq!(refused(&nested), "it is an archive and not a workbook: save it as XLSX");
}

#[test]
fn macros_are_refused() {
    let types = br#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>"#;
    for part in [("xl/vbaProject.bin", &b"x"[..]), ("[Content_Types].xml", types)] {
        let file = workbook("<worksheet><sheetData/></worksheet>", &[part]);
        assert_eq!(refused(&file), "it has macros: save it as XLSX without them");
    }
}

#[test]
fn a_password_is_named() {
    let encrypted = flagged(&[("xl/workbook.xml", b"x")], 1);
    assert_eq!(refused(&encrypted), "it has a password: save it without one");
    let office = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), vec![0; 5_000]].concat();
    assert!(refused(&office).starts_with("it is a workbook with a password"));
}

#[test]
fn wherever_a_workbook_is_cut_off_it_is_refused() {
    let file = rows(r"<row><c><v>1</v></c></row>");
    assert_eq!(of_bytes(&file).unwrap(), ["First!A1 #1"]);
    // One letter could be a CSV file.
    for length in (0..file.len()).filter(|length| *length != 1) {
        refused(&file[..length]);
    }
}

#[test]
fn whichever_byte_is_changed_nothing_is_read_wrongly() {
    let file = rows(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    let right = of_bytes(&file).unwrap();
    for at in 0..file.len() {
        let mut other = file.clone();
        other[at] ^= 0x20;
        if let Ok(read) = of_bytes(&other) {
            assert_eq!(read, right, "byte {at}");
        }
    }
}

#[test]
fn what_a_workbook_lacks_is_damage_and_no_more() {
    let file = rows(r#"<row><c t="s"><v>7</v></c></row>"#);
    assert!(refused(&file).starts_with("it is damaged or not complete"));
    let backwards = rows(r#"<row r="2"/><row r="1"><c><v>1</v></c></row>"#);
    assert!(refused(&backwards).starts_with("it is damaged or not complete"));
    assert_eq!(refused(&rows("")), "it is empty");
    assert!(refused(&workbook("<worksheet><sheetData><row>", &[])).starts_with("it is damaged"));
}
