//! The daily email: what happened at a person's providers, in numbers and links.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::notice::{Area, Happening};

use crate::letter::{Draft, Letter, Letterhead};
use crate::templates::date;

/// What happened at one provider, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderNews {
    /// The provider's name.
    pub name: String,
    /// Only what the reader wants to know.
    pub happened: BTreeMap<Happening, u64>,
}

impl ProviderNews {
    /// Each area with what happened in it and its page.
    fn places(&self, head: &Letterhead<'_>) -> Vec<(&'static str, String, String)> {
        let of = |area: Area| {
            let happened = self.happened.iter().filter(|(it, _)| it.area() == area);
            let words: Vec<_> = happened.map(|(it, count)| it.words(*count)).collect();
            (!words.is_empty()).then(|| {
                (area.title(), words.join(", "), format!("{}{}", head.site_url, area.page()))
            })
        };
        Area::ALL.into_iter().filter_map(of).collect()
    }
}

/// What happened until the end of `day`, provider by provider.
pub fn digest(head: &Letterhead<'_>, day: NaiveDate, news: &[ProviderNews]) -> Letter {
    let day = date(day);
    let what = "This is new on the provider portal. Follow a link and sign in to read it.";
    let draft = news.iter().fold(Draft::new().paragraph(what), |draft, provider| {
        draft.heading(&provider.name).places(&provider.places(head))
    });
    let draft = if news.len() > 1 {
        draft.paragraph("Choose the provider when you have signed in.")
    } else {
        draft
    };
    draft.sign(head, &format!("Provider portal: what happened up to {day}"))
}
