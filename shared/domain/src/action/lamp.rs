//! The light at home: green, amber or red, and the same in words (S3).

use chrono::NaiveDate;

use super::{ActionLine, ActionState, Side};

/// How a lamp is lit. Always shown with words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lit {
    /// Nothing is open.
    Green,
    /// Something is open.
    Amber,
    /// Something is overdue.
    Red,
}

/// What is open, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lamp {
    /// Open actions.
    pub open: usize,
    /// Those of them that wait for the provider.
    pub with_provider: usize,
    /// Those of them that are overdue.
    pub overdue: usize,
}

impl Lamp {
    /// Counts what is open of `lines` on `today`.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l ActionLine>, today: NaiveDate) -> Self {
        let open = lines.into_iter().filter(|it| it.state == ActionState::Open);
        open.fold(Self::default(), |lamp, line| Self {
            open: lamp.open.saturating_add(1),
            with_provider: lamp
                .with_provider
                .saturating_add(usize::from(line.with == Side::Provider)),
            overdue: lamp.overdue.saturating_add(usize::from(line.is_overdue(today))),
        })
    }

    /// Its light.
    pub fn lit(self) -> Lit {
        match (self.overdue, self.open) {
            (0, 0) => Lit::Green,
            (0, _) => Lit::Amber,
            _ => Lit::Red,
        }
    }

    /// The same in words: `3 open actions. 1 waits for your reply. 2 are overdue.`
    pub fn line(self) -> String {
        let mut told = vec![match self.open {
            0 => "No open actions.".to_owned(),
            1 => "1 open action.".to_owned(),
            many => format!("{many} open actions."),
        }];
        match self.with_provider {
            0 => {}
            1 => told.push("1 waits for your reply.".to_owned()),
            many => told.push(format!("{many} wait for your reply.")),
        }
        match self.overdue {
            0 => {}
            1 => told.push("1 is overdue.".to_owned()),
            many => told.push(format!("{many} are overdue.")),
        }
        told.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lamp_says_in_words_what_its_colour_says() {
        let lamp = |open, with_provider, overdue| Lamp { open, with_provider, overdue };
        let says = |lamp: Lamp| (lamp.lit(), lamp.line());
        assert_eq!(says(lamp(0, 0, 0)), (Lit::Green, "No open actions.".to_owned()));
        assert_eq!(says(lamp(1, 0, 0)), (Lit::Amber, "1 open action.".to_owned()));
        assert_eq!(
            says(lamp(3, 1, 2)),
            (Lit::Red, "3 open actions. 1 waits for your reply. 2 are overdue.".to_owned())
        );
    }
}
