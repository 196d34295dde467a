//! What a document is about: a care package, a service, a client, or the provider as a whole.

use chrono::NaiveDate;
use domain::contract_document::{Field, Terms};
use domain::facts::{Client, Cpli, Service};
use domain::failure::FieldError;
use domain::ids::{ContractRef, CpliId, ProviderRef, ServiceRef, SsRef};
use store::keys::Key;

use crate::publish::Publishing;
use crate::{Agreements, AgreementsError, NotPublished};

/// What is known of what a document is about.
#[derive(Debug, Default)]
pub(crate) struct About {
    pub(crate) cpli: Option<Cpli>,
    pub(crate) service: Option<Service>,
    pub(crate) client: Option<Client>,
}

/// What a person who publishes can choose from.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// The provider's care packages, those that ended long ago left out.
    pub packages: Vec<CpliChoice>,
    /// Its services.
    pub services: Vec<(ServiceRef, String)>,
    /// Its clients.
    pub clients: Vec<(SsRef, String)>,
    /// What its documents were called so far.
    pub doc_types: Vec<String>,
}

/// A care package to choose.
#[derive(Debug, Clone)]
pub struct CpliChoice {
    /// Which.
    pub cpli_id: CpliId,
    /// Whose, what and from when.
    pub line: String,
}

/// What a document is called unless something else is said.
const DOC_TYPE: &str = "Individual placement agreement";

impl About {
    pub(crate) fn contract_ref(&self) -> Option<ContractRef> {
        let cpli = self.cpli.as_ref().map(|it| &it.contract_ref);
        cpli.or(self.service.as_ref().map(|it| &it.contract_ref)).cloned()
    }

    /// What the document says, on `today`.
    pub(crate) fn fields(
        &self,
        publishing: &Publishing,
        today: NaiveDate,
    ) -> Result<Vec<Field>, AgreementsError> {
        let name = self.client.as_ref().map(Client::full_name);
        let client = name.as_deref().zip(self.client.as_ref().map(|it| it.ss_ref.as_str()));
        let terms = Terms {
            doc_type: &publishing.doc_type,
            client,
            cpli: self.cpli.as_ref(),
            service: self.service.as_ref(),
            dates: self.dates(publishing),
        };
        Ok(terms.fields(today)?)
    }

    /// The days that the document is about: what was said, or else those of the care package.
    pub(crate) fn dates(&self, publishing: &Publishing) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let cpli = self.cpli.as_ref();
        let from = publishing.date_from.or(cpli.map(|it| it.start_date));
        (from, publishing.date_to.or(cpli.and_then(|it| it.end_date)))
    }
}

impl Agreements {
    /// Looks up what a document is to be about. All of it must be the provider's, and fit together.
    pub(crate) async fn about(&self, publishing: &Publishing) -> Result<About, AgreementsError> {
        let mut wrong = checked(publishing);
        let mut about = About::default();
        if let Some(cpli_id) = &publishing.cpli_id {
            about.cpli = self.cpli(&publishing.provider_ref, cpli_id).await?;
            match &about.cpli {
                None => wrong.push(unknown("cpli_id", "CPLI", cpli_id.as_str())),
                Some(cpli) => wrong.extend(contradictions(publishing, cpli)),
            }
        }
        let of_cpli = about.cpli.as_ref().map(|it| it.service_ref.clone());
        if let Some(service_ref) = publishing.service_ref.clone().or(of_cpli) {
            about.service = self.service(&publishing.provider_ref, &service_ref).await?;
            if about.service.is_none() {
                wrong.push(unknown("service_ref", "service", service_ref.as_str()));
            }
        }
        about.client = about.cpli.as_ref().map(|it| it.client.clone());
        if let (None, Some(ss_ref)) = (&about.client, &publishing.ss_ref) {
            about.client = self.client(&publishing.provider_ref, ss_ref).await?;
            if about.client.is_none() {
                wrong.push(unknown("ss_ref", "client with SSRef", ss_ref.as_str()));
            }
        }
        if wrong.is_empty() { Ok(about) } else { Err(NotPublished::About(wrong).into()) }
    }

    async fn cpli(
        &self,
        provider: &ProviderRef,
        cpli_id: &CpliId,
    ) -> Result<Option<Cpli>, AgreementsError> {
        let home = self.store.located(&Key::cpli_locator(cpli_id)).await?;
        let Some(home) = home.filter(|home| home.provider_ref == *provider) else {
            return Ok(None);
        };
        let key = Key::cpli(provider, &home.contract_ref, cpli_id);
        Ok(self.store.known::<Cpli>(&key).await?.map(|known| known.fact))
    }

