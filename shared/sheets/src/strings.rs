//! The texts that the cells of a workbook share.

use std::io::Read;

use crate::quick;
use crate::unreadable::Unreadable;
use crate::xml::{Token, Xml, add_text, unescape_controls};

/// How many texts are held at most, and how much they come to: the one thing of a workbook that is.
const TEXTS_MAX: usize = 1_000_000;
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// All shared texts, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub(crate) fn read<R: Read>(mut xml: Xml<'_, R>) -> Result<Self, Unreadable> {
        let mut strings = Self::default();
        let (mut item, mut in_text, mut in_reading) = (String::new(), false, false);
        while let Some(token) = xml.next()? {
            let between = matches!(&token, Token::Open(tag) if tag.local_name().as_ref() == b"sst")
                || matches!(&token, Token::Close(tag) if tag.local_name().as_ref() == b"si");
            match &token {
                Token::Open(tag) => match tag.local_name().as_ref() {
                    b"t" => in_text = !in_reading,
                    b"rPh" => in_reading = true,
                    _ => {}
                },
                Token::Alone(tag) if tag.local_name().as_ref() == b"si" => strings.push("")?,
                Token::Close(tag) => match tag.local_name().as_ref() {
                    b"t" => in_text = false,
                    b"rPh" => in_reading = false,
                    b"si" => {
                        strings.push(unescape_controls(&item).as_deref().unwrap_or(&item))?;
                        item.clear();
                    }
                    _ => {}
                },
                Token::Text(_) | Token::Character(_) if in_text => add_text(&token, &mut item)?,
                Token::Text(_) | Token::Character(_) | Token::Alone(_) | Token::Nothing => {}
            }
            if item.len() > BYTES_MAX {
                return Err(too_much());
            }
            if between && item.is_empty() && !in_text && !in_reading {
                let taken = strings.take_quickly(xml.at_hand())?;
                xml.pass_over(taken);
            }
        }
        Ok(strings)
    }

    /// Takes the texts that are written as usual. How many bytes they had.
    fn take_quickly(&mut self, bytes: &[u8]) -> Result<usize, Unreadable> {
        let mut taken: usize = 0;
        while let Some((text, length)) = bytes.get(taken..).and_then(quick::item) {
            self.push(unescape_controls(text).as_deref().unwrap_or(text))?;
            taken = taken.saturating_add(length);
        }
        Ok(taken)
    }

    fn push(&mut self, text: &str) -> Result<(), Unreadable> {
        self.text.push_str(text);
        if self.text.len() > BYTES_MAX || self.ends.len() >= TEXTS_MAX {
            return Err(too_much());
        }
        self.ends.push(u32::try_from(self.text.len()).map_err(|_too_wide| too_much())?);
        Ok(())
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = |index: usize| self.ends.get(index).and_then(|end| usize::try_from(*end).ok());
        let from = index.checked_sub(1).map_or(Some(0), end)?;
        self.text.get(from..end(index)?)
    }
}

fn too_much() -> Unreadable {
    Unreadable::Has { what: "more text than can be held: save it as CSV UTF-8" }
}
