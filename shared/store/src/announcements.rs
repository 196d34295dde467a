//! What the council announces on every page, and everything that it ever did.

use domain::announcement::{Announcement, Board};

use crate::action::Action;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::Query;
use crate::{Row, Store};

/// More announcements than a council makes in twenty years.
const ANNOUNCEMENTS_MAX: usize = 5_000;

impl Store {
    /// What is announced now or will be.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn announcement_board(&self) -> Result<Board, StoreError> {
        Ok(self.table.get(&Key::announcement_board()).await?.unwrap_or_default())
    }

    /// Everything that was ever announced, the latest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn announcements(&self) -> Result<Vec<Announcement>, StoreError> {
        let rows = self.table.query_all(Query::announcements(), ANNOUNCEMENTS_MAX).await?;
        let rows: Result<Vec<Announcement>, _> = rows.into_iter().map(Row::read).collect();
        let mut rows = rows?;
        rows.sort_by_key(|it| std::cmp::Reverse(it.made.at));
        Ok(rows)
    }

    /// One of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn announcement(&self, id: &str) -> Result<Option<Announcement>, StoreError> {
        self.table.get(&Key::announcement(id)).await
    }

    /// Saves the board, if nobody has since it was read, and with it what became of `changed`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody has; otherwise if the table cannot be written.
    pub async fn save_announcements(
        &self,
        board: &Board,
        changed: &[&Announcement],
    ) -> Result<(), StoreError> {
        let put = Action::put(Key::announcement_board(), board).if_version(board.version);
        let rows =
            changed.iter().map(|it| Action::put(Key::announcement(&it.announcement_id), *it));
        self.table.write([put].into_iter().chain(rows).collect()).await
    }
}
