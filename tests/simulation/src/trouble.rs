//! What can befall a process, and how late things come.

use chrono::TimeDelta;
use cloud::Fuse;
use messages::Trouble;

use crate::dice::Dice;
use crate::world::Task;

/// Every misfortune, as it is counted.
pub const MISFORTUNES: [&str; 15] = [
    "died before a call",
    "died after a call",
    "too busy",
    "answer lost",
    "part of a batch lost",
    "second worker",
    "came again",
    "minutes late",
    "25 hours late",
    "14 days late",
    "many at once",
    "some of a batch failed",
    "mail too busy",
    "mail refused",
    "mail answer lost",
];

/// What befalls one process.
#[derive(Debug)]
pub(crate) enum Fate {
    /// Nothing.
    Spared,
    /// It dies at one of its calls, if it comes so far.
    Dies(Fuse),
    /// Some of its calls fail, and it lives on.
    Suffers(Fuse),
    /// At one of its calls somebody else does something.
    Waits { cut: usize, meanwhile: Option<Box<Task>> },
}

impl Fate {
    /// `places`: how many calls it makes, twice, more or less.
    pub(crate) fn roll(dice: &mut Dice, places: usize, meanwhile: Option<Task>) -> Self {
        let mut cut = || 1 + dice.index(places);
        let (one, other) = (cut(), cut());
        match dice.below(10) {
            0 | 1 => Self::Dies(Fuse::blowing_at(one)),
            2 => Self::Suffers(Fuse::failing_at([one, other])),
            // Near its end it tells the queues.
            3 => Self::Suffers(Fuse::failing_at([places - dice.index(places.div_ceil(4))])),
            4 => Self::Waits { cut: one, meanwhile: meanwhile.map(Box::new) },
            _ => Self::Spared,
        }
    }

    pub(crate) fn fuse(&self) -> Fuse {
        match self {
            Self::Dies(fuse) | Self::Suffers(fuse) => fuse.clone(),
            Self::Spared | Self::Waits { .. } => Fuse::default(),
        }
    }

    /// What befell it, for the log.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Spared => "undisturbed".to_owned(),
            Self::Dies(fuse) => match fuse.blown_label() {
                Some(label) => format!("died {label}"),
                None => "undisturbed".to_owned(),
            },
            Self::Suffers(fuse) => format!("suffered {:?}", fuse.failed_labels()),
            Self::Waits { cut, meanwhile } => format!("at place {cut} meanwhile {meanwhile:?}"),
        }
    }
}

/// How late something comes: mostly seconds, at times two weeks.
pub(crate) fn delay(dice: &mut Dice, days_max: i64) -> (TimeDelta, Option<&'static str>) {
    let (late, what) = match dice.below(24) {
        0 => (TimeDelta::days(14), "14 days late"),
        1 | 2 => (TimeDelta::hours(25), "25 hours late"),
        3..=6 => (TimeDelta::minutes(5) + dice.seconds(7_200), "minutes late"),
        _ => return (dice.seconds(30), None),
    };
    if late > TimeDelta::days(days_max) {
        return (TimeDelta::hours(25), Some("25 hours late"));
    }
    (late + dice.seconds(30), Some(what))
}

/// What the mail service does with the next email.
pub(crate) fn of_mail(dice: &mut Dice) -> (Trouble, Option<&'static str>) {
    match dice.below(14) {
        0 => (Trouble::Busy, Some("mail too busy")),
        1 => (Trouble::Rejected, Some("mail refused")),
        2 => (Trouble::AnswerLost, Some("mail answer lost")),
        3 => (Trouble::EmailLost, Some("mail answer lost")),
        _ => (Trouble::None, None),
    }
}
