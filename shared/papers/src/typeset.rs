//! From what a paper says to the bytes of its PDF.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Timelike, Utc};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Features, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::PapersError;
use crate::paper::Paper;
use crate::printable::make_printable;

const TEMPLATE: &str = include_str!("../templates/paper.typ");

/// Source Sans Pro (fonts/LICENSE.txt).
const FONTS: [&[u8]; 2] = [
    include_bytes!("../fonts/SourceSansPro-Regular.otf"),
    include_bytes!("../fonts/SourceSansPro-Bold.otf"),
];

/// What is the same for every paper.
struct Workshop {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: FileId,
    data: FileId,
}

/// Made when the first paper is.
static WORKSHOP: LazyLock<Option<Workshop>> = LazyLock::new(Workshop::open);

impl Workshop {
    fn open() -> Option<Self> {
        let features: Features = [Feature::A11yExtras].into_iter().collect();
        let fonts: Vec<_> = FONTS.into_iter().flat_map(|it| Font::iter(Bytes::new(it))).collect();
        let file = |path: &str| {
            let path = VirtualPath::new(path).ok()?;
            Some(RootedPath::new(VirtualRoot::Project, path).intern())
        };
        Some(Self {
            library: LazyHash::new(Library::builder().with_features(features).build()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: file("/paper.typ")?,
            data: file("/paper.json")?,
        })
    }

    /// Whether all fonts have a sign.
    fn has(&self, sign: char) -> bool {
        self.fonts.iter().all(|font| font.info().coverage.contains(u32::from(sign)))
    }
}

/// All that a paper's template can reach: itself, and what the paper says.
struct Desk<'w> {
    workshop: &'w Workshop,
    template: Source,
    data: Bytes,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.workshop.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.workshop.book
    }

    fn main(&self) -> FileId {
        self.workshop.template
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.workshop.template { Ok(self.template.clone()) } else { Err(not_here(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.workshop.data { Ok(self.data.clone()) } else { Err(not_here(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.workshop.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_here(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_with_slash().into())
}

/// The PDF of a paper, PDF/UA-1. `ident` names the paper among all of a council's, `made_at` is when it was made:
/// the same of both and the same paper give the same bytes.
///
/// # Errors
///
/// A defect: the template does not fit, or what it makes would not be readable by everybody.
pub(crate) fn typeset(
    paper: &Paper,
    ident: &str,
    made_at: DateTime<Utc>,
) -> Result<Vec<u8>, PapersError> {
    let unprintable = |why: &str| PapersError::Unprintable(why.to_owned());
    let workshop = WORKSHOP.as_ref().ok_or_else(|| unprintable("the fonts cannot be read"))?;
    let mut says = serde_json::to_value(paper).map_err(|why| unwritable(&why))?;
    make_printable(&mut says, &|sign| workshop.has(sign));
    let desk = Desk {
        workshop,
        template: Source::new(workshop.template, TEMPLATE.to_owned()),
        data: Bytes::new(serde_json::to_vec(&says).map_err(|why| unwritable(&why))?),
    };
    let options = PdfOptions {
        ident: Smart::Custom(ident.to_owned()),
        creator: Smart::Custom(Some("Provider portal".to_owned())),
        timestamp: instant(made_at).map(Timestamp::new_utc),
        standards: PdfStandards::new(&[PdfStandard::Ua_1])
            .map_err(|why| unprintable(why.message()))?,
        ..PdfOptions::default()
    };
    let made = typst::compile::<PagedDocument>(&desk).output;
    let made = made.and_then(|document| typst_pdf::pdf(&document, &options));
    // A function lives long, and what was remembered of one client's paper helps nobody with the next.
    typst::comemo::evict(0);
    made.map_err(|why| refusal(why.iter()))
}

fn unwritable(why: &serde_json::Error) -> PapersError {
    PapersError::Unwritable(why.to_string())
}

/// What the typesetter complains of, up to where it would quote a text of the paper.
fn refusal<'d>(all: impl Iterator<Item = &'d SourceDiagnostic>) -> PapersError {
    let unquoted = |it: &SourceDiagnostic| it.message.split(['"', '`']).next().map(str::to_owned);
    let messages: Vec<_> = all.filter_map(unquoted).collect();
    PapersError::Unprintable(messages.join("; "))
}

fn instant(at: DateTime<Utc>) -> Option<Datetime> {
    let small = |number: u32| u8::try_from(number).ok();
    let (month, day) = (small(at.month())?, small(at.day())?);
    let (hour, minute, second) = (small(at.hour())?, small(at.minute())?, small(at.second())?);
    Datetime::from_ymd_hms(at.year(), month, day, hour, minute, second)
}
