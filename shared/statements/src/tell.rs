//! How news about a statement becomes emails.

use chrono::NaiveDate;
use domain::clock::Now;
use domain::facts::Period;
use domain::ids::ProviderRef;
use domain::notice::Happening;
use domain::settings::Settings;
use domain::statement::Statement;
use messages::templates::AboutStatement;
use messages::{Letter, Letterhead};
use store::{OutboxEmail, OutboxId};

use crate::load::Known;
use crate::{Statements, StatementsError};

/// One piece of news about a statement. Told twice, it is the same email.
#[derive(Debug, Clone)]
pub(crate) struct News {
    /// What it is, of which statement, and what tells it from the same news at another time.
    parts: Vec<String>,
    now: Now,
}

impl News {
    /// The same news, told apart by `what`.
    pub(crate) fn of(&self, what: &str) -> Self {
        let mut parts = self.parts.clone();
        parts.push(what.to_owned());
        Self { parts, now: self.now }
    }

    /// The name of the email that tells it to `to`.
    pub(crate) fn id(&self, to: &str) -> OutboxId {
        let mut parts: Vec<_> = self.parts.iter().map(String::as_str).collect();
        parts.push(to);
        OutboxId::of(&parts)
    }

    /// The same letter to everybody.
    pub(crate) fn letters(&self, to: &[String], letter: &Letter) -> Vec<OutboxEmail> {
        let email = |to: &String| OutboxEmail {
            outbox_id: self.id(to),
            to: to.clone(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            html: letter.html.clone(),
            secret: false,
            news: true,
            useful_until: None,
            created_at: self.now.instant,
        };
        to.iter().map(email).collect()
    }
}

impl Known {
    /// News `what` about the statement of the period that starts on `start`.
    pub(crate) fn news(&self, what: &str, start: NaiveDate, now: Now) -> News {
        let parts = vec![what.to_owned(), self.contract_ref.to_string(), start.to_string()];
        News { parts, now }
    }

    /// What happened to a statement on `day`, for the daily email; to each statement once. One without items is no
    /// news.
    pub(crate) fn happened(
        &self,
        happening: Happening,
        statement: &Statement,
        day: NaiveDate,
    ) -> Option<store::News> {
        (!statement.items.is_empty()).then(|| store::News {
            provider_ref: self.provider_ref.clone(),
            happening,
            id: format!("{}.{}", self.contract_ref, statement.period.start_date),
            count: 1,
            day,
        })
    }

    /// `provider_name`: of whoever is written to.
    pub(crate) fn about<'a>(
        &'a self,
        provider_name: &'a str,
        period: &'a Period,
    ) -> AboutStatement<'a> {
        AboutStatement {
            provider_name,
            contract_ref: &self.contract_ref,
            contract_name: &self.contract().name,
            period,
        }
    }
}

impl Statements {
    /// What people call a provider.
    pub(crate) async fn provider_name(
        &self,
        provider: &ProviderRef,
    ) -> Result<String, StatementsError> {
        let there = self.store.provider(provider).await?;
        Ok(there.map_or_else(|| provider.to_string(), |it| it.name))
    }

    pub(crate) fn letterhead<'a>(
        &'a self,
        settings: &'a Settings,
    ) -> Result<Letterhead<'a>, StatementsError> {
        Ok(Letterhead {
            council_name: &settings.council_name,
            support_email: &settings.support_email,
            site_url: self.site_url.get()?,
        })
    }
}
