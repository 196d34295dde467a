//! What a handler is for, in the words above it.

use std::path::Path;

use super::{NotDescribed, read};

/// A doc comment: its first paragraph, and what follows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) summary: String,
    pub(super) more: String,
}

/// The words above a handler, `scheduled_payments::respond::confirm`.
pub(super) fn of_handler(checkout: &Path, handler: &str) -> Result<Words, NotDescribed> {
    let mut parts = handler.split("::");
    let function = parts.next().unwrap_or_default().replace('_', "-");
    let mut modules: Vec<&str> = parts.collect();
    let name = modules.pop().unwrap_or_default();
    let file = format!("functions/{function}/src/{}", modules.join("/"));
    let text = if modules.is_empty() {
        read(checkout, &format!("{file}lib.rs"))?
    } else {
        read(checkout, &format!("{file}.rs"))
            .or_else(|_| read(checkout, &format!("{file}/mod.rs")))?
    };
    words(&text, name).ok_or_else(|| NotDescribed::NoWords(handler.to_owned()))
}

/// The first sentence about a function.
pub(super) fn of_function(checkout: &Path, name: &str) -> Result<String, NotDescribed> {
    let text = read(checkout, &format!("functions/{name}/src/lib.rs"))?;
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let first: Vec<&str> = lines.map(str::trim).take_while(|line| !line.is_empty()).collect();
    if first.is_empty() { Err(NotDescribed::NoWords(name.to_owned())) } else { Ok(first.join(" ")) }
}

fn words(text: &str, name: &str) -> Option<Words> {
    let begins = format!("async fn {name}(");
    let mut above = Vec::new();
    for line in text.lines() {
        if let Some(doc) = line.strip_prefix("///") {
            above.push(doc.trim());
        } else if line
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub ")
            .starts_with(&begins)
        {
            break;
        } else if !line.starts_with("#[") {
            above.clear();
        }
    }
    let comment = above.join("\n");
    let mut paragraphs = comment.split("\n\n").map(plain).filter(|it| !it.is_empty());
    let summary = paragraphs.next()?;
    let more: Vec<String> = paragraphs.filter(|it| it != "# Errors").collect();
    Some(Words { summary, more: more.join("\n\n") })
}

/// A paragraph in one line, without the marks that link to code.
fn plain(paragraph: &str) -> String {
    paragraph.replace('\n', " ").replace("[`", "").replace("`]", "").replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_above_a_handler_is_what_its_operation_is_for() {
        let text = "/// Somebody else.\nasync fn other() {}\n\n/// A provider confirms\n/// a statement.\n///\n/// # \
                    Errors\n///\n/// 404 no such [`Statement`].\n#[inline]\npub(crate) async fn confirm(\n";
        let words = words(text, "confirm").unwrap();
        assert_eq!(words.summary, "A provider confirms a statement.");
        assert_eq!(words.more, "404 no such Statement.");
        assert_eq!(super::words("\nasync fn bare() {}", "bare"), None);
    }
}
