//! Asking an address that somebody typed, without being led where nobody outside may go.
//!
//! The name is looked up here, and only what is public of what it means is connected to: so the address that is
//! checked is the address that is asked, whatever the name means a moment later. Redirects are not followed, no
//! proxy is used, and of the answer only the status is read.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use cloud::Calls;
use domain::webhook::{NotATarget, Target, is_public};
use thiserror::Error as ThisError;

/// How long an address has to answer: it should note what it is told and do its work later.
const ANSWER_SECONDS_MAX: u64 = 10;

/// What a message is sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// `webhook-id`
    pub id: String,
    /// `webhook-timestamp`, in seconds since 1970.
    pub seconds: i64,
    /// `webhook-signature`
    pub signatures: String,
    /// What is signed.
    pub body: String,
}

/// Why an address did not answer.
#[derive(Debug, ThisError)]
pub enum NoAnswer {
    /// It is none that may be asked.
    #[error(transparent)]
    Target(#[from] NotATarget),
    /// Its name means no public address.
    #[error("the name is not known, or leads into a private network")]
    NotPublic,
    /// It took too long.
    #[error("no answer in {ANSWER_SECONDS_MAX} seconds")]
    TooLate,
    /// The request cannot be made.
    #[error("the request cannot be made")]
    Request(#[source] Box<dyn Error + Send + Sync>),
    /// No connection, or it was cut.
    #[error("no connection")]
    Connection(#[source] Box<dyn Error + Send + Sync>),
}

/// The way to providers' software. Clones share it.
#[derive(Debug, Clone)]
pub enum Post {
    /// The internet; `loopback`: and this very machine, without TLS.
    Internet {
        /// Whether addresses on this machine may be asked.
        loopback: bool,
    },
    /// What a test gives, which answers with a status.
    Given {
        /// What was sent, and where.
        sent: Arc<Mutex<Vec<(String, Signed)>>>,
        /// The status it answers with.
        status: Arc<Mutex<u16>>,
    },
}

impl Post {
    /// Sends a message, and says which status answered.
    ///
    /// # Errors
    ///
    /// [`NoAnswer`] why there was none.
    pub async fn send(&self, url: &str, signed: &Signed) -> Result<u16, NoAnswer> {
        match self {
            Self::Internet { loopback } => ask(url, signed, *loopback).await,
            Self::Given { sent, status } => {
                let sent = &mut *sent.lock().unwrap_or_else(PoisonError::into_inner);
                sent.push((url.to_owned(), signed.clone()));
                Ok(*status.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

async fn ask(url: &str, signed: &Signed, loopback: bool) -> Result<u16, NoAnswer> {
    let target = Target::of(url, loopback)?;
    let addresses = if target.is_loopback {
        vec![IpAddr::from(Ipv4Addr::LOCALHOST)]
    } else {
        public_addresses(&target).await?
    };
    let request = request(url, signed)?;
    let answer = Calls::to_addresses(addresses).call(request);
    let limit = Duration::from_secs(ANSWER_SECONDS_MAX);
    let answer = tokio::time::timeout(limit, answer).await.map_err(|_elapsed| NoAnswer::TooLate)?;
    let answer = answer.map_err(|error| NoAnswer::Connection(error.into()))?;
    Ok(answer.status().as_u16())
}

/// What the name means, if all of it is public: a name that leads both ways is refused.
async fn public_addresses(target: &Target) -> Result<Vec<IpAddr>, NoAnswer> {
    let limit = Duration::from_secs(ANSWER_SECONDS_MAX);
    let looked_up = tokio::net::lookup_host((target.host.as_str(), target.port));
    let found =
        tokio::time::timeout(limit, looked_up).await.map_err(|_elapsed| NoAnswer::TooLate)?;
    let found = found.map_err(|_unknown| NoAnswer::NotPublic)?;
    let addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    let all_public = !addresses.is_empty() && addresses.iter().all(|it| is_public(*it));
    if all_public { Ok(addresses) } else { Err(NoAnswer::NotPublic) }
}

fn request(url: &str, signed: &Signed) -> Result<HttpRequest, NoAnswer> {
    let failed = |error| NoAnswer::Request(Box::new(error));
    let mut request = HttpRequest::new(SdkBody::from(signed.body.as_str()));
    request.set_method("POST").map_err(failed)?;
    request.set_uri(url).map_err(failed)?;
    let seconds = signed.seconds.to_string();
    for (name, value) in [
        ("content-type", "application/json"),
        ("user-agent", "provider-portal"),
        ("webhook-id", &signed.id),
        ("webhook-timestamp", &seconds),
        ("webhook-signature", &signed.signatures),
    ] {
        request.headers_mut().try_insert(name.to_owned(), value.to_owned()).map_err(failed)?;
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    fn signed() -> Signed {
        let text = |it: &str| it.to_owned();
        Signed { id: text("m"), seconds: 1, signatures: text("v1,x"), body: text("{\"a\":1}") }
    }

    /// A server that answers one request on this machine: where it is, and what it was sent.
    fn server(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/x?y=z", listener.local_addr().unwrap());
        let heard = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut heard, mut part) = (String::new(), [0; 1024]);
            while !heard.ends_with('}') {
                let read = stream.read(&mut part).unwrap();
                heard.push_str(std::str::from_utf8(&part[..read]).unwrap());
            }
            stream.write_all(answer.as_bytes()).unwrap();
            heard
        });
        (url, heard)
    }

    #[tokio::test]
    async fn a_message_is_posted_with_what_signs_it_and_a_redirect_is_only_a_status() {
        let answer = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        let (url, heard) = server(answer);
        let post = Post::Internet { loopback: true };
        assert_eq!(post.send(&url, &signed()).await.unwrap(), 307);
        let heard = heard.join().unwrap();
        assert!(heard.starts_with("POST /x?y=z HTTP/1.1\r\n"), "{heard}");
        for line in ["webhook-id: m", "webhook-timestamp: 1", "webhook-signature: v1,x"] {
            assert!(heard.contains(&format!("\r\n{line}\r\n")), "{heard}");
        }
        assert!(heard.ends_with("\r\n\r\n{\"a\":1}"), "{heard}");
    }

    #[tokio::test]
    async fn this_machine_is_not_asked_by_any_name() {
        let post = Post::Internet { loopback: false };
        let by_number = post.send("http://127.0.0.1:1/", &signed()).await.unwrap_err();
        assert!(matches!(by_number, NoAnswer::Target(_)), "{by_number}");
        let target = |host: &str| Target { host: host.to_owned(), port: 443, is_loopback: false };
        for host in ["localhost", "127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"] {
            let refused = public_addresses(&target(host)).await.unwrap_err();
            assert!(matches!(refused, NoAnswer::NotPublic), "{host}: {refused}");
        }
    }
}
