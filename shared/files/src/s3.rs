//! The few questions, asked of S3. The only file that names its SDK.

use std::error::Error as StdError;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use chrono::{DateTime, Utc};
use cloud::{Cause, Cloud, is_our_fault};
use thiserror::Error;

use crate::error::FilesError;
use crate::objects::{Object, Put};
use crate::places::{Bucket, Place};
use crate::post::{Form, Sending, Signer};
use crate::reading::Reading;

/// How long a link to an object holds: the browser follows it at once.
const LINK_HOLDS: Duration = Duration::from_mins(1);

/// How often a write is tried while another writes the same name.
const TRIES_MAX: u32 = 5;

/// The buckets of an AWS account. The client is made when it is first needed, so that a cold start does not pay
/// for what it does not use.
#[derive(Debug)]
pub(crate) struct S3 {
    cloud: Cloud,
    client: OnceLock<Client>,
}

impl S3 {
    pub(crate) fn new(cloud: &Cloud) -> Self {
        Self { cloud: cloud.clone(), client: OnceLock::new() }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            let aws = &self.cloud.aws;
            // An emulator has one host name, which cannot have a bucket in front of it.
            let one_host = aws.endpoint_url().is_some();
            let config = aws_sdk_s3::config::Builder::from(aws).force_path_style(one_host);
            Client::from_conf(config.build())
        })
    }

    fn bucket(&self, bucket: Bucket) -> Result<&str, FilesError> {
        let setting = match bucket {
            Bucket::Upload => &self.cloud.upload_bucket,
            Bucket::Document => &self.cloud.document_bucket,
        };
        Ok(setting.get()?)
    }

    pub(crate) async fn get(
        &self,
        place: &Place,
        bytes_max: usize,
    ) -> Result<Option<Object>, FilesError> {
        let Some(reply) = self.ask(place).await? else { return Ok(None) };
        let promised = reply.content_length().and_then(|bytes| usize::try_from(bytes).ok());
        if promised.is_some_and(|bytes| bytes > bytes_max) {
            return Err(FilesError::TooLarge { bytes_max });
        }
        let etag = reply.e_tag().unwrap_or_default().to_owned();
        let version = reply.version_id().map(ToOwned::to_owned);
        let bytes = whole(reply.body, promised.unwrap_or_default(), bytes_max).await?;
        Ok(Some(Object { bytes, etag, version }))
    }

    pub(crate) async fn read(
        &self,
        place: &Place,
        bytes_max: u64,
    ) -> Result<Option<Reading>, FilesError> {
        let Some(reply) = self.ask(place).await? else { return Ok(None) };
        let size_bytes = reply.content_length().and_then(|bytes| u64::try_from(bytes).ok());
        if size_bytes.is_some_and(|bytes| bytes > bytes_max) {
            let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
            return Err(FilesError::TooLarge { bytes_max });
        }
        let version = reply.version_id().map(ToOwned::to_owned);
        Ok(Some(Reading::of_s3(reply.body, size_bytes, version, bytes_max)))
    }

    /// The object, of which nothing is read yet; none if there is none.
    async fn ask(&self, place: &Place) -> Result<Option<GetObjectOutput>, FilesError> {
        let asked = self.client().get_object().bucket(self.bucket(place.bucket)?).key(&place.name);
        match asked.set_version_id(place.version.clone()).send().await {
            Ok(reply) => Ok(Some(reply)),
            Err(error) if matches!(error.code(), Some("NoSuchKey" | "NoSuchVersion")) => Ok(None),
            Err(error) => Err(failed("read an object", error)),
        }
    }

    pub(crate) async fn form(
        &self,
        sending: &Sending,
        now: DateTime<Utc>,
    ) -> Result<Form, FilesError> {
        const DOING: &str = "sign a form";
        let aws = &self.cloud.aws;
        let bucket = self.bucket(sending.place.bucket)?;
        let no_credentials = || FilesError::Unavailable { doing: DOING, source: Cause::of(NOBODY) };
        let provider = aws.credentials_provider().ok_or_else(no_credentials)?;
        let credentials = provider
            .provide_credentials()
            .await
            .map_err(|error| FilesError::Unavailable { doing: DOING, source: Cause::of(error) })?;
        let region = aws.region().map_or("eu-west-2", |region| region.as_ref());
        // As the client addresses the bucket.
        let url = match aws.endpoint_url() {
            Some(endpoint) => format!("{}/{bucket}", endpoint.trim_end_matches('/')),
            None => format!("https://{bucket}.s3.{region}.amazonaws.com/"),
        };
        let signer = Signer { credentials: &credentials, region, now };
        Ok(Form::signed(url, bucket, sending, &signer))
    }

    pub(crate) async fn link(
        &self,
        place: &Place,
        file_name: &str,
        now: DateTime<Utc>,
    ) -> Result<String, FilesError> {
        const DOING: &str = "sign a link";
        let refused = |source| FilesError::Refused { doing: DOING, source };
        let config = PresigningConfig::builder().start_time(now.into()).expires_in(LINK_HOLDS);
        let config = config.build().map_err(|error| refused(Cause::of(error)))?;
        let asked = self
            .client()
            .get_object()
            .bucket(self.bucket(place.bucket)?)
            .key(&place.name)
            .set_version_id(place.version.clone())
            .response_content_disposition(disposition(file_name))
            .response_content_type(place.content_type());
        let signed = asked.presigned(config).await.map_err(|error| failed(DOING, error))?;
        Ok(signed.uri().to_owned())
    }

    pub(crate) async fn put(&self, place: &Place, bytes: Vec<u8>) -> Result<(), FilesError> {
        let asked = self.putting(place, bytes)?;
        asked.send().await.map(drop).map_err(|error| failed("write an object", error))
    }

    pub(crate) async fn put_file(&self, place: &Place, file: &Path) -> Result<(), FilesError> {
        let unreadable =
            |error: &dyn StdError| FilesError::Unwritable { what: "file", why: error.to_string() };
        let body = ByteStream::from_path(file).await.map_err(|error| unreadable(&error))?;
        let asked = self.client().put_object().bucket(self.bucket(place.bucket)?).key(&place.name);
        let asked = asked.content_type(place.content_type()).body(body);
        asked.send().await.map(drop).map_err(|error| failed("write an object", error))
    }

    pub(crate) async fn put_if_absent(
        &self,
        place: &Place,
        bytes: Vec<u8>,
    ) -> Result<Put, FilesError> {
        let asked = self.putting(place, bytes.clone())?.if_none_match("*");
        let mut sent = asked.send().await;
        for _ in 1..TRIES_MAX {
            match &sent {
                // Two wrote the name at once and S3 let neither know: only trying again can tell.
                Err(error) if error.code() == Some("ConditionalRequestConflict") => {
                    let again = self.putting(place, bytes.clone())?.if_none_match("*");
                    sent = again.send().await;
                }
                Ok(_) | Err(_) => break,
            }
        }
        match sent {
            Ok(_) => Ok(Put::Written),
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(Put::AlreadyThere),
            Err(error) => Err(failed("write an object", error)),
        }
    }

    fn putting(&self, place: &Place, bytes: Vec<u8>) -> Result<PutObjectFluentBuilder, FilesError> {
        let asked = self.client().put_object().bucket(self.bucket(place.bucket)?).key(&place.name);
        Ok(asked.content_type(place.content_type()).body(ByteStream::from(bytes)))
    }
}

