//! What calls over HTTP go through: connections of HTTP/1.1 that are kept for the next call.
//!
//! The SDK's own client can do more, HTTP/2 and proxies above all, which nothing that we call asks for. In every
//! binary that was half a megabyte.

mod roots;

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::client::legacy::connect::{
    CaptureConnection, HttpConnector as Tcp, capture_connection,
};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower::Service;

/// How long a connection may take to be made.
const CONNECT_SECONDS_MAX: u64 = 3;

/// The way to whom we call. Clones share its connections.
#[derive(Clone)]
pub struct Calls {
    whom: Whom,
    client: Arc<OnceLock<Client<HttpsConnector<Tcp<Names>>, SdkBody>>>,
}

/// Whom we call, which says whom we believe that they are who they say.
#[derive(Debug, Clone)]
enum Whom {
    /// By its own roots.
    Aws,
    /// Who has these addresses, by the roots that this machine believes.
    Addresses(Arc<[IpAddr]>),
}

impl Calls {
    /// To services of AWS.
    pub fn to_aws() -> Self {
        Self { whom: Whom::Aws, client: Arc::default() }
    }

    /// To `addresses` alone, whatever name is called: their certificates have to be for the name.
    pub fn to_addresses(addresses: Vec<IpAddr>) -> Self {
        Self { whom: Whom::Addresses(addresses.into()), client: Arc::default() }
    }

    /// What the SDKs call through.
    pub(crate) fn into_client(self) -> SharedHttpClient {
        let calls = SharedHttpConnector::new(self);
        http_client_fn(move |_, _| calls.clone())
    }

    /// Made with the first call: a test has many accounts that it never calls.
    fn client(&self) -> &Client<HttpsConnector<Tcp<Names>>, SdkBody> {
        self.client.get_or_init(|| {
            let (names, roots) = match &self.whom {
                Whom::Aws => (Names(None), roots::amazon()),
                Whom::Addresses(known) => (Names(Some(Arc::clone(known))), roots::of_machine()),
            };
            let mut tcp = Tcp::new_with_resolver(names);
            tcp.set_connect_timeout(Some(Duration::from_secs(CONNECT_SECONDS_MAX)));
            tcp.set_nodelay(true);
            tcp.enforce_http(false);
            let tls = HttpsConnectorBuilder::new().with_tls_config(roots::trusting(roots));
            let connector = tls.https_or_http().enable_http1().wrap_connector(tcp);
            Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector)
        })
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls").field("whom", &self.whom).finish_non_exhaustive()
    }
}

impl HttpConnector for Calls {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        let connection = capture_connection(&mut request);
        if let Some(asked) = request.extensions().get::<CaptureSmithyConnection>() {
            asked.set_connection_retriever(move || metadata(&connection));
        }
        let answer = self.client().request(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await.map_err(failure)?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Lets the SDK give a connection up over which a server failed, so that it tries again by another.
fn metadata(connection: &CaptureConnection) -> Option<ConnectionMetadata> {
    connection.connection_metadata().as_ref()?;
    let connection = connection.clone();
    let poison = move || {
        if let Some(connected) = connection.connection_metadata().as_ref() {
            connected.poison();
        }
    };
    Some(ConnectionMetadata::builder().proxied(false).poison_fn(poison).build())
}

/// Why there was no answer, as the SDK decides by it whether to try again.
fn failure(error: ClientError) -> ConnectorError {
    let cut = error.is_connect() || cause::<io::Error>(&error).is_some();
    let Some(http) = cause::<hyper::Error>(&error) else {
        let error = error.into();
        return if cut { ConnectorError::io(error) } else { ConnectorError::other(error, None) };
    };
    if http.is_timeout() {
        ConnectorError::timeout(error.into())
    } else if http.is_user() {
        ConnectorError::user(error.into())
    } else if cut || http.is_closed() || http.is_canceled() {
        ConnectorError::io(error.into())
    } else if http.is_incomplete_message() {
        ConnectorError::other(error.into(), Some(ErrorKind::TransientError))
    } else {
        ConnectorError::other(error.into(), None)
    }
}

/// The first of an error's causes that is an `E`.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |&error| error.source()).find_map(|it| it.downcast_ref())
}

/// What names mean: these addresses, or what the machine's resolver says.
#[derive(Clone)]
struct Names(Option<Arc<[IpAddr]>>);

impl Service<Name> for Names {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    // The port is the caller's to set.
    fn call(&mut self, req: Name) -> Self::Future {
        let known = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = match known {
                Some(known) => known.iter().map(|ip| SocketAddr::new(*ip, 0)).collect(),
                None => tokio::net::lookup_host((req.as_str(), 0)).await?.collect(),
            };
            Ok(found.into_iter())
        })
    }
}
