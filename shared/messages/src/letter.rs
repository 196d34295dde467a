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
            "<p style=\"{FOOT_STYLE}\"><a href=\"{}\" style=\"color:{LINK}\">{WORDS}</a></p>\n</body>",
            escaped(url)
        );
        self.html = self.html.replacen("</body>", &link, 1);
        self
    }
}

// How the parts of a letter look. Mail programs drop style sheets, so that each part carries its own.

const BODY_STYLE: &str = "margin:0 auto;padding:20px;max-width:36em;font-family:Arial,sans-serif;font-size:16px;\
                          line-height:1.5;color:#0b0c0c;background-color:#ffffff;overflow-wrap:anywhere";
const HEAD_STYLE: &str = "margin:0 0 24px;padding-bottom:10px;border-bottom:4px solid #0b5f61;font-size:18px;font-weight:bold";
const HEADING_STYLE: &str = "margin:0 0 16px;font-size:24px;line-height:1.25";
const TABLE_STYLE: &str = "width:100%;margin:20px 0;border-collapse:collapse";
/// Of both cells of a row; something is added to it.
const CELL_STYLE: &str =
    "padding:8px 0;border-bottom:1px solid #b1b4b6;text-align:left;vertical-align:top;";
const BUTTON_STYLE: &str = "display:inline-block;padding:10px 16px;background-color:#0b5f61;color:#ffffff;\
                            font-weight:bold;text-decoration:none";
const FOOT_STYLE: &str =
    "margin:16px 0 0;padding-top:12px;border-top:1px solid #b1b4b6;font-size:14px;color:#505a5f";
/// Nobody reads what comes to the portal's own address.
const NO_REPLY: &str = "Please do not reply to this email.";

/// The colour of a link: the portal's teal.
const LINK: &str = "#0b5f61";

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
            .map(|(name, value)| {
                let (name, value) = (escaped(name), escaped(value));
                format!(
                    "<tr><th scope=\"row\" style=\"{CELL_STYLE}padding-right:20px;font-weight:normal\">{name}</th>\
                     <td style=\"{CELL_STYLE}font-weight:bold\">{value}</td></tr>"
                )
            })
            .collect();
        self.text.push(text.join("\n"));
        self.html.push(format!("<table style=\"{TABLE_STYLE}\">\n{}\n</table>", html.join("\n")));
        self
    }

    /// A code to be typed.
    pub(crate) fn code(mut self, code: &str) -> Self {
        self.text.push(code.to_owned());
        let style = "font-size:28px;font-weight:bold;letter-spacing:4px";
        self.html.push(format!("<p style=\"{style}\">{}</p>", escaped(code)));
        self
    }

    /// A link that most readers do not need.
    pub(crate) fn aside(mut self, words: &str, url: &str) -> Self {
        self.text.push(format!("{words}:\n{url}"));
        let (words, url) = (escaped(words), escaped(url));
        self.html.push(format!("<p><a href=\"{url}\" style=\"color:{LINK}\">{words}</a></p>"));
        self
    }

    /// What the reader is to do next. Its words say where it leads.
    pub(crate) fn link(mut self, words: &str, url: &str) -> Self {
        self.text.push(format!("{words}:\n{url}"));
        self.html.push(format!(
            "<p style=\"margin:24px 0\"><a href=\"{}\" style=\"{BUTTON_STYLE}\">{}</a></p>",
            escaped(url),
            escaped(words)
        ));
        self
    }

    /// Whom or what the following is about.
    pub(crate) fn heading(mut self, words: &str) -> Self {
        self.html.push(format!(
            "<h2 style=\"font-size:19px;line-height:1.3;margin:28px 0 8px\">{}</h2>",
            escaped(words)
        ));
        self.text.push(words.to_owned());
        self
    }

    /// Things that can be looked at, each with what there is and where: `Actions`, `3 new actions`, its page.
    pub(crate) fn places(mut self, places: &[(&str, String, String)]) -> Self {
        let text = places.iter().map(|(name, what, url)| format!("{name}: {what}\n{url}"));
        self.text.push(text.collect::<Vec<_>>().join("\n\n"));
        let html = places.iter().map(|(name, what, url)| {
            let (name, what, url) = (escaped(name), escaped(what), escaped(url));
            format!(
                "<li style=\"margin-bottom:8px\"><a href=\"{url}\" style=\"color:{LINK}\">{name}</a>: {what}</li>"
            )
        });
        let style = "margin:0;padding-left:20px";
        let html = html.collect::<Vec<_>>().join("\n");
        self.html.push(format!("<ul style=\"{style}\">\n{html}\n</ul>"));
        self
    }

    /// Ends the letter with where to get help and who sent it. `subject` is its heading too, where there is one.
    pub(crate) fn sign(self, head: &Letterhead<'_>, subject: &str) -> Letter {
        let Letterhead { council_name, support_email, .. } = *head;
        let help = format!("If you need help, email {support_email}. {NO_REPLY}");
        let text = [self.text, vec![help, council_name.to_owned()]].concat();
        let (council, address, heading) =
            (escaped(council_name), escaped(support_email), escaped(subject));
        let help = format!(
            "If you need help, email <a href=\"mailto:{address}\" style=\"color:{LINK}\">{address}</a>. {NO_REPLY}"
        );
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{heading} - {council}</title>\n</head>\n<body style=\"{BODY_STYLE}\">\n\
             <p style=\"{HEAD_STYLE}\">{council}</p>\n<h1 style=\"{HEADING_STYLE}\">{heading}</h1>\n\
             {}\n<p style=\"{FOOT_STYLE};margin-top:32px\">{help}</p>\n</body>\n</html>\n",
            self.html.join("\n")
        );
        let subject = format!("{subject} - {council_name}").replace(['\r', '\n'], " ");
        Letter { subject, text: format!("{}\n", text.join("\n\n")), html }
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
