//! Payment only with an agreed document, where a contract says so.
//!
//! A care package may be paid if there is a document about it and each document about it is agreed, in its latest
//! version. Until then its items are suspended; what was suspended is paid by the open statement once all is agreed.

use super::DocumentState;
use crate::facts::Facts;
use crate::ids::CpliId;
use crate::item::Subject;

impl Facts {
    /// Why nothing about `subject` is paid before its documents are agreed; none: it may be paid.
    ///
    /// It holds what is about one care package: empty beds, and what is decided for a whole contract, have no
    /// document of their own.
    pub(crate) fn gate(&self, subject: &Subject) -> Option<String> {
        let cpli_id = subject.cpli_id().filter(|_| self.contract.document_gate)?;
        self.gate_of(cpli_id)
    }

    fn gate_of(&self, cpli_id: &CpliId) -> Option<String> {
        let documents = self.documents.get(cpli_id).into_iter().flatten();
        let mut open = documents.clone().filter(|(_, state)| !state.is_agreed());
        if let Some((document_ref, state)) = open.next() {
            return Some(match state {
                DocumentState::Rejected => format!(
                    "Contract document {document_ref} of this care package was rejected. This is paid once a new \
                     version is agreed."
                ),
                DocumentState::Published
                | DocumentState::Agreed
                | DocumentState::AgreedManually
                | DocumentState::Superseded => format!(
                    "Contract document {document_ref} of this care package is not agreed yet. This is paid once it \
                     is."
                ),
            });
        }
        documents.count().eq(&0).then(|| {
            "This care package has no contract document yet. This is paid once one is published and agreed."
                .to_owned()
        })
    }
}
