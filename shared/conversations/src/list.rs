//! Which actions there are: a provider's, and those of the council's teams.

use std::collections::BTreeSet;

use domain::action::{ActionLine, ActionType, Lamp, Side};
use domain::clock::Now;
use domain::facts::Team;
use domain::ids::{ProviderRef, TeamRef};
use domain::permission::CouncilRole;
use futures::future::try_join_all;
use store::Cursor;

use crate::subject::{all_teams, team_name};
use crate::{Conversations, ConversationsError, Person};

/// How many actions a list shows at a time.
const LISTED_MAX: usize = 100;

/// Which actions somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Only those that are with this side or team.
    pub with: Option<With>,
    /// Only those of this type.
    pub type_ref: Option<String>,
    /// Only those that this team handles: of the council's people.
    pub team: Option<TeamRef>,
    /// Also those that are done.
    pub include_done: bool,
    /// From where an earlier part of the list stopped.
    pub after: Option<Cursor>,
}

/// With whom an action is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum With {
    /// Any of the council's teams.
    Council,
    /// The provider.
    Provider,
    /// This team.
    Team(TeamRef),
}

/// A list of actions.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Open ones, the first due first; then those that are done, the latest first. At most [`LISTED_MAX`].
    pub lines: Vec<ActionLine>,
    /// From where to go on; none: that was all.
    pub next: Option<Cursor>,
    /// What the whole list could be narrowed to: types.
    pub types: Vec<ActionType>,
    /// The council's teams; of one of its people, those whose actions they may read.
    pub teams: Vec<Team>,
    /// What is open of the whole list.
    pub counts: Lamp,
}

impl Listed {
    /// The name of a team.
    pub fn team_name(&self, team: &TeamRef) -> String {
        team_name(&self.teams, team)
    }
}

impl Asked {
    fn handled_by(&self, team: &TeamRef) -> bool {
        self.team.as_ref().is_none_or(|it| it == team)
    }

    fn keeps(&self, line: &ActionLine) -> bool {
        let with = match &self.with {
            None => true,
            Some(With::Council) => line.with == Side::Council,
            Some(With::Provider) => line.with == Side::Provider,
            Some(With::Team(team)) => line.with == Side::Council && line.team_ref == *team,
        };
        with && self.type_ref.as_ref().is_none_or(|it| *it == line.type_ref)
    }
}

impl Conversations {
    /// What is open for a provider, for the lamp at home.
    ///
    /// # Errors
    ///
    /// [`ConversationsError`] if the table cannot be read.
    pub async fn overview(
        &self,
        provider: &ProviderRef,
        now: Now,
    ) -> Result<Lamp, ConversationsError> {
        let open = self.store.open_actions(provider).await?;
        Ok(Lamp::of(&open, now.date))
    }

    /// The actions of a provider.
    ///
    /// # Errors
    ///
    /// [`ConversationsError`] if the table cannot be read.
    pub async fn list(
        &self,
        provider: &ProviderRef,
        asked: &Asked,
        now: Now,
    ) -> Result<Listed, ConversationsError> {
        let wanted = (asked.include_done, |line: &ActionLine| asked.keeps(line));
        let after = asked.after.clone();
        let (open, (lines, next), types, teams) = tokio::try_join!(
            self.store.open_actions(provider),
            self.store.actions_of_provider(provider, wanted, LISTED_MAX, after),
            self.store.action_types(),
            self.store.teams(),
        )?;
        let counts = Lamp::of(&open, now.date);
        let teams = all_teams(teams, &types);
        Ok(Listed { lines, next, types: types.types, teams, counts })
    }

    /// The actions of the teams that one of the council's people may read.
    ///
    /// # Errors
    ///
    /// [`ConversationsError::NotAllowed`] of anybody else.
    pub async fn queue(
        &self,
        person: &Person,
        asked: &Asked,
        now: Now,
    ) -> Result<Listed, ConversationsError> {
        let access = person.staff().ok_or(ConversationsError::NotAllowed)?;
        let (teams, types) = tokio::try_join!(self.store.teams(), self.store.action_types())?;
        let teams = all_teams(teams, &types);
        let own: BTreeSet<TeamRef> = if access.roles.contains(&CouncilRole::Auditor) {
            teams.iter().map(|it| it.team_ref.clone()).chain(access.teams.clone()).collect()
        } else {
            access.teams.iter().cloned().collect()
        };
        let of: Vec<TeamRef> = own.iter().filter(|it| asked.handled_by(it)).cloned().collect();
        let wanted = (asked.include_done, |line: &ActionLine| asked.keeps(line));
        let (open, (lines, next)) = tokio::try_join!(
            try_join_all(of.iter().map(|team| self.store.open_actions_of_team(team))),
            self.store.actions_of_teams(&of, wanted, LISTED_MAX, asked.after.clone()),
        )?;
        let counts = Lamp::of(&open.concat(), now.date);
        let teams = teams.into_iter().filter(|it| own.contains(&it.team_ref)).collect();
        Ok(Listed { lines, next, types: types.types, teams, counts })
    }
}
