//! Emails to people about their accounts.

use chrono::{DateTime, Duration, Utc};
use cloud::tracing;
use domain::account::{CODE_MINUTES, INVITATION_DAYS};
use domain::clock::Now;
use domain::second_step::Code;
use domain::settings::Settings;
use domain::sign_in::{EmailAddress, Token, hex};
use domain::user::IdentityCheck;
use messages::{Letter, Letterhead, templates};
use store::{Change, OutboxEmail, OutboxId, StoreError};

use crate::{Identity, Person};

/// What an email tells somebody about their account.
#[derive(Debug, Clone, Copy)]
pub enum News<'a> {
    /// The code of the second step.
    SignInCode(&'a Code),
    /// The code to choose a new password.
    ResetCode(&'a Code),
    /// The code to choose a new password, from the helpdesk.
    ResetByHelpdesk(&'a Code),
    /// The council locked the account.
    LockedByCouncil,
    /// The council unlocked the account.
    Unlocked,
    /// The helpdesk took the authenticator app and the memorable code away.
    SecondStepTakenAway(IdentityCheck),
    /// Too many wrong tries.
    Locked {
        /// How long nothing can be tried.
        minutes: u32,
    },
    /// `password`, `security code` or `authenticator app` was changed.
    Changed(&'static str),
}

impl News<'_> {
    fn kind(self) -> &'static str {
        match self {
            Self::SignInCode(_) => "sign_in_code",
            Self::ResetCode(_) => "reset_code",
            Self::ResetByHelpdesk(_) => "reset_by_helpdesk",
            Self::LockedByCouncil => "locked_by_council",
            Self::Unlocked => "unlocked",
            Self::SecondStepTakenAway(_) => "second_step_taken_away",
            Self::Locked { .. } => "locked",
            Self::Changed(_) => "credential_changed",
        }
    }

    fn letter(self, head: &Letterhead<'_>, at: DateTime<Utc>) -> Letter {
        match self {
            Self::SignInCode(code) => templates::sign_in_code(head, code.reveal(), CODE_MINUTES),
            Self::ResetCode(code) => {
                templates::password_reset_code(head, code.reveal(), CODE_MINUTES)
            }
            Self::ResetByHelpdesk(code) => {
                templates::password_reset_by_helpdesk(head, code.reveal(), CODE_MINUTES)
            }
            Self::LockedByCouncil => templates::account_locked_by_council(head),
            Self::Unlocked => templates::account_unlocked(head),
            Self::SecondStepTakenAway(check) => {
                templates::second_step_taken_away(head, check.told())
            }
            Self::Locked { minutes } => templates::account_locked(head, minutes),
            Self::Changed(what) => templates::credential_changed(head, what, at),
        }
    }

    fn useful_minutes(self) -> Option<i64> {
        match self {
            Self::SignInCode(_) | Self::ResetCode(_) | Self::ResetByHelpdesk(_) => {
                Some(i64::from(CODE_MINUTES))
            }
            Self::LockedByCouncil
            | Self::Unlocked
            | Self::SecondStepTakenAway(_)
            | Self::Locked { .. }
            | Self::Changed(_) => None,
        }
    }
}

/// The name of the email that invites somebody: the same every time, so that it is written once.
pub fn invitation_id(email: &EmailAddress) -> OutboxId {
    OutboxId::of(&["invitation", email.as_str()])
}

impl Identity {
    /// An email to a person, to be written together with what it tells of.
    ///
    /// If there is nobody to read it, one that is never sent: it costs the same, so that nobody learns from the
    /// time that an answer takes whether an address has an account.
    pub fn email(&self, person: Person<'_>, news: News<'_>) -> OutboxEmail {
        let Person { email: to, somebody, settings, at } = person;
        let letter = news.letter(&self.head(settings), at);
        let minutes = news.useful_minutes().map(Duration::minutes);
        let useful_until = minutes.and_then(|span| at.checked_add_signed(span));
        let random = hex(&cloud::random_bytes::<16>());
        OutboxEmail {
            outbox_id: OutboxId::of(&[news.kind(), to.as_str(), &random]),
            to: to.to_string(),
            subject: letter.subject,
            text: letter.text,
            html: letter.html,
            secret: useful_until.is_some() || !somebody,
            news: false,
            useful_until: if somebody { useful_until } else { Some(at) },
            created_at: at,
        }
    }

    /// Tells the mail queue of an email that was written. If the queue does not answer, the email is sent by
    /// the sweep of `daily-jobs`: what the person did is done all the same.
    pub async fn tell(&self, id: &OutboxId) {
        let message = serde_json::json!({ "outbox_id": id.as_str() });
        if let Err(error) = self.mail_queue.send(&message).await {
            tracing::warn!(%error, "the mail queue was not told, the sweep will");
        }
    }

    /// Writes `changes` and, with them, the email that tells the person of it; then tells the mail queue.
    ///
    /// # Errors
    ///
    /// [`StoreError::Stale`] if a record is not as it was read; otherwise if the table cannot be written.
    pub async fn change_and_tell(
        &self,
        mut changes: Vec<Change>,
        person: Person<'_>,
        news: News<'_>,
    ) -> Result<(), StoreError> {
        let email = self.email(person, news);
        let id = email.outbox_id.clone();
        changes.push(Change::Email(email));
        self.store.change(changes).await?;
        self.tell(&id).await;
        Ok(())
    }

    /// What is above and below every letter.
    pub fn head<'a>(&'a self, settings: &'a Settings) -> Letterhead<'a> {
        Letterhead {
            council_name: &settings.council_name,
            support_email: &settings.support_email,
            site_url: &self.site_url,
        }
    }
}

/// The email that asks the helpdesk for a password: one a day for each address, so that nobody floods it.
pub fn helpdesk_email(
    head: &Letterhead<'_>,
    request: &templates::HelpdeskRequest<'_>,
    now: Now,
) -> OutboxEmail {
    let letter = templates::helpdesk_request(head, request);
    OutboxEmail {
        outbox_id: OutboxId::of(&["helpdesk_request", request.email, &now.date.to_string()]),
        to: head.support_email.to_owned(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        secret: false,
        news: false,
        useful_until: None,
        created_at: now.instant,
    }
}

/// Where an invited person chooses a password. The token stands after the `#`, which no server ever sees.
fn invitation_link(site_url: &str, token: &Token) -> String {
    format!("{site_url}/invitation/#{}", token.reveal())
}

/// The email that invites somebody to a provider, or tells them that they may choose it now.
pub fn welcome(
    head: &Letterhead<'_>,
    to: &EmailAddress,
    provider: (&str, &str),
    news: store::Welcome<'_>,
    at: DateTime<Utc>,
) -> OutboxEmail {
    let (provider_ref, provider_name) = provider;
    let (outbox_id, letter, useful_until) = match news {
        store::Welcome::Invited(token) => {
            let link = invitation_link(head.site_url, token);
            let letter = templates::invitation(head, provider_name, &link, INVITATION_DAYS);
            let days = Duration::days(i64::from(INVITATION_DAYS));
            (invitation_id(to), letter, at.checked_add_signed(days))
        }
        store::Welcome::Granted => {
            let id = OutboxId::of(&["access", to.as_str(), provider_ref]);
            (id, templates::access_granted(head, provider_name), None)
        }
    };
    welcoming(outbox_id, to, letter, useful_until, at)
}

/// The email that invites one of the council's own people, or tells them that they may use its pages now.
pub fn welcome_staff(
    head: &Letterhead<'_>,
    to: &EmailAddress,
    news: store::Welcome<'_>,
    at: DateTime<Utc>,
) -> OutboxEmail {
    let (outbox_id, letter, useful_until) = match news {
        store::Welcome::Invited(token) => {
            let link = invitation_link(head.site_url, token);
            let letter = templates::staff_invitation(head, &link, INVITATION_DAYS);
            let days = Duration::days(i64::from(INVITATION_DAYS));
            (invitation_id(to), letter, at.checked_add_signed(days))
        }
        store::Welcome::Granted => {
            let id = OutboxId::of(&["staff_access", to.as_str()]);
            (id, templates::staff_access_granted(head), None)
        }
    };
    welcoming(outbox_id, to, letter, useful_until, at)
}

fn welcoming(
    outbox_id: OutboxId,
    to: &EmailAddress,
    letter: Letter,
    useful_until: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
) -> OutboxEmail {
    OutboxEmail {
        outbox_id,
        to: to.to_string(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        secret: useful_until.is_some(),
        news: false,
        useful_until,
        created_at: at,
    }
}
