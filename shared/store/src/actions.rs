//! Actions: their heads, what was said in them, and the lists that they stand in.
//!
//! An action stands in two lists: its provider's, and the queue of the team that handles it. Its rows there are
//! written in the transaction that saves its head, under the condition that nobody saved the head since it was
//! read; so they are where the head says, and a list is one question.

use chrono::{DateTime, Days, Utc};
use domain::action::{ActionHead, ActionLine, ActionTypes, Post, Side};
use domain::ids::{ActionId, ProviderRef, TeamRef};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::action::Action;
use crate::chain::Chain;
use crate::codec::Row;
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Cursor, Query};

/// As many open actions as are counted: the first due.
pub const ACTIONS_LISTED_MAX: usize = 1_000;
/// More posts than one action has: one that is full takes no more.
const POSTS_MAX: usize = 1_000;
/// How many accepted changes are finished at a time.
const ACCEPTED_MAX: usize = 100;
/// How long a file that was sent can be used in a post.
const FILE_KEPT_DAYS: u64 = 7;

/// What is saved of an action together.
#[derive(Debug, Clone)]
pub struct SavedAction<'a> {
    /// What lists said of it when it was read; none: it is new.
    pub before: Option<&'a ActionLine>,
    /// What it is now, with the version that was read.
    pub head: &'a ActionHead,
    /// What was said.
    pub post: &'a Post,
}

/// A file that somebody sends for a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    /// What the person called it.
    pub file_name: String,
    /// For whom they sent it.
    pub side: Side,
    /// Who: a hash of the account.
    pub account: String,
    /// When they began to.
    pub at: DateTime<Utc>,
}

/// An accepted change whose council file is still to be dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedChange {
    /// Whose action it is.
    pub provider_ref: ProviderRef,
    /// The action.
    pub action_id: ActionId,
    /// The feed that the file is of: `cplis`.
    pub feed: String,
    /// The time in the file's name: `20261122T101500`.
    pub time: String,
    /// What is in it.
    pub csv: String,
    /// Counts saves.
    #[serde(default)]
    pub version: u32,
}

