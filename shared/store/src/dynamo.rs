//! The three questions, asked of DynamoDB. The only file that names its SDK.

use std::error::Error as StdError;
use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem};
use cloud::{Cause, Cloud, Setting, is_our_fault};

use crate::action::{Action, Before, Effect};
use crate::codec::{Item, PK, SK, VERSION};
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query, Range};

/// How often a write is tried while others write the same records.
const TRIES_MAX: u32 = 7;

/// How long to wait at most before the second try; before each further one, twice as long. A random part of it
/// is waited, so that two that met do not meet again.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// A table in an AWS account. The client is made when it is first needed, so that a cold start does not pay for
/// what it does not use.
#[derive(Debug)]
pub(crate) struct Dynamo {
    aws: Cloud,
    name: Setting,
    client: OnceLock<Client>,
}

/// Why a write did not happen.
enum Refusal {
    /// A condition was not met, of this action.
    Stale(usize),
    /// Others wrote the same records at the same moment: trying again may work.
    Met(Cause),
    Other(StoreError),
}

impl Dynamo {
    pub(crate) fn new(cloud: &Cloud) -> Self {
        Self { aws: cloud.clone(), name: cloud.table.clone(), client: OnceLock::new() }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| Client::new(&self.aws.aws))
    }

    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let asked = self.client().get_item().table_name(self.name.get()?).consistent_read(true);
        let asked =
            key_of(key).into_iter().fold(asked, |asked, (name, value)| asked.key(name, value));
        let reply = asked.send().await.map_err(|error| failed("read a record", error))?;
        Ok(reply.item.map(ours))
    }

    pub(crate) async fn page(
        &self,
        query: &Query,
        from: Option<&Cursor>,
        rows_max: usize,
    ) -> Result<(Vec<Item>, Option<Cursor>), StoreError> {
        let asked = self.client().query().table_name(self.name.get()?);
        let asked = asked
            .consistent_read(!query.may_be_late)
            .expression_attribute_values(":pk", AttributeValue::S(query.pk.clone()))
            .scan_index_forward(!query.descending)
            .limit(i32::try_from(rows_max).unwrap_or(i32::MAX));
        let asked = match &query.range {
            Range::Beginning(prefix) => asked
                .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
                .expression_attribute_values(":prefix", AttributeValue::S(prefix.clone())),
            Range::Between(first, last) => asked
                .key_condition_expression("PK = :pk AND SK BETWEEN :first AND :last")
                .expression_attribute_values(":first", AttributeValue::S(first.clone()))
                .expression_attribute_values(":last", AttributeValue::S(last.clone())),
        };
        let start = from.map(|Cursor(sk)| Key { pk: query.pk.clone(), sk: sk.clone() });
        let start = start.map(|key| key_of(&key).into_iter().collect());
        let asked = asked.set_exclusive_start_key(start);
        let reply = asked.send().await.map_err(|error| failed("list records", error))?;
        let last = reply.last_evaluated_key.as_ref().and_then(|key| key.get(SK)?.as_s().ok());
        let next = last.map(|sk| Cursor(sk.clone()));
        Ok((reply.items.unwrap_or_default().into_iter().map(ours).collect(), next))
    }

    pub(crate) async fn write(&self, actions: Vec<Action>) -> Result<(), StoreError> {
        let mut pause = FIRST_PAUSE;
        for tried in 1_u32.. {
            match self.try_write(&actions).await {
                Ok(()) => break,
                Err(Refusal::Stale(action)) => return Err(StoreError::Stale { action }),
                Err(Refusal::Other(error)) => return Err(error),
                Err(Refusal::Met(source)) if tried >= TRIES_MAX => {
                    return Err(StoreError::Unavailable { doing: "write records", source });
                }
                Err(Refusal::Met(_)) => {
                    tokio::time::sleep(part_of(pause)).await;
                    pause = pause.saturating_mul(2);
                }
            }
        }
        Ok(())
    }

    /// One action alone costs half of a transaction of one.
    async fn try_write(&self, actions: &[Action]) -> Result<(), Refusal> {
        match actions {
            [Action { effect: Effect::Put(item), before, .. }] => self.put(item, before).await,
            [Action { key, effect: Effect::Delete, before, .. }] => self.delete(key, before).await,
            actions => self.write_together(actions).await,
        }
    }

    async fn put(&self, item: &Item, before: &[Before]) -> Result<(), Refusal> {
        let only_if = Condition::of(before);
        let asked = self
            .client()
            .put_item()
            .table_name(self.name.get()?)
            .set_item(Some(theirs(item)))
            .set_condition_expression(only_if.expression())
            .set_expression_attribute_names(only_if.names())
            .set_expression_attribute_values(only_if.values());
        asked.send().await.map(drop).map_err(refused_alone)
    }

    async fn delete(&self, key: &Key, before: &[Before]) -> Result<(), Refusal> {
        let only_if = Condition::of(before);
        let asked = self
            .client()
            .delete_item()
            .table_name(self.name.get()?)
            .set_key(Some(key_of(key).into_iter().collect()))
            .set_condition_expression(only_if.expression())
            .set_expression_attribute_names(only_if.names())
            .set_expression_attribute_values(only_if.values());
        asked.send().await.map(drop).map_err(refused_alone)
    }

    async fn write_together(&self, actions: &[Action]) -> Result<(), Refusal> {
        let name = self.name.get()?;
        let actions = actions.iter().map(|action| described(name, action));
        let actions: Vec<TransactWriteItem> =
            actions.collect::<Result<_, _>>().map_err(|error| {
                Refusal::Other(StoreError::Refused {
                    doing: "describe a write",
                    source: Cause::of(error),
                })
            })?;
        let asked = self.client().transact_write_items().set_transact_items(Some(actions));
        asked.send().await.map(drop).map_err(refused_together)
    }
}