/// Nobody gave us credentials.
#[derive(Debug, Clone, Copy, Error)]
#[error("there are no credentials")]
struct Nobody;

const NOBODY: Nobody = Nobody;

/// The file is saved, never shown: under `file_name`, whatever characters are in it (RFC 6266).
fn disposition(file_name: &str) -> String {
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_. ".contains(it);
    let ascii: String = file_name.chars().map(|it| if plain(it) { it } else { '_' }).collect();
    let utf8: String = file_name.bytes().fold(String::new(), |text, byte| {
        let it = char::from(byte);
        if it.is_ascii_alphanumeric() || "-_.".contains(it) {
            format!("{text}{it}")
        } else {
            format!("{text}%{byte:02X}")
        }
    });
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{utf8}")
}

/// All of `body`, if it keeps to what it promised and to `bytes_max`.
async fn whole(
    mut body: ByteStream,
    promised: usize,
    bytes_max: usize,
) -> Result<Vec<u8>, FilesError> {
    let mut bytes = Vec::with_capacity(promised);
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| FilesError::Unavailable {
            doing: "read an object",
            source: Cause::of(error),
        })?;
        if bytes.len().saturating_add(chunk.len()) > bytes_max {
            return Err(FilesError::TooLarge { bytes_max });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Whether S3 cannot do it now, or says that we asked something wrong.
fn failed<E>(doing: &'static str, error: SdkError<E>) -> FilesError
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let ours = is_our_fault(error.code());
    let source = Cause::of(error);
    if ours {
        FilesError::Refused { doing, source }
    } else {
        FilesError::Unavailable { doing, source }
    }
}
