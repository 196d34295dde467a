//! Files that are sent with a post: straight into the bucket, then looked at when the post is made.
//!
//! What is looked at is kept by its version: a file that somebody sends again under the same name later is another.

use domain::action::{ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, Attachment, MediaType, NotAttached};
use domain::clock::Now;
use domain::ids::{ActionId, ProviderRef, SsRef};
use domain::sign_in::hex;
use files::{FilesError, Form, Object, Place, Sending};
use sha2::{Digest, Sha256};
use store::SentFile;

use crate::{Conversations, ConversationsError, Person};

/// How a browser sends a file.
#[derive(Debug, Clone)]
pub struct Upload {
    /// What a post names it by.
    pub upload_id: String,
    /// The signed form.
    pub form: Form,
}

impl Conversations {
    /// What a browser needs to send a file for a post of an action of `provider`.
    ///
    /// # Errors
    ///
    /// [`ConversationsError::NotAttached`] if it cannot be one by name or size.
    pub async fn start_attachment(
        &self,
        person: &Person,
        provider: &ProviderRef,
        (file_name, size_bytes): (&str, u64),
        now: Now,
    ) -> Result<Upload, ConversationsError> {
        NotAttached::unless_sendable(file_name, size_bytes)?;
        if self.store.provider(provider).await?.is_none() {
            return Err(ConversationsError::NotFound);
        }
        let random = hex(&(self.random)());
        let upload_id = random.get(..32).unwrap_or(&random).to_owned();
        let file = SentFile {
            file_name: NotAttached::kept_name(file_name),
            side: person.side(),
            account: person.account(),
            at: now.instant,
        };
        self.store.keep_sent_file(provider, &upload_id, &file).await?;
        let place = Place::action_file(provider, &upload_id);
        let sending = Sending { place, size_bytes_max: ATTACHMENT_BYTES_MAX };
        let form = self.objects.form(&sending, now.instant).await?;
        Ok(Upload { upload_id, form })
    }

    /// The files that somebody sent for a post, checked.
    pub(crate) async fn attached(
        &self,
        person: &Person,
        provider: &ProviderRef,
        uploads: &[String],
    ) -> Result<Vec<Attachment>, ConversationsError> {
        if uploads.len() > ATTACHMENTS_MAX {
            return Err(NotAttached::TooMany.into());
        }
        let mut attached: Vec<Attachment> = Vec::new();
        for upload in uploads {
            if attached.iter().all(|it| it.attachment_id != *upload) {
                attached.push(self.checked(person, provider, upload).await?);
            }
        }
        Ok(attached)
    }

    async fn checked(
        &self,
        person: &Person,
        provider: &ProviderRef,
        upload: &str,
    ) -> Result<Attachment, ConversationsError> {
        let is_id = upload.len() == 32 && upload.bytes().all(|it| it.is_ascii_hexdigit());
        if !is_id {
            return Err(NotAttached::NotThere.into());
        }
        let sent = self.store.sent_file(provider, upload).await?;
        let ours = |it: &SentFile| it.side == person.side() && it.account == person.account();
        let sent = sent.filter(ours).ok_or(NotAttached::NotThere)?;
        let media_type = MediaType::of_name(&sent.file_name).ok_or(NotAttached::Ending)?;
        let object = self.sent(&Place::action_file(provider, upload)).await?;
        media_type.check(&sent.file_name, &object.bytes)?;
        Ok(Attachment {
            attachment_id: upload.to_owned(),
            file_name: sent.file_name,
            media_type,
            size_bytes: u64::try_from(object.bytes.len()).unwrap_or(u64::MAX),
            sha256: hex(&Sha256::digest(&object.bytes)),
            object_version: object.version,
        })
    }

    async fn sent(&self, place: &Place) -> Result<Object, ConversationsError> {
        let bytes_max = usize::try_from(ATTACHMENT_BYTES_MAX).unwrap_or(usize::MAX);
        match self.objects.get(place, bytes_max).await {
            Err(FilesError::TooLarge { .. }) => Err(NotAttached::TooLarge.into()),
            Err(other) => Err(other.into()),
            Ok(None) => Err(NotAttached::NotThere.into()),
            Ok(Some(object)) => Ok(object),
        }
    }

    /// Where a file of an action can be fetched for a minute, just the version that was checked; and the client that the
    /// action is about, if it is about one.
    ///
    /// # Errors
    ///
    /// [`ConversationsError::NotFound`] of no such file in an action that this person may see.
    pub async fn attachment_link(
        &self,
        person: &Person,
        (provider, action): (&ProviderRef, &ActionId),
        attachment: &str,
        now: Now,
    ) -> Result<(String, Option<SsRef>), ConversationsError> {
        let (head, posts) = self.read(person, provider, action).await?;
        let mut all = posts.iter().flat_map(|post| &post.attachments);
        let found = all.find(|it| it.attachment_id == attachment);
        let found = found.ok_or(ConversationsError::NotFound)?;
        let place = Place::action_file(provider, &found.attachment_id);
        let place = Place { version: found.object_version.clone(), ..place };
        let url = self.objects.link(&place, &found.file_name, now.instant).await?;
        Ok((url, head.related.ss_ref))
    }
}
