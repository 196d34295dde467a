//! The supplier's own VAT invoice: sent straight into the bucket, then looked at.

use domain::clock::Now;
use domain::failure::{Failure, FieldError, Kind};
use domain::ids::ProviderRef;
use domain::invoice::{Attachment, AttachmentType, CannotChange, InvoiceHead, InvoiceId};
use domain::sign_in::hex;
use files::{FilesError, Form, Object, Place, Sending};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{Invoicing, InvoicingError, Shown};

/// How large an attachment may be: a scan of a few pages, and small enough to be held whole while it is looked at.
pub const ATTACHMENT_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// In the same measure as people read it.
const MEGABYTES_MAX: u64 = 10;

/// Why a file is not attached.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAccepted {
    /// By its name it is something else.
    #[error("Choose a PDF, PNG or JPEG file.")]
    Ending,
    /// By what is in it, it is something else, or not whole.
    #[error(
        "This is not a PDF, PNG or JPEG file that we can read. Save it again, or choose another."
    )]
    Content,
    /// Over [`ATTACHMENT_BYTES_MAX`].
    #[error("The file must be smaller than {MEGABYTES_MAX} MB.")]
    TooLarge,
    /// There is nothing in it.
    #[error("The file is empty. Choose another.")]
    Empty,
    /// It has not arrived.
    #[error("The file has not arrived. Choose it again.")]
    NotThere,
}

impl Failure for NotAccepted {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "attachment-not-accepted"
    }

    fn fields(&self) -> Vec<FieldError> {
        vec![FieldError::new("attachment", self.to_string())]
    }
}

impl Invoicing {
    /// What a browser needs to send the VAT invoice of a document straight into the bucket.
    ///
    /// # Errors
    ///
    /// [`InvoicingError::NotFound`]; [`InvoicingError::NotAttached`] if it cannot be one by name or size;
    /// [`InvoicingError::Unchanged`] if nothing can be attached any more.
    pub async fn start_attachment(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
        (file_name, size_bytes): (&str, u64),
        now: Now,
    ) -> Result<Form, InvoicingError> {
        let head = self.change(provider, id, |head| {
            let sent_as = AttachmentType::of_name(file_name).ok_or(NotAccepted::Ending);
            let head = head.upload(file_name, sent_as?)?;
            of_size(size_bytes)?;
            Ok::<_, InvoicingError>(Some(head))
        });
        let head = head.await?;
        let uploading = head.uploading.as_ref().ok_or(NotAccepted::NotThere)?;
        let place = place(&head, uploading.upload, uploading.sent_as);
        let sending = Sending { place, size_bytes_max: ATTACHMENT_BYTES_MAX };
        Ok(self.objects.form(&sending, now.instant).await?)
    }

    /// Looks at the file that was sent last, and attaches it if it is a PDF, PNG or JPEG. Done twice, it is done once.
    ///
    /// # Errors
    ///
    /// [`InvoicingError::NotFound`]; [`InvoicingError::NotAttached`] if it is something else, too large or not there;
    /// [`InvoicingError::Unchanged`] if nothing can be attached any more.
    pub async fn check_attachment(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
        now: Now,
    ) -> Result<Shown, InvoicingError> {
        let head = self.store.invoice(provider, id).await?.ok_or(InvoicingError::NotFound)?;
        if !head.can_attach() {
            return Err(CannotChange::NothingAttached { is: head.state }.into());
        }
        let uploading = head.uploading.clone().ok_or(NotAccepted::NotThere)?;
        let place = place(&head, uploading.upload, uploading.sent_as);
        let sent = self.sent(&place).await?;
        let media_type = AttachmentType::of(&sent.bytes).ok_or(NotAccepted::Content)?;
        let size_bytes = u64::try_from(sent.bytes.len()).unwrap_or(u64::MAX);
        let attachment = Attachment {
            file_name: uploading.file_name,
            media_type,
            size_bytes,
            upload: uploading.upload,
            sent_as: uploading.sent_as,
            sha256: hex(&Sha256::digest(&sent.bytes)),
            object_version: sent.version,
            checked_at: now.instant,
        };
        self.change(provider, id, |head| {
            let newer = head.uploading.as_ref().is_some_and(|it| it.upload > attachment.upload);
            let known = head.attachment.as_ref().is_some_and(|there| is_same(there, &attachment));
            if newer || known { Ok(None) } else { head.attach(attachment.clone()).map(Some) }
        })
        .await?;
        self.show(provider, id, now).await
    }

    async fn sent(&self, place: &Place) -> Result<Object, InvoicingError> {
        let bytes_max = usize::try_from(ATTACHMENT_BYTES_MAX).unwrap_or(usize::MAX);
        match self.objects.get(place, bytes_max).await {
            Err(FilesError::TooLarge { .. }) => Err(NotAccepted::TooLarge.into()),
            Err(other) => Err(other.into()),
            Ok(None) => Err(NotAccepted::NotThere.into()),
            Ok(Some(sent)) => Ok(sent),
        }
    }

    /// Where the VAT invoice of a document can be fetched for a minute.
    ///
    /// # Errors
    ///
    /// [`InvoicingError::NotFound`] if there is none.
    pub async fn attachment_link(
        &self,
        provider: &ProviderRef,
        id: &InvoiceId,
        now: Now,
    ) -> Result<String, InvoicingError> {
        let head = self.store.invoice(provider, id).await?.ok_or(InvoicingError::NotFound)?;
        let attached = head.attachment.as_ref().ok_or(InvoicingError::NotFound)?;
        let place = place(&head, attached.upload, attached.sent_as);
        let place = Place { version: attached.object_version.clone(), ..place };
        let file_name = format!("vat_invoice_{id}.{}", attached.media_type.ending());
        Ok(self.objects.link(&place, &file_name, now.instant).await?)
    }
}

fn place(head: &InvoiceHead, upload: u16, sent_as: AttachmentType) -> Place {
    Place::vat_invoice(&head.provider_ref, &head.invoice_id, upload, sent_as.ending())
}

fn of_size(size_bytes: u64) -> Result<(), NotAccepted> {
    match size_bytes {
        0 => Err(NotAccepted::Empty),
        some if some > ATTACHMENT_BYTES_MAX => Err(NotAccepted::TooLarge),
        _ => Ok(()),
    }
}

/// Whether just this file is attached already.
fn is_same(there: &Attachment, sent: &Attachment) -> bool {
    (there.upload, &there.sha256, &there.object_version)
        == (sent.upload, &sent.sha256, &sent.object_version)
}
