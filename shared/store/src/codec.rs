//! Typed values in, attributes out, and back.
//!
//! A record is its key, the fields of its value side by side, and, where they are used, `version` (how often it
//! was saved) and `expires_at` (when DynamoDB may drop it). Amounts and decimals travel as text, so that no
//! number is ever rounded on the way. A field that is `None` is left out; old records are never migrated in
//! place, so a type must read whatever it has ever written: new fields are `Option` or `#[serde(default)]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_dynamo::{AttributeValue, Error};

use crate::error::StoreError;
use crate::keys::Key;
use crate::reading::Record;

/// One record's attributes by name.
pub(crate) type Item = BTreeMap<String, AttributeValue>;

/// Partition key.
pub(crate) const PK: &str = "PK";
/// Sort key.
pub(crate) const SK: &str = "SK";
/// Counts saves.
pub(crate) const VERSION: &str = "version";
/// Counts what imports saved, also when it was the same again and so no new version.
pub(crate) const TOLD_COUNT: &str = "told_count";
/// Seconds since 1970 after which DynamoDB may drop the record. It may take two days, so readers look too.
pub(crate) const EXPIRES_AT: &str = "expires_at";

/// One record as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name.
    pub key: Key,
    /// Shared, since a table in memory goes on holding it.
    pub(crate) item: Arc<Item>,
}

impl Row {
    pub(crate) fn from_item(item: Arc<Item>) -> Result<Self, StoreError> {
        let part = |name| match item.get(name) {
            Some(AttributeValue::S(text)) => Ok(text.clone()),
            Some(_) | None => Err(StoreError::unreadable::<Key>(Error::custom("it has no key"))),
        };
        Ok(Self { key: Key { pk: part(PK)?, sk: part(SK)? }, item })
    }

    /// The value it holds. A field `version` of it is the record's.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unreadable`] if it is something else.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, StoreError> {
        T::deserialize(Record(&self.item)).map_err(StoreError::unreadable::<T>)
    }

    /// How often it was saved under a version; 0 if never.
    pub fn version(&self) -> u32 {
        match self.item.get(VERSION) {
            Some(AttributeValue::N(digits)) => digits.parse().unwrap_or_default(),
            Some(_) | None => 0,
        }
    }
}

/// The attributes of `value` under `key`.
pub(crate) fn encode<T: Serialize + ?Sized>(key: &Key, value: &T) -> Result<Item, StoreError> {
    let item: serde_dynamo::Item =
        serde_dynamo::to_item(value).map_err(StoreError::unwritable::<T>)?;
    let mut item: Item = item.into_inner().into_iter().collect();
    if item.contains_key(PK) || item.contains_key(SK) {
        return Err(StoreError::unwritable::<T>("it has a field PK or SK of its own"));
    }
    item.retain(|_, value| !matches!(value, AttributeValue::Null(_)));
    item.extend(key_attributes(key));
    Ok(item)
}

/// The two attributes that name a record.
pub(crate) fn key_attributes(key: &Key) -> [(String, AttributeValue); 2] {
    [
        (PK.to_owned(), AttributeValue::S(key.pk.clone())),
        (SK.to_owned(), AttributeValue::S(key.sk.clone())),
    ]
}

/// One attribute.
pub(crate) fn attribute<T: Serialize + ?Sized>(value: &T) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value).map_err(StoreError::unwritable::<T>)
}

/// How large DynamoDB reckons a record to be, in bytes.
pub(crate) fn size_bytes(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len().saturating_add(value_bytes(value))).sum()
}

/// As the developer guide has it, "DynamoDB item sizes and formats".
fn value_bytes(value: &AttributeValue) -> usize {
    let each = |bytes: usize| bytes.saturating_add(1);
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2).saturating_add(1),
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::L(list) => {
            list.iter().map(|value| each(value_bytes(value))).sum::<usize>().saturating_add(3)
        }
        AttributeValue::M(map) => map
            .iter()
            .map(|(name, value)| each(name.len().saturating_add(value_bytes(value))))
            .sum::<usize>()
            .saturating_add(3),
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => numbers.iter().map(|it| each(it.len().div_ceil(2))).sum(),
        AttributeValue::Bs(blobs) => blobs.iter().map(Vec::len).sum(),
    }
}

#[cfg(test)]
mod tests {
    use domain::facts::{
        Absence, AbsenceKind, Client, Collector, Contribution, ContributionKind, Cpli, Price,
        Service,
    };
    use domain::money::Money;
    use domain::record::StatementRecord;
    use serde_json::json;

