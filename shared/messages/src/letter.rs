//! An email as text and as simple, accessible HTML with the same words.

/// One email, ready to be addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it is about, with the council's name; never a person's.
    pub subject: String,
    /// For readers without HTML.
    pub text: String,
    /// The same words with headings and links.
    pub html: String,
}

impl Letter {
    /// The same with a link at its foot to choose other emails, or none, at `url`.
    #[must_use]
    pub fn with_unsubscribe(mut self, url: &str) -> Self {
        const WORDS: &str = "Stop these emails, or choose which you get";
        self.text = format!("{}\n{WORDS}:\n{url}\n", self.text);
        let link = format!(
            "<p style=\"{FOOT_STYLE}\"><a href=\"{}\">{WORDS}</a></p>\n</body>",
            escaped(url)
        );
        self.html = self.html.replacen("</body>", &link, 1);
        self
    }
}

/// How the foot of a letter looks.
const FOOT_STYLE: &str =
    "font-size:14px;color:#505a5f;border-top:1px solid #b1b4b6;padding-top:12px";

/// Whose letter it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letterhead<'a> {
    /// The council's name.
    pub council_name: &'a str,
    /// Where people are sent for help.
    pub support_email: &'a str,
    /// Where the pages are, without a slash at the end: `https://portal.council.example`.
    pub site_url: &'a str,
}

/// A letter being written: each part goes into the text and into the HTML.
pub(crate) struct Draft {
    text: Vec<String>,
    html: Vec<String>,
}

impl Draft {
    pub(crate) fn new() -> Self {
        Self { text: Vec::new(), html: Vec::new() }
    }

    pub(crate) fn paragraph(mut self, words: &str) -> Self {
        self.html.push(format!("<p>{}</p>", escaped(words)));
        self.text.push(words.to_owned());
        self
    }

    /// Names with what they stand for: `Pay date: 28 November 2022`.
    pub(crate) fn facts(mut self, facts: &[(&str, &str)]) -> Self {
        let text: Vec<_> = facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let html: Vec<_> = facts
            .iter()
            .map(|(name, value)| format!("<li>{}: <b>{}</b></li>", escaped(name), escaped(value)))
            .collect();
        self.text.push(text.join("\n"));
        self.html.push(format!("<ul>\n{}\n</ul>", html.join("\n")));
        self
    }

    /// A code to be typed.
    pub(crate) fn code(mut self, code: &str) -> Self {
        self.text.push(code.to_owned());
        let style = "font-size:28px;font-weight:bold;letter-spacing:4px";
        self.html.push(format!("<p style=\"{style}\">{}</p>", escaped(code)));
        self
    }

    /// A link whose words say where it leads.
    pub(crate) fn link(mut self, words: &str, url: &str) -> Self {
        self.text.push(format!("{words}:\n{url}"));
        self.html.push(format!("<p><a href=\"{}\">{}</a></p>", escaped(url), escaped(words)));
        self
    }

    /// Whom or what the following is about.
    pub(crate) fn heading(mut self, words: &str) -> Self {
        self.html.push(format!(
            "<h2 style=\"font-size:19px;margin-bottom:8px\">{}</h2>",
            escaped(words)
        ));
        self.text.push(words.to_owned());
        self
    }

    /// Things that can be looked at, each with what there is and where: `Actions`, `3 new actions`, its page.
    pub(crate) fn places(mut self, places: &[(&str, String, String)]) -> Self {
        let text = places.iter().map(|(name, what, url)| format!("{name}: {what}\n{url}"));
        self.text.push(text.collect::<Vec<_>>().join("\n"));
        let html = places.iter().map(|(name, what, url)| {
            let (name, what, url) = (escaped(name), escaped(what), escaped(url));
            format!("<li><a href=\"{url}\">{name}</a>: {what}</li>")
        });
        self.html.push(format!("<ul>\n{}\n</ul>", html.collect::<Vec<_>>().join("\n")));
        self
    }

    /// Ends the letter with where to get help and who sent it.
    pub(crate) fn sign(self, head: &Letterhead<'_>, subject: &str) -> Letter {
        let help = format!(
            "If you need help, email {}. Please do not reply to this email.",
            head.support_email
        );
        let signed = self.paragraph(&help).paragraph(head.council_name);
        let subject = format!("{subject} - {}", head.council_name).replace(['\r', '\n'], " ");
        let title = escaped(&subject);
        let body = signed.html.join("\n");
        let style = "font-family:Arial,sans-serif;font-size:16px;line-height:1.5;color:#0b0c0c;max-width:36em";
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
             </head>\n<body style=\"{style}\">\n{body}\n</body>\n</html>\n"
        );
        let text = format!("{}\n", signed.text.join("\n\n"));
        Letter { subject, text, html }
    }
}

fn escaped(words: &str) -> String {
    let mut safe = String::new();
    for letter in words.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
