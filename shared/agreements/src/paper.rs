//! The PDF of a version for which the council gave none: made of what is known, and the same for the same.

use domain::clock::london_text;
use domain::contract_document::{Difference, DocumentVersion};
use domain::settings::{DocumentThen, Settings};
use papers::{Clause, ContractDocument, Detail};

use crate::{Agreements, AgreementsError};

impl Agreements {
    /// The PDF of `version`, which differs so from the one before.
    pub(crate) async fn paper(
        &self,
        version: &DocumentVersion,
        differs: Vec<Difference>,
        settings: &Settings,
    ) -> Result<Vec<u8>, AgreementsError> {
        let provider = self.store.provider(&version.provider_ref).await?;
        let provider = provider.ok_or(AgreementsError::NotFound)?;
        let document = ContractDocument {
            council_name: settings.council_name.clone(),
            doc_type: version.doc_type.clone(),
            document_ref: version.document_ref.to_string(),
            version: version.n,
            made_at: version.published_at,
            provider_name: provider.name,
            provider_address: provider.address,
            details: details(version),
            prices: Vec::new(),
            clauses: vec![answering(version, settings)],
            differences: differs.into_iter().map(printed).collect(),
        };
        papers::contract_document(&document).map_err(|why| AgreementsError::Paper(why.to_string()))
    }
}

/// What it says, but for what its heading is.
fn details(version: &DocumentVersion) -> Vec<Detail> {
    let fields = version.fields.iter().filter(|it| it.value != version.doc_type);
    fields.map(|it| Detail { label: it.label.clone(), value: it.value.clone() }).collect()
}

fn answering(version: &DocumentVersion, settings: &Settings) -> Clause {
    let by = london_text(version.answer_by);
    let ask = format!("Agree or reject this document in the provider portal by {by}.");
    let then = match settings.document_then {
        DocumentThen::Agree => {
            "If you do neither by then, the council agrees it in your place.".to_owned()
        }
        DocumentThen::Remind => "It stays open until you do.".to_owned(),
    };
    Clause { heading: "What we ask of you".to_owned(), paragraphs: vec![ask, then] }
}

fn printed(difference: Difference) -> papers::Difference {
    let Difference { label, before, after } = difference;
    papers::Difference { label, before, after }
}