impl From<cloud::MissingSetting> for Refusal {
    fn from(missing: cloud::MissingSetting) -> Self {
        Self::Other(missing.into())
    }
}

/// One action as DynamoDB wants it.
fn described(table: &str, action: &Action) -> Result<TransactWriteItem, BuildError> {
    let only_if = Condition::of(&action.before);
    let key = || Some(key_of(&action.key).into_iter().collect());
    let described = TransactWriteItem::builder();
    let described = match &action.effect {
        Effect::Put(item) => described.put(
            Put::builder()
                .table_name(table)
                .set_item(Some(theirs(item)))
                .set_condition_expression(only_if.expression())
                .set_expression_attribute_names(only_if.names())
                .set_expression_attribute_values(only_if.values())
                .build()?,
        ),
        Effect::Delete => described.delete(
            Delete::builder()
                .table_name(table)
                .set_key(key())
                .set_condition_expression(only_if.expression())
                .set_expression_attribute_names(only_if.names())
                .set_expression_attribute_values(only_if.values())
                .build()?,
        ),
        Effect::Check => described.condition_check(
            ConditionCheck::builder()
                .table_name(table)
                .set_key(key())
                .set_condition_expression(only_if.expression())
                .set_expression_attribute_names(only_if.names())
                .set_expression_attribute_values(only_if.values())
                .build()?,
        ),
    };
    Ok(described.build())
}

/// What must be true before, as an expression. Names and values are always placeholders: DynamoDB reserves
/// hundreds of words.
#[derive(Default)]
struct Condition {
    clauses: Vec<String>,
    names: Vec<(String, String)>,
    values: Vec<(String, AttributeValue)>,
}

