//! How a council's portal looks and what it calls things: the colour of its header, its logo, its own words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::settings::Settings;
use crate::sign_in::hex;

/// WCAG 2.2, 1.4.3: text stands out from what is behind it by 4.5 to 1, in hundredths.
pub const CONTRAST_MIN_HUNDREDTHS: u32 = 450;
/// The shortest and the longest word for something.
const WORD_LENGTHS: std::ops::RangeInclusive<usize> = 2..=30;
/// The largest logo, in bytes.
pub const LOGO_BYTES_MAX: usize = 100 * 1024;
/// A logo is named after the SHA-256 of its bytes, in hexadecimal digits.
const LOGO_DIGITS: usize = 64;
/// What is computed with fractions is computed in millionths.
const ONE: u128 = 1_000_000;

/// A colour behind white text: `#12303b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

/// Why something is not a colour that white text can stand on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAColour {
    /// It is not spelled as colours are.
    #[error("Use # and six hexadecimal digits, such as {}", Colour::default())]
    Spelling,
    /// White text on it cannot be read by everybody.
    #[error("White text on {colour} has a contrast of {}, and needs {} or more. Use a darker colour",
        ratio(*hundredths), ratio(CONTRAST_MIN_HUNDREDTHS))]
    TooLight {
        /// Which.
        colour: String,
        /// How much white text stands out from it.
        hundredths: u32,
    },
}

/// `4.48 to 1`.
fn ratio(hundredths: u32) -> String {
    format!("{}.{:02} to 1", hundredths.div_euclid(100), hundredths.rem_euclid(100))
}

impl Default for Colour {
    /// The portal's own ink.
    fn default() -> Self {
        Self([0x12, 0x30, 0x3b])
    }
}

impl Colour {
    /// How much white text stands out from it (WCAG 2.2, "contrast ratio"), in hundredths, rounded down.
    pub fn contrast_with_white_hundredths(self) -> u32 {
        let [red, green, blue] = self.0.map(linear);
        let weighed = red
            .saturating_mul(2_126)
            .saturating_add(green.saturating_mul(7_152))
            .saturating_add(blue.saturating_mul(722));
        let luminance = weighed.div_euclid(10_000);
        let white = ONE.saturating_mul(105);
        let ratio = white.div_euclid(luminance.saturating_add(ONE.div_euclid(20)));
        u32::try_from(ratio).unwrap_or(u32::MAX)
    }
}

/// The light of one part of a colour (sRGB), in millionths of the most.
fn linear(part: u8) -> u128 {
    let part = u128::from(part);
    // Up to 0.04045 of 255.
    if part <= 10 {
        return ONE.saturating_mul(part).saturating_mul(100).div_euclid(255 * 1_292);
    }
    // ((part / 255 + 0.055) / 1.055) to the power of 2.4: its square, times the fifth root of its square.
    let above = part.saturating_mul(1_000).saturating_add(55 * 255);
    let base = ONE.saturating_mul(above).div_euclid(255 * 1_055);
    let square = base.saturating_mul(base).div_euclid(ONE);
    square.saturating_mul(fifth_root(square)).div_euclid(ONE)
}

/// The fifth root of millionths up to one whole, in millionths, rounded down.
fn fifth_root(of: u128) -> u128 {
    let wanted = of.saturating_mul(ONE.saturating_pow(4));
    let (mut low, mut high) = (0, ONE);
    while low < high {
        let middle = low.saturating_add(high).saturating_add(1).div_euclid(2);
        if middle.saturating_pow(5) <= wanted {
            low = middle;
        } else {
            high = middle.saturating_sub(1);
        }
    }
    low
}

