//! Attributes read as a typed value, without taking them apart or copying what the value does not keep.
//!
//! It reads what [`serde_dynamo`] reads, and as that does: whatever the portal's records never or seldom have is left
//! to it. The tests hold the two to the same values.

use std::collections::BTreeMap;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_dynamo::{AttributeValue, Error, Result};

/// The attributes of a whole record.
pub(crate) struct Record<'a>(pub(crate) &'a BTreeMap<String, AttributeValue>);

/// One attribute.
#[derive(Clone, Copy)]
struct Attribute<'a>(&'a AttributeValue);

/// The name of an attribute.
struct Name<'a>(&'a str);

impl Attribute<'_> {
    /// What is too rare to be read here.
    fn rare(self) -> serde_dynamo::Deserializer {
        serde_dynamo::Deserializer::from_attribute_value(self.0.clone())
    }
}

impl<'de> Deserializer<'de> for Record<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(Fields { left: self.0.iter(), value: None })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let all = self.0.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Attribute(&AttributeValue::M(all)).rare().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident),*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            if let AttributeValue::N(digits) = self.0
                && let Ok(number) = digits.parse()
            {
                return visitor.$visit(number);
            }
            self.rare().$method(visitor)
        })*
    };
}

macro_rules! rare {
    ($($method:ident),*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.rare().$method(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Attribute<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0 {
            AttributeValue::S(text) => visitor.visit_str(text),
            AttributeValue::Bool(bool) => visitor.visit_bool(*bool),
            AttributeValue::M(map) => visitor.visit_map(Fields { left: map.iter(), value: None }),
            AttributeValue::L(list) => visitor.visit_seq(Elements(list.iter())),
            AttributeValue::N(digits) => match digits.parse() {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => self.rare().deserialize_any(visitor),
            },
            AttributeValue::B(_)
            | AttributeValue::Null(_)
            | AttributeValue::Ss(_)
            | AttributeValue::Ns(_)
            | AttributeValue::Bs(_) => self.rare().deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if let AttributeValue::S(text) = self.0 {
            visitor.visit_str(text)
        } else {
            self.rare().deserialize_str(visitor)
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if let AttributeValue::Null(true) = self.0 {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if let AttributeValue::L(list) = self.0 {
            visitor.visit_seq(Elements(list.iter()))
        } else {
            self.rare().deserialize_seq(visitor)
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if let AttributeValue::M(map) = self.0 {
            visitor.visit_map(Fields { left: map.iter(), value: None })
        } else {
            self.rare().deserialize_map(visitor)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        if let AttributeValue::L(_) = self.0 {
            self.deserialize_seq(visitor)
        } else {
            self.deserialize_map(visitor)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        if let AttributeValue::S(text) = self.0 {
            return visitor.visit_enum(text.as_str().into_deserializer());
        }
        if let AttributeValue::M(map) = self.0
            && map.len() == 1
            && let Some((name, value)) = map.iter().next()
        {
            return visitor.visit_enum(Variant { name, value });
        }
        self.rare().deserialize_enum(name, variants, visitor)
    }

    /// Nobody wants to know what it is.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.rare().deserialize_unit_struct(name, visitor)
    }

    numbers!(
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32, deserialize_i64 visit_i64,
        deserialize_u8 visit_u8, deserialize_u16 visit_u16, deserialize_u32 visit_u32, deserialize_u64 visit_u64
    );

    rare!(
        deserialize_bool,
        deserialize_i128,
        deserialize_u128,
        deserialize_f32,
        deserialize_f64,
        deserialize_char,
        deserialize_bytes,
        deserialize_byte_buf,
        deserialize_unit
    );
}

/// Names and attributes, one after the other.
struct Fields<'a, I> {
    left: I,
    value: Option<&'a AttributeValue>,
}

impl<'de, 'a, I> MapAccess<'de> for Fields<'a, I>
where
    I: Iterator<Item = (&'a String, &'a AttributeValue)>,
{
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        let Some((name, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Name(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        let value = self
            .value
            .take()
            .ok_or_else(|| Error::custom("a value was asked for before its name"))?;
        seed.deserialize(Attribute(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.size_hint().0)
    }
}

/// The attributes of a list.
struct Elements<'a>(std::slice::Iter<'a, AttributeValue>);

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.0.next().map(|it| seed.deserialize(Attribute(it))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

macro_rules! number_names {
    ($($method:ident $visit:ident),*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            visitor.$visit(self.0.parse().map_err(Error::custom)?)
        })*
    };
}

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_bool(self.0.parse().map_err(Error::custom)?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let name: StrDeserializer<'_, Error> = self.0.into_deserializer();
        visitor.visit_enum(name)
    }

    number_names!(
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32, deserialize_i64 visit_i64,
        deserialize_i128 visit_i128, deserialize_u8 visit_u8, deserialize_u16 visit_u16, deserialize_u32 visit_u32,
        deserialize_u64 visit_u64, deserialize_u128 visit_u128
    );

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

/// A variant that has something in it: a map of one.
struct Variant<'a> {
    name: &'a str,
    value: &'a AttributeValue,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Error;
    type Variant = Attribute<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant)> {
        Ok((seed.deserialize(Name(self.name))?, Attribute(self.value)))
    }
}

impl<'de> VariantAccess<'de> for Attribute<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::collection::{btree_map, hash_map, vec};
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    use super::*;

    /// What records are made of.
    #[derive(Debug, PartialEq, Deserialize)]
    struct Kinds {
        #[serde(default)]
        text: String,
        #[serde(default)]
        small: Option<u8>,
        #[serde(default)]
        below_nought: Option<i64>,
        #[serde(default)]
        is_so: bool,
        #[serde(default)]
        list: Vec<Choice>,
        #[serde(default)]
        by_number: BTreeMap<u32, Choice>,
        #[serde(default)]
        by_day: BTreeMap<NaiveDate, Newtype>,
        #[serde(default)]
        pair: Option<(u8, String)>,
        #[serde(default)]
        tagged: Option<Tagged>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Newtype(Option<String>);

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Choice {
        Nothing,
        Text(String),
        Fields { small: u8 },
        Two(u8, bool),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Tagged {
        One { text: String },
        Other,
    }

    fn leaf() -> impl Strategy<Value = AttributeValue> {
        prop_oneof![
            6 => prop_oneof!["nothing|text|one|other|2026-04-06|[a-z]{0,3}", "[0-9]{1,3}"].prop_map(AttributeValue::S),
            4 => "-?[0-9]{1,3}|[0-9]{1,20}|1\\.5".prop_map(AttributeValue::N),
            2 => any::<bool>().prop_map(AttributeValue::Bool),
            // There is no other null.
            1 => Just(AttributeValue::Null(true)),
            1 => vec(any::<u8>(), 0..3).prop_map(AttributeValue::B),
            1 => vec("[a-z]{1,2}", 1..3).prop_map(AttributeValue::Ss),
            1 => vec("[0-9]{1,2}", 1..3).prop_map(AttributeValue::Ns),
        ]
    }

    fn name() -> impl Strategy<Value = String> {
        "text|small|below_nought|is_so|list|by_number|by_day|pair|tagged|kind|nothing|fields|two|2026-04-06|[0-9]|else"
            .prop_map(String::from)
    }

    fn attribute() -> impl Strategy<Value = AttributeValue> {
        leaf().prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..3).prop_map(AttributeValue::L),
                hash_map(name(), inner, 0..3).prop_map(AttributeValue::M),
            ]
        })
    }

    /// The same, read as the library reads it.
    fn theirs<T: DeserializeOwned>(item: &BTreeMap<String, AttributeValue>) -> Option<T> {
        let all = item.iter().map(|(name, value)| (name.clone(), value.clone()));
        serde_dynamo::from_attribute_value(AttributeValue::M(all.collect())).ok()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn records_are_read_as_the_library_reads_them(item in btree_map(name(), attribute(), 0..5)) {
            prop_assert_eq!(Value::deserialize(Record(&item)).ok(), theirs(&item));
            prop_assert_eq!(Kinds::deserialize(Record(&item)).ok(), theirs(&item));
            prop_assert_eq!(Choice::deserialize(Record(&item)).ok(), theirs(&item));
            prop_assert_eq!(Tagged::deserialize(Record(&item)).ok(), theirs(&item));
        }

        /// Most attributes of their name are not of the type that is wanted: here one by one.
        #[test]
        fn attributes_are_read_as_the_library_reads_them(value in attribute()) {
            fn alike<T: DeserializeOwned + PartialEq + std::fmt::Debug>(value: &AttributeValue) {
                let theirs = serde_dynamo::from_attribute_value::<_, T>(value.clone());
                assert_eq!(T::deserialize(Attribute(value)).ok(), theirs.ok());
            }
            alike::<Option<String>>(&value);
            alike::<Option<u8>>(&value);
            alike::<i64>(&value);
            alike::<bool>(&value);
            alike::<Choice>(&value);
            alike::<Tagged>(&value);
            alike::<Newtype>(&value);
            alike::<(u8, String)>(&value);
            alike::<Vec<Choice>>(&value);
            alike::<BTreeMap<u32, Choice>>(&value);
            alike::<BTreeMap<NaiveDate, Newtype>>(&value);
            alike::<Value>(&value);
        }
    }
}
