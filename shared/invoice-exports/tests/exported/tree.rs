//! An XML document as a tree, which shows that it is well-formed.

use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use rust_decimal::Decimal;

#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Self>,
}

impl Element {
    pub(crate) fn read(xml: &str) -> Self {
        let mut reader = Reader::from_str(xml);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) => {
                    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                    let attributes = tag.attributes().map(|it| {
                        let it = it.unwrap();
                        (text(it.key.as_ref()), text(&it.value))
                    });
                    open.push(Self {
                        name: text(tag.name().as_ref()),
                        attributes: attributes.collect(),
                        ..Self::default()
                    });
                }
                Event::End(_) => {
                    let element = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(element);
                }
                Event::Text(said) => {
                    open.last_mut().unwrap().text += std::str::from_utf8(&said).unwrap();
                }
                Event::GeneralRef(said) => {
                    let entity = format!("&{};", std::str::from_utf8(&said).unwrap());
                    open.last_mut().unwrap().text += &unescape(&entity).unwrap();
                }
                Event::Eof => break,
                Event::Decl(_) => {}
                other @ (Event::Empty(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::PI(_)
                | Event::DocType(_)) => panic!("{other:?}"),
            }
        }
        let [root] = open.as_mut_slice() else { panic!("{open:?}") };
        root.children.remove(0)
    }

    /// All at the end of a path: `cac:TaxTotal/cbc:TaxAmount`.
    pub(crate) fn all(&self, path: &str) -> Vec<&Self> {
        path.split('/').fold(vec![self], |found, name| {
            found.into_iter().flat_map(|it| &it.children).filter(|it| it.name == name).collect()
        })
    }

    pub(crate) fn only(&self, path: &str) -> &Self {
        let found = self.all(path);
        let [one] = found[..] else { panic!("{path}: {found:?}") };
        one
    }

    pub(crate) fn number(&self, path: &str) -> Decimal {
        self.only(path).text.parse().unwrap()
    }

    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(it, _)| it == name).map(|(_, value)| value).unwrap()
    }
}
