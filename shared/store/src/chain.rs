//! Lists that are put together: parts one after another, each of the records of several partitions in one order.

use serde::de::DeserializeOwned;

use crate::codec::Row;
use crate::error::StoreError;
use crate::query::{Cursor, Query};
use crate::table::Table;

/// How many records are looked through for one page before it is shown with what was found so far.
const LOOKED_THROUGH_MAX: usize = 5_000;

/// A list that is put together. The queries of a part differ in their partition alone: their sort keys are of one
/// kind, which no other part has, so that a cursor says by itself where it belongs.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    pub(crate) parts: Vec<Vec<Query>>,
}

impl Table {
    /// At most `limit` of the records of `chain` that `keeps` keeps, after `after`, and from where to go on.
    ///
    /// There is a next only if there is another record, unless very many had to be looked through for these.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table does not answer.
    pub(crate) async fn chained<T: DeserializeOwned + Send>(
        &self,
        chain: &Chain,
        keeps: impl Fn(&T) -> bool + Send + Sync,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<T>, Option<Cursor>), StoreError> {
        let first = after.as_ref().map_or(Some(0), |cursor| chain.part_of(cursor));
        let first = first.ok_or(StoreError::NotACursor)?;
        let wanted = limit.saturating_add(1);
        let (mut kept, mut looked_through) = (Vec::new(), 0_usize);
        let mut from = after;
        for part in chain.parts.iter().skip(first) {
            let mut more = true;
            while more && kept.len() < wanted {
                if looked_through >= LOOKED_THROUGH_MAX {
                    return Ok((kept.into_iter().map(|(_, it)| it).take(limit).collect(), from));
                }
                let rows;
                (rows, more) = self.merged(part, wanted, from).await?;
                looked_through = looked_through.saturating_add(rows.len());
                from = rows.last().map(|row| Cursor(row.key.sk.clone()));
                for row in rows {
                    let at = Cursor(row.key.sk.clone());
                    let record = row.read()?;
                    kept.extend(Some((at, record)).filter(|(_, it)| keeps(it)));
                }
            }
            from = None;
        }
        let there_is_more = kept.len() > limit;
        kept.truncate(limit);
        let next = kept.last().filter(|_| there_is_more).map(|(at, _)| at.clone());
        Ok((kept.into_iter().map(|(_, it)| it).collect(), next))
    }

    /// The first `limit` records of all of `part` after `after`, and whether there are more.
    async fn merged(
        &self,
        part: &[Query],
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<Row>, bool), StoreError> {
        let (mut rows, mut more) = (Vec::new(), false);
        for query in part {
            let page = self.query(&query.clone().limit(limit).after(after.clone())).await?;
            more |= page.next.is_some();
            rows.extend(page.rows);
        }
        rows.sort_by(|one, other| one.key.sk.cmp(&other.key.sk));
        if part.iter().any(|query| query.descending) {
            rows.reverse();
        }
        more |= rows.len() > limit;
        rows.truncate(limit);
        Ok((rows, more))
    }
}

impl Chain {
    fn part_of(&self, cursor: &Cursor) -> Option<usize> {
        let holds = |query: &Query| query.range.holds(&cursor.0);
        self.parts.iter().position(|part| part.iter().any(holds))
    }
}
