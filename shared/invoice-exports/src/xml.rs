//! Writing XML.

use std::io;

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;

use crate::NotExported;

/// An XML document while it is written.
pub(crate) struct Xml(Writer<Vec<u8>>);

impl Xml {
    pub(crate) fn new() -> Self {
        Self(Writer::new_with_indent(Vec::new(), b' ', 2))
    }

    /// The whole of it: `root` with its namespaces.
    pub(crate) fn document(
        mut self,
        root: &str,
        namespaces: &[(&str, &str)],
        write: impl FnOnce(&mut Self) -> Result<(), NotExported>,
    ) -> Result<Vec<u8>, NotExported> {
        self.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let start = BytesStart::new(root).with_attributes(namespaces.iter().copied());
        self.event(Event::Start(start))?;
        write(&mut self)?;
        self.event(Event::End(BytesEnd::new(root)))?;
        Ok(self.0.into_inner())
    }

    pub(crate) fn within(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Self) -> Result<(), NotExported>,
    ) -> Result<(), NotExported> {
        self.event(Event::Start(BytesStart::new(name)))?;
        write(self)?;
        self.event(Event::End(BytesEnd::new(name)))
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) -> Result<(), NotExported> {
        self.said(name, None, text)
    }

    /// With one attribute.
    pub(crate) fn said(
        &mut self,
        name: &str,
        attribute: Option<(&str, &str)>,
        text: &str,
    ) -> Result<(), NotExported> {
        let start = BytesStart::new(name).with_attributes(attribute);
        self.event(Event::Start(start))?;
        // XML has no way to say other control characters.
        let text: String = text.chars().filter(|it| !it.is_control() || *it == '\n').collect();
        self.event(Event::Text(BytesText::new(&text)))?;
        self.event(Event::End(BytesEnd::new(name)))
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), NotExported> {
        let unwritable = |why: io::Error| NotExported::Unwritable(why.to_string());
        self.0.write_event(event).map_err(unwritable)
    }
}