impl Store {
    /// An action of a provider.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn action(
        &self,
        provider: &ProviderRef,
        action: &ActionId,
    ) -> Result<Option<ActionHead>, StoreError> {
        self.table.get(&Key::action(provider, action)).await
    }

    /// What was said in an action, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn action_posts(
        &self,
        provider: &ProviderRef,
        action: &ActionId,
    ) -> Result<Vec<Post>, StoreError> {
        let rows = self.table.query_all(Query::action_posts(provider, action), POSTS_MAX).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// What saves an action with what was said, if nobody saved it since it was read: for whoever writes more with it.
    pub fn action_actions(saved: &SavedAction<'_>) -> Vec<Action> {
        let SavedAction { before, head, post } = saved;
        let ActionLine { provider_ref, action_id, .. } = &head.line;
        let post_key = Key::action_post(provider_ref, action_id, post.n);
        let mut actions = vec![
            Action::put(Key::action(provider_ref, action_id), head).if_version(head.version),
            Action::put(post_key, post).if_absent(),
        ];
        for key in [Key::listed_action, Key::queued_action] {
            let now = key(&head.line);
            let old = before.map(key).filter(|old| *old != now);
            actions.extend(old.map(Action::delete));
            actions.push(Action::put(now, &head.line));
        }
        actions
    }

    /// Saves all of `actions`, made by [`Store::action_actions`] and what goes with it, or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody saved the action since it was read.
    pub async fn save_action(&self, actions: Vec<Action>) -> Result<(), StoreError> {
        self.table.write(actions).await
    }

    /// The open actions of a provider, the first due first: the first [`ACTIONS_LISTED_MAX`].
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn open_actions(
        &self,
        provider: &ProviderRef,
    ) -> Result<Vec<ActionLine>, StoreError> {
        self.listed(Query::open_actions(provider)).await
    }

    /// The open actions that a team handles, the first due first: the first [`ACTIONS_LISTED_MAX`].
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn open_actions_of_team(
        &self,
        team: &TeamRef,
    ) -> Result<Vec<ActionLine>, StoreError> {
        self.listed(Query::open_actions_of_team(team)).await
    }

    /// At most `limit` of the actions of a provider that `keeps` keeps, after `after`: the open ones, the first due
    /// first, then those that are done if they are asked for, the latest first; and from where to go on.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn actions_of_provider(
        &self,
        provider: &ProviderRef,
        (include_done, keeps): (bool, impl Fn(&ActionLine) -> bool + Send + Sync),
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<ActionLine>, Option<Cursor>), StoreError> {
        let mut parts = vec![vec![Query::open_actions(provider)]];
        parts.extend(include_done.then(|| vec![Query::done_actions(provider).descending()]));
        self.table.chained(&Chain { parts }, keeps, limit, after).await
    }

    /// The same of the actions that some teams handle.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotACursor`] if `after` is not from this list; otherwise if the table cannot be read.
    pub async fn actions_of_teams(
        &self,
        teams: &[TeamRef],
        (include_done, keeps): (bool, impl Fn(&ActionLine) -> bool + Send + Sync),
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<(Vec<ActionLine>, Option<Cursor>), StoreError> {
        let done = |team| Query::done_actions_of_team(team).descending();
        let mut parts = vec![teams.iter().map(Query::open_actions_of_team).collect()];
        parts.extend(include_done.then(|| teams.iter().map(done).collect()));
        self.table.chained(&Chain { parts }, keeps, limit, after).await
    }

    async fn listed(&self, query: Query) -> Result<Vec<ActionLine>, StoreError> {
        self.table.query(&query.limit(ACTIONS_LISTED_MAX)).await?.read()
    }

    /// Which kinds of action there are; the specification's until the council has said otherwise.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn action_types(&self) -> Result<ActionTypes, StoreError> {
        Ok(self.table.get(&Key::action_types()).await?.unwrap_or_default())
    }

    /// Keeps that somebody sends a file for a post.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be written.
    pub async fn keep_sent_file(
        &self,
        provider: &ProviderRef,
        upload: &str,
        file: &SentFile,
    ) -> Result<(), StoreError> {
        let until = file.at.checked_add_days(Days::new(FILE_KEPT_DAYS)).unwrap_or(file.at);
        let put = Action::put(Key::action_file(provider, upload), file);
        self.table.write(vec![put.if_absent().expires_at(until)]).await
    }

    /// A file that somebody sent for a post.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn sent_file(
        &self,
        provider: &ProviderRef,
        upload: &str,
    ) -> Result<Option<SentFile>, StoreError> {
        self.table.get(&Key::action_file(provider, upload)).await
    }

    /// What keeps that the file of an accepted change is to be dropped, for the transaction that accepts it.
    pub fn accepted_action(change: &AcceptedChange) -> Action {
        let key = Key::accepted_change(&change.provider_ref, &change.action_id);
        Action::put(key, change).if_version(change.version)
    }

    /// Some of the accepted changes whose files are to be dropped.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn accepted_changes(&self) -> Result<Vec<AcceptedChange>, StoreError> {
        self.table.query(&Query::accepted_changes().limit(ACCEPTED_MAX)).await?.read()
    }

    /// The accepted change of an action whose file is to be dropped; none: it was, or there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the table cannot be read.
    pub async fn accepted_change(
        &self,
        provider: &ProviderRef,
        action: &ActionId,
    ) -> Result<Option<AcceptedChange>, StoreError> {
        self.table.get(&Key::accepted_change(provider, action)).await
    }

    /// Keeps that the file of an accepted change was dropped under the name in `head`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if somebody saved the action, or the change, since they were read.
    pub async fn change_dropped(
        &self,
        head: &ActionHead,
        change: &AcceptedChange,
    ) -> Result<(), StoreError> {
        let ActionLine { provider_ref, action_id, .. } = &head.line;
        let pending = Key::accepted_change(provider_ref, action_id);
        self.table
            .write(vec![
                Action::put(Key::action(provider_ref, action_id), head).if_version(head.version),
                Action::delete(pending).if_version(change.version),
            ])
            .await
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::action::{ActionSettings, Filling, Opening, Related, To};
    use domain::clock::Now;

    use super::*;

    fn now(minute: u32) -> Now {
        Now::at(format!("2024-03-08T10:{minute:02}:00Z").parse().unwrap())
    }

    fn provider() -> ProviderRef {
        "P1001".parse().unwrap()
    }

    fn team(name: &str) -> TeamRef {
        name.parse().unwrap()
    }

    fn raised(action: &str) -> ActionHead {
        let types = ActionTypes::default();
        let of = types.find("general_query").unwrap();
        let (title, text, fields) = ("Cost", "Too low", BTreeMap::new());
        let filling = Filling { of, title, text, fields: &fields, due_on: None, rate: None };
        let filled = filling.check(&ActionSettings::default(), now(0).date).unwrap();
        let opening = Opening {
            action_id: action.parse().unwrap(),
            provider: (provider(), "Lake House".to_owned()),
            of,
            filled: &filled,
            related: Related::nothing(),
            team_ref: team("SYSTEMS"),
            with: Side::Council,
            by: ("Ada Brome", Side::Provider),
        };
        ActionHead::open(opening, now(0))
    }

    fn post(n: u32) -> Post {
        Post {
            n,
            at: now(n).instant,
            by: "Ada Brome".to_owned(),
            staff_ref: None,
            side: Side::Provider,
            text: format!("Post {n}"),
            attachments: Vec::new(),
            change: None,
            request: n.to_string(),
        }
    }

    async fn save(
        store: &Store,
        before: Option<&ActionLine>,
        head: &ActionHead,
    ) -> Result<(), StoreError> {
        let post = post(head.posts);
        let saved = SavedAction { before, head, post: &post };
        store.save_action(Store::action_actions(&saved)).await
    }

    async fn read(store: &Store, action: &str) -> ActionHead {
        store.action(&provider(), &action.parse().unwrap()).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn an_action_is_read_back_as_it_was_saved_with_what_was_said() {
        let store = Store::in_memory();
        save(&store, None, &raised("A1")).await.unwrap();
        let head = read(&store, "A1").await;
        assert_eq!(head, ActionHead { version: 1, ..raised("A1") });
        let posts = store.action_posts(&provider(), &head.line.action_id).await.unwrap();
        assert_eq!(posts, [post(1)]);
        let other = "P1002".parse().unwrap();
        assert_eq!(store.action(&other, &head.line.action_id).await, Ok(None));
    }

    #[tokio::test]
    async fn an_action_stands_in_one_place_of_each_list_whatever_happens_to_it() {
        let store = Store::in_memory();
        save(&store, None, &raised("A1")).await.unwrap();
        let head = read(&store, "A1").await;
        let to = To::Team(team("PAYMENTS"));
        let passed = head.clone().reply(Side::Provider, to, now(2)).unwrap();
        save(&store, Some(&head.line), &passed).await.unwrap();
        assert_eq!(store.open_actions_of_team(&team("SYSTEMS")).await, Ok(Vec::new()));
        let queue = store.open_actions_of_team(&team("PAYMENTS")).await.unwrap();
        assert_eq!(queue, std::slice::from_ref(&passed.line));
        let head = read(&store, "A1").await;
        let done = head.clone().complete(("Cora", Side::Council), now(3)).unwrap();
        save(&store, Some(&head.line), &done).await.unwrap();
        assert_eq!(store.open_actions_of_team(&team("PAYMENTS")).await, Ok(Vec::new()));
        assert_eq!(store.open_actions(&provider()).await, Ok(Vec::new()));
        let every = (true, |_: &ActionLine| true);
        let (list, _) = store.actions_of_provider(&provider(), every, 10, None).await.unwrap();
        let teams = [team("SYSTEMS"), team("PAYMENTS")];
        assert_eq!(list, store.actions_of_teams(&teams, every, 10, None).await.unwrap().0);
        assert_eq!(list, [done.line]);
    }

    #[tokio::test]
    async fn of_two_who_read_the_same_action_one_is_told() {
        let store = Store::in_memory();
        save(&store, None, &raised("A1")).await.unwrap();
        assert!(save(&store, None, &raised("A1")).await.unwrap_err().is_stale());
        let head = read(&store, "A1").await;
        let done = head.clone().complete(("Cora", Side::Council), now(3)).unwrap();
        let said = head.clone().reply(Side::Provider, To::Provider, now(3)).unwrap();
        save(&store, Some(&head.line), &done).await.unwrap();
        assert!(save(&store, Some(&head.line), &said).await.unwrap_err().is_stale());
        let every = (true, |_: &ActionLine| true);
        let (list, _) = store.actions_of_provider(&provider(), every, 10, None).await.unwrap();
        assert_eq!(list.len(), 1);
    }

    #[tokio::test]
    async fn lists_begin_with_what_is_due_first_and_what_was_done_last() {
        let store = Store::in_memory();
        for (action, due) in [("A1", "2024-03-20"), ("A2", "2024-03-09"), ("A3", "2024-04-01")] {
            let mut head = raised(action);
            head.line.due_on = due.parse().unwrap();
            save(&store, None, &head).await.unwrap();
        }
        let order = |lines: Vec<ActionLine>| -> Vec<String> {
            lines.iter().map(|it| it.action_id.to_string()).collect()
        };
        assert_eq!(order(store.open_actions(&provider()).await.unwrap()), ["A2", "A1", "A3"]);
        for (minute, action) in [(5, "A3"), (6, "A1")] {
            let head = read(&store, action).await;
            let done = head.clone().complete(("Cora", Side::Council), now(minute)).unwrap();
            save(&store, Some(&head.line), &done).await.unwrap();
        }
        let every = (true, |_: &ActionLine| true);
        let (list, _) = store.actions_of_provider(&provider(), every, 10, None).await.unwrap();
        assert_eq!(order(list), ["A2", "A1", "A3"]);
    }

    #[tokio::test]
    async fn a_list_of_several_teams_comes_in_parts_that_leave_nothing_out_and_repeat_nothing() {
        let store = Store::in_memory();
        for (n, of) in (0..12_u32).zip(["SYSTEMS", "PAYMENTS", "BROKERAGE"].iter().cycle()) {
            let mut head = raised(&format!("A{n}"));
            head.line.due_on = format!("2024-03-{:02}", n.abs_diff(28)).parse().unwrap();
            head.line.team_ref = team(of);
            save(&store, None, &head).await.unwrap();
            if n % 2 == 0 {
                let head = read(&store, &format!("A{n}")).await;
                let done = head.clone().complete(("Cora", Side::Council), now(n)).unwrap();
                save(&store, Some(&head.line), &done).await.unwrap();
            }
        }
        let teams = [team("SYSTEMS"), team("PAYMENTS")];
        let asked = (true, |line: &ActionLine| line.action_id.as_str() != "A9");
        let order = ["A7", "A3", "A1", "A10", "A6", "A4", "A0"];
        for limit in 1..=8_usize {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let (lines, next) =
                    store.actions_of_teams(&teams, asked, limit, after).await.unwrap();
                assert!(!lines.is_empty() && lines.len() <= limit, "no part is empty");
                seen.extend(lines.into_iter().map(|it| it.action_id.to_string()));
                after = next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, order, "{limit} at a time");
        }
        let elsewhere = Some(Cursor::new("OPENACTION#2024-03-20#A1"));
        let refused = store.actions_of_teams(&teams, asked, 5, elsewhere).await;
        assert_eq!(refused, Err(StoreError::NotACursor));
    }
}