impl FromStr for Colour {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        let is_spelled = digits.len() == 6 && digits.bytes().all(|it| it.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_spelled);
        let [_, red, green, blue] = number.ok_or(NotAColour::Spelling)?.to_be_bytes();
        let colour = Self([red, green, blue]);
        let hundredths = colour.contrast_with_white_hundredths();
        if hundredths < CONTRAST_MIN_HUNDREDTHS {
            return Err(NotAColour::TooLight { colour: colour.to_string(), hundredths });
        }
        Ok(colour)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl TryFrom<String> for Colour {
    type Error = NotAColour;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

/// What a council calls something: the word for one and the word for several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label {
    one: String,
    several: String,
}

/// Why something is not a word for things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "Use the word for one, a slash and the word for several, such as Query / Queries: letters, spaces and hyphens, {} to \
     {} characters each", WORD_LENGTHS.start(), WORD_LENGTHS.end()
)]
pub struct NotALabel;

impl Label {
    fn of(one: &str, several: &str) -> Self {
        Self { one: one.to_owned(), several: several.to_owned() }
    }
}

impl FromStr for Label {
    type Err = NotALabel;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((one, several)) = text.split_once('/') {
            return Ok(Self { one: word(one)?, several: word(several)? });
        }
        let one = word(text)?;
        let several = word(&format!("{one}s"))?;
        Ok(Self { one, several })
    }
}

/// A word as it begins a heading.
fn word(text: &str) -> Result<String, NotALabel> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = |it: char| it.is_alphabetic() || matches!(it, ' ' | '-' | '\'' | '’');
    let mut letters = text.chars();
    let first = letters.next().filter(|it| it.is_alphabetic()).ok_or(NotALabel)?;
    if !WORD_LENGTHS.contains(&text.chars().count()) || !text.chars().all(is_plain) {
        return Err(NotALabel);
    }
    Ok(first.to_uppercase().chain(letters).collect())
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.one, self.several)
    }
}

impl TryFrom<String> for Label {
    type Error = NotALabel;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.to_string()
    }
}

/// What a council calls what its portal is about. The default is the glossary's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Labels {
    /// A query or notice as a conversation.
    pub label_action: Label,
    /// An agreement for one client that the provider agrees.
    pub label_document: Label,
    /// A CPLI.
    pub label_care_package: Label,
}

impl Default for Labels {
    fn default() -> Self {
        Self {
            label_action: Label::of("Action", "Actions"),
            label_document: Label::of("Contract document", "Contract documents"),
            label_care_package: Label::of("Care package", "Care packages"),
        }
    }
}

/// The name of an uploaded logo, made of what is in it: another picture has another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogoName {
    digest: String,
    kind: PictureKind,
}

/// A kind of picture that the portal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
}

impl PictureKind {
    /// How a name of it ends.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }

    /// What browsers are told that it is.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// Why something is not the logo of a council.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotALogo {
    /// No picture has this name.
    #[error("Upload the picture on the page of this setting")]
    Name,
    /// There is nothing in it.
    #[error("Choose a picture")]
    Empty,
    /// It is over [`LOGO_BYTES_MAX`].
    #[error("The picture must be smaller than {} KB", LOGO_BYTES_MAX.div_euclid(1024))]
    TooLarge,
    /// What is in it is neither PNG nor JPEG, whatever its name says.
    #[error("The picture must be a PNG or a JPEG file")]
    Kind,
}

/// How PNG files begin (PNG specification, 5.2), and their first chunk.
const PNG_BEGINS: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
/// How JPEG files begin: the start of an image and of a segment.
const JPEG_BEGINS: &[u8] = b"\xff\xd8\xff";
/// How JPEG files end.
const JPEG_ENDS: &[u8] = b"\xff\xd9";
/// How PNG files end: an empty chunk with its check.
const PNG_ENDS: &[u8] = b"IEND\xaeB`\x82";

/// The kind of a picture, by what is in it.
///
/// # Errors
///
/// [`NotALogo`]: what to choose instead.
pub fn picture_kind(bytes: &[u8]) -> Result<PictureKind, NotALogo> {
    match bytes {
        [] => Err(NotALogo::Empty),
        _ if bytes.len() > LOGO_BYTES_MAX => Err(NotALogo::TooLarge),
        _ if bytes.starts_with(PNG_BEGINS) && bytes.ends_with(PNG_ENDS) => Ok(PictureKind::Png),
        _ if bytes.starts_with(JPEG_BEGINS) && bytes.ends_with(JPEG_ENDS) => Ok(PictureKind::Jpeg),
        _ => Err(NotALogo::Kind),
    }
}

