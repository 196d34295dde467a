//! Which part of a workbook is the sheet that is meant.

use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::sync::Arc;

use domain::actuals::{Epoch, Row};

use crate::container::Container;
use crate::limits::Limits;
use crate::strings::Strings;
use crate::unreadable::Unreadable;
use crate::xml::{DAMAGED, Xml, attribute};
use crate::{Take, sheet};

/// The sheet that is read; without one of that name the first.
const SHEET: &str = "Actuals";
/// How many sheets a workbook may have.
const SHEETS_MAX: usize = 255;
/// Other files that could be inside.
const ARCHIVES: [&str; 12] = [
    ".zip", ".xlsx", ".xlsm", ".xlsb", ".xls", ".docx", ".gz", ".7z", ".rar", ".tar", ".jar",
    ".exe",
];

/// Reads the sheet `Actuals` of a workbook, or else its first one: what Excel, Google Sheets, other office suites and
/// programs write. Formulas count as what they came to when the workbook was saved.
///
/// # Errors
///
/// [`Unreadable`], which is F03.
pub fn read_xlsx(
    file: impl Read + Seek,
    limits: &Limits,
    take: impl Take,
) -> Result<(), Unreadable> {
    let mut container = Container::open(file, limits)?;
    refuse_others(&mut container)?;
    let main = main_part(&mut container)?;
    let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
    let book = Book::read(xml(&mut container, &main)?.ok_or(DAMAGED)?)?;
    let related = match xml(&mut container, &joined(folder, &format!("_rels/{name}.rels")))? {
        Some(xml) => relations(xml)?,
        None => return Err(DAMAGED),
    };
    let of_kind = |relation: &&Relation, kind: &str| relation.kind.ends_with(kind);
    let sheets: Vec<_> = book
        .sheets
        .iter()
        .filter_map(|(name, id)| Some((name, related.get(id)?)))
        .filter(|(_, relation)| of_kind(relation, "/worksheet"))
        .collect();
    let named = sheets.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(SHEET));
    let (name, relation) = named.or(sheets.first()).ok_or(DAMAGED)?;
    let shared = related.values().find(|it| of_kind(it, "/sharedStrings"));
    let shared = shared.map(|it| xml(&mut container, &joined(folder, &it.target))).transpose()?;
    let strings = shared.flatten().map(Strings::read).transpose()?.unwrap_or_default();
    let row = Row::new(Some(Arc::from(name.as_str())), book.epoch);
    let part = xml(&mut container, &joined(folder, &relation.target))?.ok_or(DAMAGED)?;
    sheet::read(part, &strings, limits, row, take)
}

/// Refuses what is not a plain workbook.
fn refuse_others(container: &mut Container<impl Read + Seek>) -> Result<(), Unreadable> {
    let names: Vec<_> = container.names().map(str::to_ascii_lowercase).collect();
    if names.iter().any(|name| name.ends_with("vbaproject.bin")) {
        return Err(Unreadable::Has { what: "macros: save it as XLSX without them" });
    }
    let nested = |name: &String| ARCHIVES.iter().any(|archive| name.ends_with(archive));
    let is_workbook = names.iter().any(|name| name == "[content_types].xml");
    if !is_workbook {
        let what = "an archive and not a workbook: save it as XLSX";
        return Err(Unreadable::Other { what });
    }
    if names.iter().any(nested) {
        return Err(Unreadable::Has { what: "other files inside: take them out" });
    }
    let mut macros = false;
    if let Some(mut types) = xml(container, "[Content_Types].xml")? {
        types.tags(|tag| {
            let kind = attribute(tag, "ContentType").unwrap_or_default();
            macros = macros || kind.to_ascii_lowercase().contains("macroenabled");
            Ok(())
        })?;
    }
    if macros {
        return Err(Unreadable::Has { what: "macros: save it as XLSX without them" });
    }
    Ok(())
}

fn main_part(container: &mut Container<impl Read + Seek>) -> Result<String, Unreadable> {
    let relations = match xml(container, "_rels/.rels")? {
        Some(xml) => relations(xml)?,
        None => BTreeMap::new(),
    };
    let main = relations.into_values().find(|it| it.kind.ends_with("/officeDocument"));
    Ok(main.map_or_else(|| "xl/workbook.xml".to_owned(), |it| joined("", &it.target)))
}

fn xml<'c, R: Read + Seek>(
    container: &'c mut Container<R>,
    name: &str,
) -> Result<Option<Xml<'c, R>>, Unreadable> {
    Ok(container.part(name)?.map(Xml::new))
}

/// A part's name from the folder of the part that names it; one that begins with a slash is whole.
fn joined(folder: &str, target: &str) -> String {
    match (target.strip_prefix('/'), folder) {
        (Some(whole), _) => whole.to_owned(),
        (None, "") => target.to_owned(),
        (None, _) => format!("{folder}/{target}"),
    }
}

#[derive(Debug)]
struct Relation {
    kind: String,
    target: String,
}

fn relations<R: Read>(mut xml: Xml<'_, R>) -> Result<BTreeMap<String, Relation>, Unreadable> {
    let mut found = BTreeMap::new();
    xml.tags(|tag| {
        let [id, kind, target] = ["Id", "Type", "Target"].map(|name| attribute(tag, name));
        let external = attribute(tag, "TargetMode").is_some_and(|mode| mode == "External");
        if let (Some(id), Some(kind), Some(target), false) = (id, kind, target, external) {
            found.insert(id, Relation { kind, target });
        }
        within(found.len())
    })?;
    Ok(found)
}

fn within(count: usize) -> Result<(), Unreadable> {
    if count > SHEETS_MAX.saturating_mul(2) {
        return Err(Unreadable::Has { what: "too many parts" });
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Book {
    epoch: Epoch,
    /// Each name with the id of its relation, in the order of the tabs.
    sheets: Vec<(String, String)>,
}

impl Book {
    fn read<R: Read>(mut xml: Xml<'_, R>) -> Result<Self, Unreadable> {
        let mut book = Self::default();
        xml.tags(|tag| {
            match tag.local_name().as_ref() {
                b"workbookPr" => {
                    let says = attribute(tag, "date1904");
                    if says.is_some_and(|says| says == "1" || says == "true") {
                        book.epoch = Epoch::Year1904;
                    }
                }
                b"sheet" => {
                    let both = attribute(tag, "name").zip(attribute(tag, "id"));
                    book.sheets.extend(both);
                }
                _ => {}
            }
            within(book.sheets.len())
        })?;
        Ok(book)
    }
}
