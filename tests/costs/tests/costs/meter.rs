//! Stands before the emulator as the power company's meter stands before a house.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cloud::Cloud;
use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::http::Message;
use crate::units::{self, Sizes, Units};

/// How far away DynamoDB is: long beside what the emulator needs, so that calls which are made together are seen to be.
const AWAY: Duration = Duration::from_millis(30);
/// How many items DynamoDB takes in one batch.
const BATCH_ITEMS_MAX: usize = 25;

/// A call to DynamoDB, or one of the writes of a transaction.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// `Query`.
    pub(crate) what: String,
    /// What it is about: `PROVIDER#P1001 CPLI#`.
    pub(crate) about: String,
    pub(crate) units: Units,
    from: Instant,
    to: Instant,
}

/// What was called since it was last asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    pub(crate) calls: Vec<Call>,
    /// Calls to S3 that write, which cost more than those that read.
    pub(crate) puts: usize,
    pub(crate) gets: usize,
}

#[derive(Debug, Default)]
struct Dial {
    reading: Reading,
    sizes: Sizes,
}

/// A proxy that counts.
pub(crate) struct Meter {
    emulator: Emulator,
    address: String,
    dial: Arc<Mutex<Dial>>,
}

impl Meter {
    /// Before an emulator of its own.
    pub(crate) fn new() -> Self {
        let emulator = Emulator::reach();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let dial = Arc::new(Mutex::new(Dial::default()));
        let (host, shared) = (emulator.host().to_owned(), Arc::clone(&dial));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (host, dial) = (host.clone(), Arc::clone(&shared));
                thread::spawn(move || serve(stream, &host, &dial));
            }
        });
        Self { emulator, address, dial }
    }

    /// A portal that reaches its table and its buckets through the meter.
    pub(crate) fn portal(&self) -> Cloud {
        let portal = self.emulator.portal();
        Cloud { aws: self.emulator.cloud_at(&self.address).aws, ..portal }
    }

    /// Puts records into the table that were always there: they cost nothing. `records`: as `Store::dump` has them.
    pub(crate) fn fill<'a>(&self, records: impl Iterator<Item = &'a Value>) {
        let items: Vec<Value> = records.map(item).collect();
        for some in items.chunks(BATCH_ITEMS_MAX) {
            let puts: Vec<_> = some.iter().map(|it| json!({"PutRequest": {"Item": it}})).collect();
            let batch = json!({"RequestItems": {"portal": puts}});
            self.emulator.ask("dynamodb", "DynamoDB_20120810.BatchWriteItem", &batch);
        }
        let mut dial = self.dial.lock().unwrap();
        dial.sizes.extend(items.iter().map(|it| (units::name_of(it), units::item_bytes(it))));
    }

    /// How large the items are that `names` picks.
    pub(crate) fn bytes(&self, names: impl Fn(&str, &str) -> bool) -> usize {
        let dial = self.dial.lock().unwrap();
        dial.sizes.iter().filter(|((pk, sk), _)| names(pk, sk)).map(|(_, bytes)| bytes).sum()
    }

    /// What was called since the last time.
    pub(crate) fn read(&self) -> Reading {
        std::mem::take(&mut self.dial.lock().unwrap().reading)
    }
}

impl Reading {
    pub(crate) fn units(&self) -> Units {
        self.calls.iter().map(|it| it.units).fold(Units::default(), Units::plus)
    }

    /// How many calls had to wait for one another: as many as can be found that follow one after the end of the other.
    pub(crate) fn round_trips(&self) -> usize {
        let mut calls: Vec<_> = self.calls.iter().collect();
        calls.sort_by_key(|it| it.to);
        let mut trips = 0;
        let mut end = None;
        for call in calls {
            if end.is_none_or(|end| call.from >= end) {
                trips += 1;
                end = Some(call.to);
            }
        }
        trips
    }

    /// Those calls alone.
    pub(crate) fn only(&self, wanted: impl Fn(&Call) -> bool) -> Self {
        let calls = self.calls.iter().filter(|it| wanted(it)).cloned().collect();
        Self { calls, ..self.clone() }
    }

    /// Each call, for a test that fails.
    pub(crate) fn told(&self) -> String {
        let line = |it: &Call| {
            let Units { half_reads, writes } = it.units;
            format!("{} {}: {half_reads} half reads, {writes} writes\n", it.what, it.about)
        };
        self.calls.iter().map(line).collect()
    }
}

fn serve(mut stream: TcpStream, host: &str, dial: &Mutex<Dial>) {
    let Some(request) = Message::read(&mut stream) else { return };
    let from = Instant::now();
    let target =
        request.header("x-amz-target").and_then(|it| it.strip_prefix("DynamoDB_20120810."));
    if target.is_some() {
        thread::sleep(AWAY);
    }
    let bytes = request.forward(host);
    let answer = Message::whole(&bytes);
    let mut guard = dial.lock().unwrap();
    let Dial { reading, sizes } = &mut *guard;
    match (target, request.verb()) {
        (Some(what), _) => {
            let asked: Value = serde_json::from_slice(&request.body).unwrap();
            let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            let to = Instant::now();
            let parts = units::taken(what, &asked, (answer.is_success(), &said), sizes);
            let call = |(about, units)| Call { what: what.to_owned(), about, units, from, to };
            reading.calls.extend(parts.into_iter().map(call));
        }
        (None, "PUT" | "POST") => reading.puts += 1,
        (None, _) => reading.gets += 1,
    }
    drop(guard);
    stream.write_all(&bytes).unwrap();
}

/// A record as DynamoDB writes it.
pub(crate) fn item(record: &Value) -> Value {
    record
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), attribute(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(it) => json!({"BOOL": it}),
        Value::Number(it) => json!({"N": it.to_string()}),
        Value::String(it) => json!({"S": it}),
        Value::Array(list) => json!({"L": list.iter().map(attribute).collect::<Vec<_>>()}),
        Value::Object(_) => json!({"M": item(value)}),
    }
}