impl LogoName {
    /// The name of a picture, by what is in it.
    ///
    /// # Errors
    ///
    /// [`NotALogo`]: what to choose instead.
    pub fn of(bytes: &[u8]) -> Result<Self, NotALogo> {
        Ok(Self { kind: picture_kind(bytes)?, digest: hex(&Sha256::digest(bytes)) })
    }

    fn named(digest: &str, kind: PictureKind) -> Result<Self, NotALogo> {
        let is_hex = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
        if digest.len() != LOGO_DIGITS || !digest.bytes().all(is_hex) {
            return Err(NotALogo::Name);
        }
        Ok(Self { digest: digest.to_owned(), kind })
    }

    /// The kind of the picture.
    pub fn kind(&self) -> PictureKind {
        self.kind
    }
}

impl FromStr for LogoName {
    type Err = NotALogo;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (digest, extension) = text.trim().split_once('.').ok_or(NotALogo::Name)?;
        let kinds = [PictureKind::Png, PictureKind::Jpeg];
        let kind = kinds.into_iter().find(|it| it.extension() == extension);
        Self::named(digest, kind.ok_or(NotALogo::Name)?)
    }
}

impl fmt::Display for LogoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.digest, self.kind.extension())
    }
}

impl TryFrom<String> for LogoName {
    type Error = NotALogo;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LogoName> for String {
    fn from(name: LogoName) -> Self {
        name.to_string()
    }
}

/// What every page needs to look like the council's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Appearance {
    /// What is behind the white text of the header: `#12303b`.
    colour: String,
    /// Where the logo is; none: there is none.
    logo: Option<String>,
    labels: LabelsView,
}

/// What the council calls things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct LabelsView {
    action: LabelView,
    document: LabelView,
    care_package: LabelView,
}

/// What the council calls one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
struct LabelView {
    /// One of them, as a heading begins.
    one: String,
    /// Several of them.
    several: String,
}

impl From<&Label> for LabelView {
    fn from(Label { one, several }: &Label) -> Self {
        Self { one: one.clone(), several: several.clone() }
    }
}