    async fn service(
        &self,
        provider: &ProviderRef,
        service_ref: &ServiceRef,
    ) -> Result<Option<Service>, AgreementsError> {
        let home = self.store.located(&Key::service_locator(service_ref)).await?;
        let Some(home) = home.filter(|home| home.provider_ref == *provider) else {
            return Ok(None);
        };
        let key = Key::service(provider, &home.contract_ref, service_ref);
        Ok(self.store.known::<Service>(&key).await?.map(|known| known.fact))
    }

    /// A client of whom the provider has care packages.
    async fn client(
        &self,
        provider: &ProviderRef,
        ss_ref: &SsRef,
    ) -> Result<Option<Client>, AgreementsError> {
        let theirs = self.store.cplis_of_client(ss_ref).await?;
        if !theirs.iter().any(|it| it.located.provider_ref == *provider) {
            return Ok(None);
        }
        Ok(self.store.known::<Client>(&Key::client(ss_ref)).await?.map(|known| known.fact))
    }

    /// What a person can choose from who publishes a document for a provider.
    ///
    /// # Errors
    ///
    /// [`AgreementsError::NotFound`] if there is no such provider.
    pub async fn choices(
        &self,
        provider: &ProviderRef,
        today: NaiveDate,
    ) -> Result<Choices, AgreementsError> {
        self.store.provider(provider).await?.ok_or(AgreementsError::NotFound)?;
        let (packages, settings, documents) = tokio::try_join!(
            self.store.care_packages(provider),
            self.store.settings(),
            self.store.documents(provider),
        )?;
        let mut choices = Choices::default();
        for package in packages.visible(settings.historical_after_days, today) {
            if package.historical {
                continue;
            }
            let client = &package.cpli.client;
            choices.clients.push((client.ss_ref.clone(), client.full_name()));
            choices.packages.push(CpliChoice {
                cpli_id: package.cpli.cpli_id.clone(),
                line: line(package.cpli, package.service),
            });
        }
        let services = packages.services.values();
        choices.services = services.map(|it| (it.service_ref.clone(), it.name.clone())).collect();
        choices.clients.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
        choices.clients.dedup();
        choices.doc_types = documents.into_iter().map(|it| it.latest.doc_type).collect();
        choices.doc_types.push(DOC_TYPE.to_owned());
        choices.doc_types.sort_unstable();
        choices.doc_types.dedup();
        Ok(choices)
    }
}

fn line(cpli: &Cpli, service: &Service) -> String {
    let from = cpli.start_date.format("%-d %B %Y");
    format!(
        "{} ({}): {}, CPLI {}, from {from}",
        cpli.client.full_name(),
        cpli.client.ss_ref,
        service.name,
        cpli.cpli_id
    )
}

fn unknown(field: &str, what: &str, reference: &str) -> FieldError {
    FieldError::new(field, format!("This provider has no {what} {reference}"))
}

/// The longest name of a kind of document.
const DOC_TYPE_LENGTH_MAX: usize = 200;

fn checked(publishing: &Publishing) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if publishing.doc_type.is_empty() {
        wrong.push(FieldError::new("doc_type", "Enter what the document is called"));
    } else if publishing.doc_type.chars().count() > DOC_TYPE_LENGTH_MAX {
        let message = format!("Use {DOC_TYPE_LENGTH_MAX} characters or fewer");
        wrong.push(FieldError::new("doc_type", message));
    }
    if publishing.date_from.zip(publishing.date_to).is_some_and(|(from, to)| to < from) {
        wrong.push(FieldError::new("date_to", "The last day must be the first day or later"));
    }
    wrong
}

/// What is said of a care package that is not so.
fn contradictions(publishing: &Publishing, cpli: &Cpli) -> Vec<FieldError> {
    let (id, of) = (&cpli.cpli_id, &cpli.client.ss_ref);
    let mut wrong = Vec::new();
    if publishing.ss_ref.as_ref().is_some_and(|it| it != of) {
        let message = format!("CPLI {id} is for the client with SSRef {of}");
        wrong.push(FieldError::new("ss_ref", message));
    }
    if publishing.service_ref.as_ref().is_some_and(|it| *it != cpli.service_ref) {
        let message = format!("CPLI {id} is of service {}", cpli.service_ref);
        wrong.push(FieldError::new("service_ref", message));
    }
    wrong
}
