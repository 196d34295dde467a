//! As much of HTTP as a proxy on one machine needs.

use std::io::{Read, Write};
use std::net::TcpStream;

/// A request or a response, as it was sent.
pub(crate) struct Message {
    /// Its first line and headers, with the line breaks.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The next of a connection that is kept open; none: it was closed.
    pub(crate) fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte).ok()? == 0 {
                return None;
            }
            head.extend(byte);
        }
        let head = String::from_utf8(head).unwrap();
        let mut message = Self { head, body: Vec::new() };
        if message.header("expect").is_some() {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        }
        let length = message.header("content-length").map_or(0, |it| it.parse().unwrap());
        message.body.resize(length, 0);
        stream.read_exact(&mut message.body).ok()?;
        Some(message)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// `PUT` of a request, `HTTP/1.1` of a response.
    pub(crate) fn verb(&self) -> &str {
        self.head.split(' ').next().unwrap()
    }

    pub(crate) fn is_success(&self) -> bool {
        self.head.starts_with("HTTP/1.1 2")
    }

    /// Asks another server the same, and reads what it answers to the end.
    pub(crate) fn forward(&self, host: &str) -> Vec<u8> {
        let kept = |line: &&str| {
            let name = line.split(':').next().unwrap().to_ascii_lowercase();
            !matches!(name.as_str(), "connection" | "expect" | "")
        };
        let lines: Vec<&str> = self.head.lines().filter(kept).collect();
        let head = format!("{}\r\nConnection: close\r\n\r\n", lines.join("\r\n"));
        let mut there = TcpStream::connect(host).unwrap();
        there.write_all(head.as_bytes()).unwrap();
        there.write_all(&self.body).unwrap();
        let mut answer = Vec::new();
        there.read_to_end(&mut answer).unwrap();
        answer
    }

    /// What a server sent that closed its connection.
    pub(crate) fn whole(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Self { head, body: bytes[end..].to_vec() }
    }
}