impl From<&Settings> for Appearance {
    fn from(settings: &Settings) -> Self {
        let Labels { label_action, label_document, label_care_package } = &settings.labels;
        Self {
            colour: settings.brand_colour.to_string(),
            logo: settings.logo.as_ref().map(|name| format!("/api/logo/{name}")),
            labels: LabelsView {
                action: label_action.into(),
                document: label_document.into(),
                care_package: label_care_package.into(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contrast(text: &str) -> u32 {
        let number = u32::from_str_radix(text, 16).unwrap();
        let [_, red, green, blue] = number.to_be_bytes();
        Colour([red, green, blue]).contrast_with_white_hundredths()
    }

    #[test]
    fn contrast_is_as_wcag_computes_it() {
        let known =
            [("000000", 2100), ("ffffff", 100), ("767676", 454), ("777777", 447), ("ff0000", 399)];
        for (colour, hundredths) in known {
            assert_eq!(contrast(colour), hundredths, "{colour}");
        }
        assert_eq!(contrast("0000ff"), 859);
        assert_eq!(contrast("0a0a0a"), 1979);
        assert_eq!(contrast("008000"), 513);
    }

    #[test]
    fn a_colour_on_which_white_text_cannot_be_read_is_refused_with_its_contrast() {
        assert_eq!("#767676".parse::<Colour>().unwrap().to_string(), "#767676");
        assert_eq!(" 12303B ".parse::<Colour>().unwrap(), Colour::default());
        assert_eq!(contrast("607a8d"), CONTRAST_MIN_HUNDREDTHS);
        assert_eq!("#607a8d".parse::<Colour>().unwrap().to_string(), "#607a8d");
        assert_eq!(Colour::try_from("#767676".to_owned()), "#767676".parse());
        let light = "#777777".parse::<Colour>().unwrap_err().to_string();
        assert!(light.contains("has a contrast of 4.47 to 1, and needs 4.50 to 1"), "{light}");
        for text in ["", "#", "red", "#12303", "#12303bb", "#12303g", "+12303", "#é234"] {
            assert_eq!(text.parse::<Colour>(), Err(NotAColour::Spelling), "{text}");
        }
    }

    #[test]
    fn a_word_for_things_is_said_for_one_and_for_several() {
        let query: Label = " query /  Queries ".parse().unwrap();
        assert_eq!(query.to_string(), "Query / Queries");
        assert_eq!(
            "support plan".parse::<Label>().unwrap().to_string(),
            "Support plan / Support plans"
        );
        for text in ["", "a", "/", "Query /", "<b>", "1st / 2nd", "a / b / c", &"x".repeat(31)] {
            assert_eq!(text.parse::<Label>(), Err(NotALabel), "{text}");
        }
    }

    #[test]
    fn a_logo_is_a_picture_by_what_is_in_it() {
        let png = [PNG_BEGINS, b"...", PNG_ENDS].concat();
        assert_eq!(picture_kind(&png), Ok(PictureKind::Png));
        assert_eq!(picture_kind(b"\xff\xd8\xff\xe0...\xff\xd9"), Ok(PictureKind::Jpeg));
        assert_eq!(picture_kind(b""), Err(NotALogo::Empty));
        assert_eq!(picture_kind(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(NotALogo::Kind));
        assert_eq!(picture_kind(&[PNG_BEGINS, b"<script>"].concat()), Err(NotALogo::Kind));
        assert_eq!(picture_kind(b"\xff\xd8\xff\xe0 cut off"), Err(NotALogo::Kind));
        let room = LOGO_BYTES_MAX.saturating_sub(PNG_BEGINS.len()).saturating_sub(PNG_ENDS.len());
        let largest = [PNG_BEGINS, &vec![0; room], PNG_ENDS].concat();
        assert_eq!(picture_kind(&largest), Ok(PictureKind::Png));
        let large = [PNG_BEGINS, &vec![0; LOGO_BYTES_MAX], PNG_ENDS].concat();
        assert_eq!(picture_kind(&large), Err(NotALogo::TooLarge));
    }

    #[test]
    fn a_logo_is_named_after_what_is_in_it() {
        let name = LogoName::of(b"\xff\xd8\xff\xe0...\xff\xd9").unwrap();
        assert_eq!((name.kind(), name.to_string().len()), (PictureKind::Jpeg, 68));
        assert_eq!(name.to_string().parse::<LogoName>(), Ok(name.clone()));
        assert_eq!(String::from(name.clone()), name.to_string());
        let types = [PictureKind::Png, PictureKind::Jpeg].map(PictureKind::content_type);
        assert_eq!(types, ["image/png", "image/jpeg"]);
        let digest = "0f".repeat(32);
        for text in [
            "",
            "x.png",
            "../secret.png",
            &format!("{digest}.svg"),
            &"0F".repeat(32),
            "0f.png",
            &format!("{}.png", "0F".repeat(32)),
        ] {
            assert_eq!(text.parse::<LogoName>(), Err(NotALogo::Name), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_read_back_as_it_is_spelled(text in "[#0-9a-f]{6,7}|\\PC{0,40}|[a-zA-Z /'-]{0,70}") {
            if let Ok(colour) = text.parse::<Colour>() {
                prop_assert_eq!(colour.to_string().parse::<Colour>(), Ok(colour));
                prop_assert!(colour.contrast_with_white_hundredths() >= CONTRAST_MIN_HUNDREDTHS);
            }
            if let Ok(label) = text.parse::<Label>() {
                prop_assert_eq!(label.to_string().parse::<Label>(), Ok(label));
            }
        }

        #[test]
        fn a_darker_colour_never_stands_out_less(parts in any::<[u8; 3]>(), by in any::<[u8; 3]>()) {
            let darker = [0, 1, 2].map(|at: usize| parts[at].saturating_sub(by[at]));
            let [of, than] = [Colour(darker), Colour(parts)].map(Colour::contrast_with_white_hundredths);
            prop_assert!(of >= than);
        }
    }
}
