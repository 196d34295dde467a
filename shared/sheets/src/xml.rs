//! A part of a workbook as tags and texts.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use memchr::memchr;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesEnd, BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use crate::container::Part;
use crate::unreadable::Unreadable;

/// Reads a part. One buffer serves all.
pub(crate) struct Xml<'c, R: Read> {
    reader: Reader<Part<'c, R>>,
    buffer: Vec<u8>,
}

/// A tag, a text or a part of one.
pub(crate) enum Token<'b> {
    Open(BytesStart<'b>),
    /// Opened and closed at once.
    Alone(BytesStart<'b>),
    Close(BytesEnd<'b>),
    Text(Cow<'b, [u8]>),
    Character(char),
    Nothing,
}

pub(crate) const DAMAGED: Unreadable = Unreadable::Damaged { what: "what a part says" };
const ENTITIES: Unreadable = Unreadable::Has { what: "entities of its own" };

impl<'c, R: Read> Xml<'c, R> {
    pub(crate) fn new(part: Part<'c, R>) -> Self {
        Self { reader: Reader::from_reader(part), buffer: Vec::new() }
    }

    /// The next tag or text; none: the end.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'_>>, Unreadable> {
        self.buffer.clear();
        self.reader.get_mut().begin_event();
        let Ok(event) = self.reader.read_event_into(&mut self.buffer) else {
            return Err(self.reader.get_mut().refusal());
        };
        Ok(Some(match event {
            Event::Start(tag) => Token::Open(tag),
            Event::Empty(tag) => Token::Alone(tag),
            Event::End(tag) => Token::Close(tag),
            Event::Text(said) => Token::Text(said.into_inner()),
            Event::CData(said) => Token::Text(said.into_inner()),
            Event::GeneralRef(said) => Token::Character(character(&said)?),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Token::Nothing,
            Event::DocType(_) => return Err(ENTITIES),
            Event::Eof => return Ok(None),
        }))
    }

    /// After a tag: what is at hand of what follows it.
    pub(crate) fn at_hand(&self) -> &[u8] {
        self.reader.get_ref().at_hand()
    }

    /// Passes over so much of [`Xml::at_hand`]: whole elements, so that the rest reads as if they were not there.
    pub(crate) fn pass_over(&mut self, bytes: usize) {
        self.reader.get_mut().consume(bytes);
    }

    /// Tells `visit` of every tag that opens.
    pub(crate) fn tags(
        &mut self,
        mut visit: impl FnMut(&BytesStart<'_>) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        while let Some(token) = self.next()? {
            if let Token::Open(tag) | Token::Alone(tag) = token {
                visit(&tag)?;
            }
        }
        Ok(())
    }
}

/// What a tag says under `name`, whatever the prefix.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let mut all = all.with_checks(false).flatten();
    let found = all.find(|it| it.key.local_name().as_ref() == name.as_bytes())?;
    let text = std::str::from_utf8(&found.value).ok()?;
    unescape(text).ok().map(Cow::into_owned)
}

/// Adds what `token` says to `text`, if it is one that says something.
pub(crate) fn add_text(token: &Token<'_>, text: &mut String) -> Result<(), Unreadable> {
    match token {
        Token::Text(said) => {
            text.push_str(std::str::from_utf8(said).map_err(|_not_utf_8| DAMAGED)?);
        }
        Token::Character(character) => text.push(*character),
        Token::Open(_) | Token::Alone(_) | Token::Close(_) | Token::Nothing => {}
    }
    Ok(())
}

fn character(said: &BytesRef<'_>) -> Result<char, Unreadable> {
    if said.is_char_ref() {
        return said.resolve_char_ref().ok().flatten().ok_or(DAMAGED);
    }
    let named = [(&b"amp"[..], '&'), (b"lt", '<'), (b"gt", '>'), (b"quot", '"'), (b"apos", '\'')];
    let found = named.into_iter().find(|(name, _)| *name == &**said);
    found.map(|(_, character)| character).ok_or(ENTITIES)
}

/// `_x000D_` is how a workbook writes a character that XML cannot hold.
pub(crate) fn unescape_controls(text: &str) -> Option<String> {
    memchr(b'_', text.as_bytes())?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let code = after.get(..4).filter(|_| after.get(4..5) == Some("_"));
        let code = code.and_then(|it| u32::from_str_radix(it, 16).ok()).and_then(char::from_u32);
        if let Some(character) = code {
            out.push(character);
            rest = after.get(5..).unwrap_or_default();
        } else {
            out.push_str("_x");
            rest = after;
        }
    }
    (rest.len() < text.len()).then(|| {
        out.push_str(rest);
        out
    })
}