impl Condition {
    fn of(before: &[Before]) -> Self {
        let mut condition = Self::default();
        for (index, before) in before.iter().enumerate() {
            let (name, value) = (format!("#a{index}"), format!(":v{index}"));
            match before {
                Before::Absent => condition.says(format!("attribute_not_exists({name})"), name, PK),
                Before::Present => condition.says(format!("attribute_exists({name})"), name, PK),
                Before::Version(0) => {
                    condition.says(format!("attribute_not_exists({name})"), name, VERSION);
                }
                Before::Version(version) => {
                    condition.says(format!("{name} = {value}"), name, VERSION);
                    condition.values.push((value, AttributeValue::N(version.to_string())));
                }
                Before::AttributeEquals(attribute, wanted) => {
                    condition.says(format!("{name} = {value}"), name, attribute);
                    condition.values.push((value, wanted.clone().into()));
                }
                Before::AttributeMissing(attribute) => {
                    condition.says(format!("attribute_not_exists({name})"), name, attribute);
                }
            }
        }
        condition
    }

    fn says(&mut self, clause: String, placeholder: String, attribute: &str) {
        self.clauses.push(clause);
        self.names.push((placeholder, attribute.to_owned()));
    }

    fn expression(&self) -> Option<String> {
        if self.clauses.is_empty() { None } else { Some(self.clauses.join(" AND ")) }
    }

    fn names<C: FromIterator<(String, String)>>(&self) -> Option<C> {
        if self.names.is_empty() { None } else { Some(self.names.iter().cloned().collect()) }
    }

    fn values<C: FromIterator<(String, AttributeValue)>>(&self) -> Option<C> {
        if self.values.is_empty() { None } else { Some(self.values.iter().cloned().collect()) }
    }
}

fn key_of(key: &Key) -> [(String, AttributeValue); 2] {
    [
        (PK.to_owned(), AttributeValue::S(key.pk.clone())),
        (SK.to_owned(), AttributeValue::S(key.sk.clone())),
    ]
}

fn ours(item: impl IntoIterator<Item = (String, AttributeValue)>) -> Item {
    item.into_iter().map(|(name, value)| (name, value.into())).collect()
}

fn theirs<C: FromIterator<(String, AttributeValue)>>(item: &Item) -> C {
    item.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect()
}

/// A random part of `pause`.
fn part_of(pause: Duration) -> Duration {
    let [part] = cloud::random_bytes::<1>();
    let parts = u32::from(u8::MAX);
    pause.saturating_mul(u32::from(part)).checked_div(parts).unwrap_or(pause)
}

/// Whether DynamoDB cannot do it now, or says that we asked something wrong.
fn failed<E>(doing: &'static str, error: SdkError<E>) -> StoreError
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let ours = is_our_fault(error.code());
    let source = Cause::of(error);
    if ours {
        StoreError::Refused { doing, source }
    } else {
        StoreError::Unavailable { doing, source }
    }
}

/// Why one action alone was not done.
fn refused_alone<E>(error: SdkError<E>) -> Refusal
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    match error.code() {
        Some("ConditionalCheckFailedException") => Refusal::Stale(0),
        Some("TransactionConflictException") => Refusal::Met(Cause::of(error)),
        Some(_) | None => Refusal::Other(failed("write a record", error)),
    }
}

/// Why a transaction was not done. One condition that was not met decides, whatever else was wrong.
fn refused_together(error: SdkError<TransactWriteItemsError>) -> Refusal {
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        Some(_) | None => &[],
    };
    let first = |code: &str| reasons.iter().position(|reason| reason.code() == Some(code));
    if let Some(action) = first("ConditionalCheckFailed") {
        return Refusal::Stale(action);
    }
    let met = first("TransactionConflict").is_some()
        || error.code() == Some("TransactionInProgressException");
    if met {
        return Refusal::Met(Cause::of(error));
    }
    if first("ValidationError").or(first("ItemCollectionSizeLimitExceeded")).is_some() {
        let source = Cause::of(error);
        return Refusal::Other(StoreError::Refused { doing: "write records", source });
    }
    Refusal::Other(failed("write records", error))
}
