//! A calendar as text (RFC 5545).

use chrono::{DateTime, NaiveDate, Utc};
use domain::deadlines::{Deadline, When};

/// The longest line, in bytes; what is longer goes on in the next.
const LINE_BYTES_MAX: usize = 75;

/// How often a program should look again.
const LOOK_AGAIN: &str = "PT6H";

/// A calendar that is being written.
#[derive(Debug)]
pub(crate) struct Ics(String);

impl Ics {
    /// A calendar of this name, without anything in it.
    pub(crate) fn named(name: &str) -> Self {
        let mut ics = Self(String::new());
        ics.line("BEGIN", "VCALENDAR");
        ics.line("VERSION", "2.0");
        ics.line("PRODID", "-//Provider portal//Deadlines//EN");
        ics.line("CALSCALE", "GREGORIAN");
        ics.line("METHOD", "PUBLISH");
        // What RFC 7986 calls it, and what programs read that are older.
        ics.line("NAME", &text(name));
        ics.line("X-WR-CALNAME", &text(name));
        ics.line("REFRESH-INTERVAL;VALUE=DURATION", LOOK_AGAIN);
        ics.line("X-PUBLISHED-TTL", LOOK_AGAIN);
        ics
    }

    /// One more event. A day is a whole day wherever the calendar is; a moment is told in UTC, which every program
    /// shows by its own clock. `site`: where the pages are.
    pub(crate) fn event(&mut self, deadline: &Deadline, site: &str, stamp: DateTime<Utc>) {
        let Deadline { id, when, title, note, page } = deadline;
        let url = format!("{site}{page}");
        self.line("BEGIN", "VEVENT");
        self.line("UID", &format!("{id}@provider-portal"));
        self.line("DTSTAMP", &moment(stamp));
        match when {
            When::Day(on) => {
                self.line("DTSTART;VALUE=DATE", &day(*on));
                // The end is the first day that it is no longer.
                self.line("DTEND;VALUE=DATE", &day(on.succ_opt().unwrap_or(*on)));
                self.line("TRANSP", "TRANSPARENT");
            }
            When::Moment(at) => {
                self.line("DTSTART", &moment(*at));
                self.line("DTEND", &moment(*at));
            }
        }
        self.line("SUMMARY", &text(title));
        self.line("DESCRIPTION", &text(&format!("{note}\n{url}")));
        self.line("URL", &url);
        self.line("END", "VEVENT");
    }

    /// The whole.
    pub(crate) fn end(mut self) -> String {
        self.line("END", "VCALENDAR");
        self.0
    }

    fn line(&mut self, name: &str, value: &str) {
        let mut bytes = 0_usize;
        for letter in format!("{name}:{value}").chars() {
            if bytes.saturating_add(letter.len_utf8()) > LINE_BYTES_MAX {
                self.0.push_str("\r\n ");
                bytes = 1;
            }
            self.0.push(letter);
            bytes = bytes.saturating_add(letter.len_utf8());
        }
        self.0.push_str("\r\n");
    }
}

fn day(date: NaiveDate) -> String {
    date.format("%Y%m%d").to_string()
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// What a person reads, without what would end its line or its value.
fn text(words: &str) -> String {
    let mut text = String::new();
    for letter in words.chars().filter(|it| *it == '\n' || !it.is_control()) {
        match letter {
            '\n' => text.push_str("\\n"),
            '\\' | ';' | ',' => text.extend(['\\', letter]),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_it_may_be_and_none_is_cut_within_a_letter() {
        let mut ics = Ics::named(&"Tŷ Gwyn; Haus \"Süd\", ".repeat(20));
        let deadline = Deadline {
            id: "paid-C1-2026-10-26".to_owned(),
            when: When::Day("2026-11-20".parse().unwrap()),
            title: "One,\ntwo\r\u{7}".to_owned(),
            note: "é".repeat(100),
            page: "/x".to_owned(),
        };
        ics.event(&deadline, "https://portal.example", "2026-11-01T00:00:00Z".parse().unwrap());
        let text = ics.end();
        assert!(text.split("\r\n").all(|line| line.len() <= LINE_BYTES_MAX));
        assert!(text.contains("\r\nSUMMARY:One\\,\\ntwo\r\n"));
        assert!(!text.replace("\r\n", "").contains('\n'));
        let whole = text.replace("\r\n ", "");
        assert!(
            whole.contains(&format!("DESCRIPTION:{}\\nhttps://portal.example/x", "é".repeat(100)))
        );
        assert!(whole.contains("DTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261121\r\n"));
    }
}
