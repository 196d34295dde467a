//! A function as a process, and what it has used so far.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::Subject;
use crate::dynamo::Dynamo;
use crate::runtime::Runtime;

pub(crate) struct Process {
    child: Child,
    from: Instant,
}

/// What it took to the first poll.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Started {
    pub(crate) wall_ms: f64,
    pub(crate) cpu_ms: f64,
    pub(crate) resident_kb: u64,
}

impl Started {
    pub(crate) fn least(self, other: Self) -> Self {
        Self {
            wall_ms: self.wall_ms.min(other.wall_ms),
            cpu_ms: self.cpu_ms.min(other.cpu_ms),
            resident_kb: self.resident_kb.min(other.resident_kb),
        }
    }
}

impl Process {
    pub(crate) fn start(subject: &Subject, runtime: &Runtime, dynamo: &Dynamo) -> Self {
        let from = Instant::now();
        let child = Command::new(&subject.command[0])
            .args(&subject.command[1..])
            .current_dir(&subject.folder)
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("AWS_LAMBDA_RUNTIME_API", &runtime.address)
            .env("AWS_LAMBDA_FUNCTION_NAME", &subject.name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "bench")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "bench")
            .env("AWS_EXECUTION_ENV", "AWS_Lambda_bench")
            .env("LAMBDA_TASK_ROOT", &subject.folder)
            .env("AWS_REGION", "eu-west-2")
            .env("AWS_DEFAULT_REGION", "eu-west-2")
            .env("AWS_ACCESS_KEY_ID", "123456789012")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_ENDPOINT_URL", format!("http://{}", dynamo.address))
            .env("TABLE", "portal")
            .envs(["UPLOAD_BUCKET", "DOCUMENT_BUCKET"].map(|name| (name, "bucket")))
            .envs(
                [
                    "PAYMENTS_QUEUE_URL",
                    "MAIL_QUEUE_URL",
                    "UPLOADS_QUEUE_URL",
                    "REPORTS_QUEUE_URL",
                    "WEBHOOKS_QUEUE_URL",
                ]
                .map(|name| (name, "https://sqs.eu-west-2.amazonaws.com/123456789012/queue")),
            )
            .env("MAIL_FROM", "portal@council.example")
            .env("MAIL_CONFIGURATION_SET", "portal")
            .env("SITE_URL", "https://portal.example")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", subject.command[0]));
        Self { child, from }
    }

    pub(crate) fn until_it_polls(&self, runtime: &Runtime) -> Started {
        let wall = runtime.poll().duration_since(self.from);
        Started {
            wall_ms: wall.as_secs_f64() * 1e3,
            cpu_ms: self.cpu_ms(),
            resident_kb: self.resident_kb(),
        }
    }

    /// What an event costs until the next poll: CPU, and time until its answer.
    pub(crate) fn answers(&self, runtime: &Runtime, event: &[u8]) -> (f64, f64, Value) {
        let (before, from) = (self.cpu_ms(), Instant::now());
        let answer = runtime.ask(event);
        let wall = from.elapsed().as_secs_f64() * 1e3;
        runtime.poll();
        (self.cpu_ms() - before, wall, serde_json::from_slice(&answer).unwrap())
    }

    /// Of all its threads.
    fn cpu_ms(&self) -> f64 {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        let of = |task: std::io::Result<fs::DirEntry>| {
            let text = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        };
        tasks.filter_map(of).sum::<u64>() as f64 / 1e6
    }

    pub(crate) fn resident_kb(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let now = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        now.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
