//! What lets a browser send one file straight into a bucket.
//!
//! A policy names the bucket, the name, the media type and the largest size, and is signed; S3 refuses whatever
//! does not keep to it. So a file of 20 MB never passes through a function.

use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::places::Place;

/// How long a form can be sent.
const MINUTES_MAX: i64 = 15;

/// The file that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// Where it goes.
    pub place: Place,
    /// How large it may be.
    pub size_bytes_max: u64,
}

/// A form that a browser posts as `multipart/form-data`: these fields first, then the file as `file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where to.
    pub url: String,
    /// The fields, by name.
    pub fields: BTreeMap<String, String>,
}

/// What a form is signed with.
#[derive(Debug)]
pub(crate) struct Signer<'a> {
    pub(crate) credentials: &'a Credentials,
    pub(crate) region: &'a str,
    pub(crate) now: DateTime<Utc>,
}

impl Form {
    /// The form of buckets in memory, which sign nothing.
    pub(crate) fn in_memory(sending: &Sending) -> Self {
        let fields = [
            ("key", sending.place.name.clone()),
            ("Content-Type", sending.place.content_type().to_owned()),
            ("size_bytes_max", sending.size_bytes_max.to_string()),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
        Self { url: "memory:upload".to_owned(), fields }
    }

    /// A signed form for `bucket`, which is at `url`.
    pub(crate) fn signed(url: String, bucket: &str, sending: &Sending, by: &Signer<'_>) -> Self {
        let Signer { credentials, region, now } = by;
        let day = now.format("%Y%m%d");
        let scope = format!("{}/{day}/{region}/s3/aws4_request", credentials.access_key_id());
        let mut fields: BTreeMap<String, String> = [
            ("key", sending.place.name.clone()),
            ("Content-Type", sending.place.content_type().to_owned()),
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential", scope),
            ("x-amz-date", now.format("%Y%m%dT%H%M%SZ").to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let token = credentials.session_token().map(str::to_owned);
        fields.extend(token.map(|token| ("x-amz-security-token".to_owned(), token)));
        let policy = policy(bucket, sending, &fields, *now);
        let key = generate_signing_key(
            credentials.secret_access_key(),
            SystemTime::from(*now),
            region,
            "s3",
        );
        let signature = calculate_signature(key, policy.as_bytes());
        fields.insert("policy".to_owned(), policy);
        fields.insert("x-amz-signature".to_owned(), signature);
        Self { url, fields }
    }
}

/// Every field must be what it says, and the file must have something in it and keep to its size.
fn policy(
    bucket: &str,
    sending: &Sending,
    fields: &BTreeMap<String, String>,
    now: DateTime<Utc>,
) -> String {
    let expires = now.checked_add_signed(TimeDelta::minutes(MINUTES_MAX)).unwrap_or(now);
    let mut conditions =
        vec![json!({"bucket": bucket}), json!(["content-length-range", 1, sending.size_bytes_max])];
    conditions.extend(fields.iter().map(|(name, value)| json!(["eq", format!("${name}"), value])));
    let expiration = expires.format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    STANDARD.encode(json!({"expiration": expiration, "conditions": conditions}).to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::places::Place;

    fn sending() -> Sending {
        let (provider, batch) = ("P1001".parse().unwrap(), "20261122T141530-1".parse().unwrap());
        Sending { place: Place::page_upload(&provider, &batch, "csv"), size_bytes_max: 1_234 }
    }

    fn form(token: Option<&str>) -> Form {
        let credentials = Credentials::new(
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            token.map(str::to_owned),
            None,
            "test",
        );
        let now = "2026-11-22T14:15:30Z".parse().unwrap();
        let by = Signer { credentials: &credentials, region: "eu-west-2", now };
        Form::signed("https://u.s3.eu-west-2.amazonaws.com/".to_owned(), "u", &sending(), &by)
    }

    fn said(form: &Form) -> Value {
        serde_json::from_slice(&STANDARD.decode(&form.fields["policy"]).unwrap()).unwrap()
    }

    #[test]
    fn a_form_is_bound_to_name_media_type_and_size_for_a_quarter_of_an_hour() {
        let policy = said(&form(None));
        assert_eq!(policy["expiration"], "2026-11-22T14:30:30.000Z");
        let conditions = policy["conditions"].as_array().unwrap();
        for bound in [
            json!({"bucket": "u"}),
            json!(["content-length-range", 1, 1_234]),
            json!(["eq", "$key", "uploads/P1001/page/20261122T141530-1.csv"]),
            json!(["eq", "$Content-Type", "text/csv; charset=utf-8"]),
        ] {
            assert!(conditions.contains(&bound), "{bound} is not in {policy}");
        }
    }

    #[test]
    fn every_field_but_the_policy_and_its_signature_is_bound() {
        let form = form(Some("token"));
        let policy = said(&form);
        for (name, value) in &form.fields {
            let bound = json!(["eq", format!("${name}"), value]);
            let is_bound = policy["conditions"].as_array().unwrap().contains(&bound);
            assert_eq!(is_bound, name != "policy" && name != "x-amz-signature", "{name}");
        }
        assert_eq!(form.fields["x-amz-security-token"], "token");
    }

    #[test]
    fn the_signature_is_that_of_the_policy_and_changes_with_it() {
        let signature = |form: &Form| form.fields["x-amz-signature"].clone();
        assert_eq!(signature(&form(None)), signature(&form(None)));
        assert_ne!(signature(&form(None)), signature(&form(Some("token"))));
        assert_eq!(signature(&form(None)).len(), 64);
    }
}