    use super::*;

    fn key() -> Key {
        Key::settings()
    }

    fn round_trip<T: Serialize + DeserializeOwned>(value: &T) -> T {
        Row::from_item(Arc::new(encode(&key(), value).unwrap())).unwrap().read().unwrap()
    }

    fn cpli() -> Cpli {
        let price =
            Price { quantity: "1.0000".parse().unwrap(), unit_price: "865.4600".parse().unwrap() };
        let contribution = Contribution {
            kind: ContributionKind::ThirdParty,
            from_date: "2026-04-01".parse().unwrap(),
            to_date: None,
            weekly_amount: Money::from_pence(16_230),
            collected_by: Collector::Provider,
        };
        let absence = Absence {
            to_date: None,
            kind: AbsenceKind::Hospital,
            pay_percent: "60".parse().unwrap(),
        };
        Cpli {
            cpli_id: "164628".parse().unwrap(),
            contract_ref: "C3001".parse().unwrap(),
            service_ref: "S4001".parse().unwrap(),
            client: Client {
                ss_ref: "A272433".parse().unwrap(),
                title: None,
                forename: "Wednesday".to_owned(),
                surname: "Adams".to_owned(),
                date_of_birth: None,
                date_of_death: None,
            },
            service_level: "Permanent - Residential".to_owned(),
            start_date: "2026-04-01".parse().unwrap(),
            end_date: None,
            authorised: true,
            prices: [("2026-04-01".parse().unwrap(), price)].into(),
            contributions: vec![contribution],
            absences: [("2026-05-01".parse().unwrap(), absence)].into(),
            changed_from: None,
            changed_at: "2026-04-01T09:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_care_package_is_read_back_as_it_was_written_to_the_last_decimal() {
        let back = round_trip(&cpli());
        assert_eq!(back, cpli());
        let price = back.prices.values().next().unwrap();
        assert_eq!(price.unit_price.to_string(), "865.4600");
    }

    #[test]
    fn a_service_is_read_back_as_it_was_written() {
        let service: Service = serde_json::from_value(json!({
            "service_ref": "S4001", "contract_ref": "C3001", "name": "Lake House", "purchase": "block",
            "service_type": "Residential", "unit": "placement", "price_per": "week", "unit_step": "0.25",
            "week_starts": 0, "end_day_paid": true, "frustrated_percent": "0", "tolerance_percent": "10",
            "extras": false, "visits_required": false
        }))
        .unwrap();
        assert_eq!(round_trip(&service), service);
    }

    #[test]
    fn a_response_with_its_queries_is_read_back_as_it_was_written() {
        let record: StatementRecord = serde_json::from_value(json!({
            "contract_ref": "C3001", "provider_ref": "P1001", "period_start": "2026-04-06",
            "response": {
                "state": "confirmed_with_queries",
                "answer": {
                    "by": "Ada Brome", "by_email": "ada@example.org", "at": "2026-04-20T09:00:00Z",
                    "comment": "", "digest": "00"
                },
                "queries": [{"item_id": "5F1C09A2", "comment": "Two weeks only"}]
            },
            "locked": {"at": "2026-04-28T17:00:00Z", "held": "rejected", "unconfirmed_in_a_row": 0},
            "finalised": null, "version": 7
        }))
        .unwrap();
        assert_eq!(round_trip(&record), record);
    }

    #[test]
    fn what_is_not_set_takes_no_room() {
        let item = encode(&key(), &cpli()).unwrap();
        assert!(!item.contains_key("changed_from") && !item.contains_key("end_date"), "{item:?}");
    }

    #[test]
    fn amounts_travel_as_text() {
        let item = encode(&key(), &json!({"amount": Money::from_pence(-1_200)})).unwrap();
        assert_eq!(item.get("amount"), Some(&AttributeValue::S("-12.00".to_owned())));
    }

    #[test]
    fn a_value_cannot_bring_a_key_of_its_own() {
        let refused = encode(&key(), &json!({"PK": "PROVIDER#P2"})).unwrap_err();
        assert!(refused.to_string().contains("PK or SK"), "{refused}");
    }

    #[test]
    fn a_record_of_another_kind_is_unreadable_and_says_what_it_should_have_been() {
        let row = Row::from_item(Arc::new(encode(&key(), &json!({"name": 1})).unwrap())).unwrap();
        let error = row.read::<Cpli>().unwrap_err();
        assert!(error.to_string().starts_with("a Cpli cannot be read: "), "{error}");
    }
}
