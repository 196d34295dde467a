//! Which settings there are, and what each may say (domain.md section 8).

use serde::Serialize;
use serde_json::Value;

use crate::notice::Subscription;
use crate::password;
use crate::report::ReportName;
use crate::setting_changes::fields;
use crate::settings::Settings;

/// The last hour of a day.
const LAST_HOUR: u32 = 23;
/// The greatest value of a setting that counts something, unless another is said.
const AT_MOST: u32 = 100_000;
/// The longest name.
const TEXT_LENGTH_MAX: usize = 200;

/// Numbers below which a setting would lock everybody out.
const AT_LEAST: [(&str, u32); 7] = [
    ("action_due_days", 1),
    ("action_text_length", 100),
    ("lockout_tries", 1),
    ("lockout_minutes", 1),
    ("session_idle_minutes", 5),
    ("session_absolute_minutes", 5),
    ("document_deadline_days", 1),
];

/// A setting, as people read of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingName {
    /// As files and addresses spell it: `lockout_tries`.
    pub name: &'static str,
    /// What it is about.
    pub group: SettingGroup,
    /// What people call it.
    pub label: &'static str,
    /// What its value means in a file.
    pub meaning: &'static str,
    /// What it decides, to whoever changes it on the page, where values are chosen and not spelled.
    pub sentence: &'static str,
    words: &'static [(&'static str, &'static str)],
}

/// What a setting is about, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingGroup {
    /// Who the council is.
    TheCouncil,
    /// How people sign in.
    SignIn,
    /// Statements and what is paid.
    Payments,
    /// CPLIs.
    CarePackages,
    /// What was delivered.
    Actuals,
    /// Queries and notices.
    Actions,
    /// Who is at providers.
    Contacts,
    /// Contract documents.
    Documents,
    /// Reports.
    Reports,
    /// Emails.
    Emails,
}

/// What a setting may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingKind {
    /// `yes` or `no`.
    YesNo,
    /// A whole number.
    Whole {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
    },
    /// Any text of so many characters.
    Text(usize),
    /// An email address.
    Email,
    /// A colour on which white text can be read.
    Colour,
    /// What the council calls something: one, and several.
    Label,
    /// A picture that was uploaded.
    Picture,
    /// Dates, with spaces between them.
    Dates,
    /// Codes of letters and digits, with spaces between them.
    Codes,
    /// One of these.
    OneOf(Vec<Choice>),
    /// Some of these, with spaces between them; `none`: none of them.
    SomeOf(Vec<Choice>),
}

/// Something that a setting may say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Choice {
    /// As files spell it.
    pub value: String,
    /// To people.
    pub label: String,
}

impl SettingGroup {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::TheCouncil,
        Self::SignIn,
        Self::Payments,
        Self::CarePackages,
        Self::Actuals,
        Self::Actions,
        Self::Contacts,
        Self::Documents,
        Self::Reports,
        Self::Emails,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::TheCouncil => "The council",
            Self::SignIn => "Sign in",
            Self::Payments => "Statements and payments",
            Self::CarePackages => "Care packages",
            Self::Actuals => "Actuals",
            Self::Actions => "Actions",
            Self::Contacts => "Contacts",
            Self::Documents => "Contract documents",
            Self::Reports => "Reports",
            Self::Emails => "Emails",
        }
    }
}

impl SettingName {
    /// The setting of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|it| it.name == name)
    }

    /// What it may say.
    pub fn kind(&self) -> SettingKind {
        let least = AT_LEAST.iter().find(|it| it.0 == self.name).map_or(0, |it| it.1);
        match self.default_value() {
            Value::Bool(_) => SettingKind::YesNo,
            Value::Number(_) if self.name.ends_with("_hour") => {
                SettingKind::Whole { min: least, max: LAST_HOUR }
            }
            Value::Number(_) if self.name == "password_length_min" => SettingKind::Whole {
                min: *password::LENGTHS_MIN.start(),
                max: *password::LENGTHS_MIN.end(),
            },
            Value::Number(_) => SettingKind::Whole { min: least, max: AT_MOST },
            Value::String(_) if self.name.ends_with("_colour") => SettingKind::Colour,
            Value::String(_) if self.name.starts_with("label_") => SettingKind::Label,
            Value::Null if self.name == "logo" => SettingKind::Picture,
            Value::String(_) if self.name.ends_with("_email") => SettingKind::Email,
            Value::Array(_) if self.name.ends_with("_dates") => SettingKind::Dates,
            Value::Array(_) if self.name == "default_subscriptions" => some_of(&Subscription::ALL),
            Value::Array(_) if self.name == "reports_offered" => some_of(&ReportName::ALL),
            Value::Array(_) => SettingKind::Codes,
            Value::Null | Value::String(_) | Value::Object(_) if self.words.is_empty() => {
                SettingKind::Text(TEXT_LENGTH_MAX)
            }
            Value::Null | Value::String(_) | Value::Object(_) => {
                SettingKind::OneOf(self.words.iter().map(|it| Choice::of(it.0, it.1)).collect())
            }
        }
    }

    /// What holds when nothing is said.
    pub fn default_value(&self) -> Value {
        fields(&Settings::default()).remove(self.name).unwrap_or_default()
    }

    /// A value as files spell it: `yes`, `7`, `HOSP OTHER`.
    pub fn spelled(&self, value: &Value) -> String {
        match value {
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) => "no".to_owned(),
            Value::String(text) => text.clone(),
            Value::Array(all)
                if all.is_empty() && matches!(self.kind(), SettingKind::SomeOf(_)) =>
            {
                "none".to_owned()
            }
            Value::Array(all) => {
                let words: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
                words.join(" ")
            }
            Value::Null => String::new(),
            Value::Number(_) | Value::Object(_) => value.to_string(),
        }
    }
}

impl SettingKind {
    /// What it may say, where that is a list.
    pub fn choices(self) -> Vec<Choice> {
        match self {
            Self::OneOf(choices) | Self::SomeOf(choices) => choices,
            Self::YesNo
            | Self::Whole { .. }
            | Self::Text(_)
            | Self::Email
            | Self::Colour
            | Self::Label
            | Self::Picture
            | Self::Dates
            | Self::Codes => Vec::new(),
        }
    }
}

impl Choice {
    fn of(value: &str, label: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned() }
    }
}

fn some_of<T: Serialize>(all: &[T]) -> SettingKind {
    let all = serde_json::to_value(all).unwrap_or_default();
    let names = all.as_array().into_iter().flatten().filter_map(Value::as_str);
    SettingKind::SomeOf(names.map(|it| Choice::of(it, &in_words(it))).collect())
}

/// `daily_care_packages` is "Daily care packages".
fn in_words(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let (first, rest) = words.split_at_checked(1).unwrap_or((&words, ""));
    format!("{}{rest}", first.to_uppercase())
}

/// All settings, by group.
pub const SETTINGS: [SettingName; 37] = [
    SettingName {
        name: "council_name",
        group: SettingGroup::TheCouncil,
        label: "Council name",
        meaning: "the council's name, on every page and email",
        sentence: "The council’s name. It stands on every page and in every email.",
        words: &[],
    },
    SettingName {
        name: "support_email",
        group: SettingGroup::TheCouncil,
        label: "Support address",
        meaning: "where people are sent for help",
        sentence: "The email address that people are sent to for help.",
        words: &[],
    },
    SettingName {
        name: "brand_colour",
        group: SettingGroup::TheCouncil,
        label: "Colour of the header",
        meaning: "# and six hexadecimal digits, such as #12303b: the colour of the header, dark enough for white text",
        sentence: "The colour of the header on every page. It must be dark enough that everybody can read white text on it: a contrast of 4.5 to 1 or more.",
        words: &[],
    },
    SettingName {
        name: "logo",
        group: SettingGroup::TheCouncil,
        label: "Logo",
        meaning: "the name of a picture that was uploaded on the page of this setting: the logo in the header; empty: none",
        sentence: "The council’s logo, a PNG or JPEG picture of up to 100 KB. It stands in the header on every page, on the colour of the header.",
        words: &[],
    },
    SettingName {
        name: "label_action",
        group: SettingGroup::TheCouncil,
        label: "What you call an action",
        meaning: "the word for one, a slash and the word for several: what the council calls an action",
        sentence: "Your own word for an action, and for several of them, in menus, headings and on buttons.",
        words: &[],
    },
    SettingName {
        name: "label_document",
        group: SettingGroup::TheCouncil,
        label: "What you call a contract document",
        meaning: "the word for one, a slash and the word for several: what the council calls a contract document",
        sentence: "Your own word for a contract document, and for several of them, in menus and headings.",
        words: &[],
    },
    SettingName {
        name: "label_care_package",
        group: SettingGroup::TheCouncil,
        label: "What you call a care package",
        meaning: "the word for one, a slash and the word for several: what the council calls a CPLI",
        sentence: "Your own word for a care package line item (CPLI), and for several of them, in menus and headings.",
        words: &[],
    },
    SettingName {
        name: "closed_dates",
        group: SettingGroup::TheCouncil,
        label: "Days the council is closed",
        meaning: "days, separated by spaces, on which the council does not work beside weekends and England's bank holidays",
        sentence: "Days on which the council does not work. Weekends and England’s bank holidays are known already.",
        words: &[],
    },
    SettingName {
        name: "second_step",
        group: SettingGroup::SignIn,
        label: "Second step at sign-in",
        meaning: "emailed_code: a code is emailed at sign-in; memorable_digits: two digits of a six-digit code, or an authenticator app",
        sentence: "What follows the password when somebody signs in. An authenticator app can always be used instead.",
        words: &[
            ("emailed_code", "A code is emailed"),
            ("memorable_digits", "Two digits of a six-digit code, or an authenticator app"),
        ],
    },
    SettingName {
        name: "password_length_min",
        group: SettingGroup::SignIn,
        label: "Shortest password",
        meaning: "how many characters a new password must have, 8 to 64",
        sentence: "How many characters a new password must have. Passwords that people have already are left alone.",
        words: &[],
    },
    SettingName {
        name: "password_mix",
        group: SettingGroup::SignIn,
        label: "Passwords of mixed characters",
        meaning: "yes: a new password must have a capital letter, a small letter and a digit",
        sentence: "Whether a new password must have a capital letter, a small letter and a digit. Without this, length and not being commonly used are all that counts, as the NCSC and OWASP advise.",
        words: &[],
    },
    SettingName {
        name: "helpdesk_form",
        group: SettingGroup::SignIn,
        label: "Password form to the helpdesk",
        meaning: "yes: the form that asks the helpdesk for a password is offered",
        sentence: "Whether people who cannot sign in are offered a form that asks the helpdesk for a new password.",
        words: &[],
    },
    SettingName {
        name: "lockout_tries",
        group: SettingGroup::SignIn,
        label: "Wrong tries until an account is locked",
        meaning: "wrong tries until an account is locked",
        sentence: "How often somebody can get their password or code wrong before the account is locked for a while.",
        words: &[],
    },
    SettingName {
        name: "lockout_minutes",
        group: SettingGroup::SignIn,
        label: "Minutes that it stays locked",
        meaning: "how long it stays locked; twice as long each time after that",
        sentence: "How long an account stays locked after too many wrong tries. Each further lock lasts twice as long as the one before.",
        words: &[],
    },
    SettingName {
        name: "session_idle_minutes",
        group: SettingGroup::SignIn,
        label: "Minutes until an unused session ends",
        meaning: "a session ends when it is not used for so long; 5 or more",
        sentence: "Whoever does nothing for so long is signed out.",
        words: &[],
    },
    SettingName {
        name: "session_absolute_minutes",
        group: SettingGroup::SignIn,
        label: "Minutes until any session ends",
        meaning: "a session ends after so long in any case; 5 or more",
        sentence: "Everybody signs in again after so long, however busy they are.",
        words: &[],
    },
    SettingName {
        name: "auto_suspend_after",
        group: SettingGroup::Payments,
        label: "Unconfirmed periods until payments are suspended",
        meaning: "from how many unconfirmed periods in a row payments are suspended; 0: never",
        sentence: "After how many unconfirmed periods in a row payments are suspended. 0 means never.",
        words: &[],
    },
    SettingName {
        name: "unconfirmed_at_lock",
        group: SettingGroup::Payments,
        label: "Unconfirmed statement at its lock",
        meaning: "pay, or hold: what happens to a statement that is unconfirmed when it locks",
        sentence: "What happens to a statement that the provider has not confirmed when its deadline passes.",
        words: &[("pay", "Pay it"), ("hold", "Hold it")],
    },
    SettingName {
        name: "query_holds_line",
        group: SettingGroup::Payments,
        label: "A queried line is held",
        meaning: "yes: a queried line is held while the rest is confirmed",
        sentence: "Whether a line that the provider queries is held back while the rest of the statement is confirmed.",
        words: &[],
    },
    SettingName {
        name: "remind_days_before",
        group: SettingGroup::Payments,
        label: "Days before the deadline that a provider is reminded",
        meaning: "how many days before the confirm-by deadline a provider is reminded",
        sentence: "How many days before the confirm-by deadline a provider is reminded by email.",
        words: &[],
    },
    SettingName {
        name: "historical_after_days",
        group: SettingGroup::CarePackages,
        label: "Days until an ended CPLI is historical",
        meaning: "after how many days a CPLI that ended is historical",
        sentence: "How many days after its end a CPLI leaves the list and is found only with “include historical”.",
        words: &[],
    },
    SettingName {
        name: "late_actuals",
        group: SettingGroup::Actuals,
        label: "Late actuals",
        meaning: "yes: weeks may be entered after the deadline and are paid in the next window",
        sentence: "Whether weeks can still be entered after the deadline. They are paid in the next window.",
        words: &[],
    },
    SettingName {
        name: "periods_in_order",
        group: SettingGroup::Actuals,
        label: "Periods in order",
        meaning: "yes: a period can be entered only when the one before it is submitted",
        sentence: "Whether a period can be entered only when the one before it is submitted.",
        words: &[],
    },
    SettingName {
        name: "over_tolerance",
        group: SettingGroup::Actuals,
        label: "Week over tolerance",
        meaning: "suspend: the whole week waits; pay_commissioned: only what is over waits",
        sentence: "What waits for the council’s decision when more was delivered than is tolerated.",
        words: &[
            ("suspend", "The whole week waits"),
            ("pay_commissioned", "Only what is over waits"),
        ],
    },
    SettingName {
        name: "comment_on_difference",
        group: SettingGroup::Actuals,
        label: "Comment on a difference",
        meaning: "yes: a difference from the plan also needs a comment",
        sentence: "Whether a difference from the plan needs a comment as well as a reason.",
        words: &[],
    },
    SettingName {
        name: "all_or_nothing",
        group: SettingGroup::Actuals,
        label: "File with a rejected row",
        meaning: "yes: a file with a rejected row is not applied at all",
        sentence: "Whether one rejected row keeps the whole uploaded file from being applied.",
        words: &[],
    },
    SettingName {
        name: "reason_codes",
        group: SettingGroup::Actuals,
        label: "Reason codes",
        meaning: "the codes that may explain a difference, separated by spaces",
        sentence: "The codes that providers choose from to explain a difference from the plan.",
        words: &[],
    },
    SettingName {
        name: "action_due_days",
        group: SettingGroup::Actions,
        label: "Working days until an action is due",
        meaning: "in how many working days an action is due, unless its type says otherwise; 1 or more",
        sentence: "In how many working days an action is due, unless its type has a time of its own.",
        words: &[],
    },
    SettingName {
        name: "action_text_length",
        group: SettingGroup::Actions,
        label: "Characters of a post",
        meaning: "how many characters a post of an action may have, 100 to 20000",
        sentence: "How many characters one post of an action can have, from 100 to 20,000.",
        words: &[],
    },
    SettingName {
        name: "variation_days_max",
        group: SettingGroup::Actions,
        label: "Days of a variation",
        meaning: "for how many days a variation may ask for extra care; a one-off crisis may ask for more",
        sentence: "For how many days a variation can ask for extra care. A one-off crisis can ask for more.",
        words: &[],
    },
    SettingName {
        name: "variation_pounds_max",
        group: SettingGroup::Actions,
        label: "Pounds of a variation",
        meaning: "to how many pounds a variation may come; a one-off crisis may come to more",
        sentence: "How many pounds a variation can come to. A one-off crisis can come to more.",
        words: &[],
    },
    SettingName {
        name: "change_requests_shown_days",
        group: SettingGroup::Contacts,
        label: "Days that an answered change request is shown",
        meaning: "for how many days an answered change request is shown, unless all are asked for",
        sentence: "For how many days an answered change request stays in the list, unless somebody asks for all.",
        words: &[],
    },
    SettingName {
        name: "document_deadline_days",
        group: SettingGroup::Documents,
        label: "Days to answer a contract document",
        meaning: "how many days a provider has to answer a contract document, to the end of the last of them; 1 or more",
        sentence: "How many days a provider has to answer a contract document. The last day counts to its end.",
        words: &[],
    },
    SettingName {
        name: "document_then",
        group: SettingGroup::Documents,
        label: "Contract document not answered in time",
        meaning: "agree: what is not answered by then is agreed by the council, after a reminder; remind: it stays open",
        sentence: "What happens when a provider has not answered a contract document in time.",
        words: &[("agree", "The council agrees it, after a reminder"), ("remind", "It stays open")],
    },
    SettingName {
        name: "reports_offered",
        group: SettingGroup::Reports,
        label: "Reports offered",
        meaning: "which reports there are to read, separated by spaces: to providers remittance-by-period, remittance-by-finalisation, pending-payments, payment-exceptions, expected-cash, commissioned-and-actuals, aged-actions, homes; to the council remittance-by-period, commissioned-and-actuals, prompt-payment, responses, answer-times; none: none",
        sentence: "The reports that people can read. A report that is not ticked is offered to nobody.",
        words: &[],
    },
    SettingName {
        name: "default_subscriptions",
        group: SettingGroup::Emails,
        label: "Emails unless a person chooses",
        meaning: "what people are told of by email until they choose for themselves, separated by spaces: daily_actions, daily_care_packages, daily_contract_documents, daily_scheduled_payments, immediate_actions, immediate_contract_documents, immediate_scheduled_payments; none: nothing",
        sentence: "What people are told of by email until they choose for themselves.",
        words: &[],
    },
    SettingName {
        name: "digest_hour",
        group: SettingGroup::Emails,
        label: "Hour of the daily email",
        meaning: "from which hour on, 0 to 23 in London, the daily email about the day before is sent",
        sentence: "The hour of the day in London, from 0 to 23, after which the daily email about the day before is sent.",
        words: &[],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What the council reads about its files.
    const PAGE: &str = include_str!("../../../docs/council-files.md");

    #[test]
    fn every_setting_is_in_the_list_and_the_page_about_files_says_what_the_list_says() {
        let listed: std::collections::BTreeSet<&str> = SETTINGS.iter().map(|it| it.name).collect();
        let there = fields(&Settings::default());
        assert_eq!(listed, there.keys().map(String::as_str).collect());
        for setting in SETTINGS {
            let line = format!("| {} | {} | ", setting.name, setting.meaning);
            assert!(PAGE.contains(&line), "{line}");
        }
    }

    #[test]
    fn on_the_page_a_setting_is_told_in_sentences_and_not_as_files_spell_it() {
        for SettingName { name, sentence, words, .. } in SETTINGS {
            assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{name}");
            assert!(!sentence.contains('_'), "{name}: {sentence}");
            let spelled = |word: &&str| !sentence.to_lowercase().contains(&format!("{word}:"));
            assert!(
                words.iter().map(|it| it.0).chain(["yes", "no"]).all(|it| spelled(&it)),
                "{name}"
            );
        }
    }

    #[test]
    fn the_settings_of_a_group_stand_together() {
        assert!(SETTINGS.is_sorted_by_key(|it| it.group));
        assert!(SettingGroup::ALL.is_sorted());
    }

    #[test]
    fn what_holds_when_nothing_is_said_is_one_of_the_choices() {
        for setting in SETTINGS {
            if let SettingKind::OneOf(choices) = setting.kind() {
                let spelled = setting.spelled(&setting.default_value());
                assert!(choices.iter().any(|it| it.value == spelled), "{}", setting.name);
            }
        }
    }

    fn kind(name: &str) -> SettingKind {
        SettingName::find(name).unwrap().kind()
    }

    #[test]
    fn each_setting_may_say_what_it_is_about() {
        let whole = |min, max| SettingKind::Whole { min, max };
        for (name, wanted) in [
            ("lockout_tries", whole(1, AT_MOST)),
            ("session_idle_minutes", whole(5, AT_MOST)),
            ("auto_suspend_after", whole(0, AT_MOST)),
            ("digest_hour", whole(0, LAST_HOUR)),
            ("password_length_min", whole(8, 64)),
            ("password_mix", SettingKind::YesNo),
            ("brand_colour", SettingKind::Colour),
            ("label_action", SettingKind::Label),
            ("logo", SettingKind::Picture),
            ("support_email", SettingKind::Email),
            ("closed_dates", SettingKind::Dates),
            ("reason_codes", SettingKind::Codes),
            ("council_name", SettingKind::Text(TEXT_LENGTH_MAX)),
        ] {
            assert_eq!(kind(name), wanted, "{name}");
        }
    }

    #[test]
    fn what_can_be_chosen_is_told_in_words_and_of_nothing_else_there_are_choices() {
        let labels =
            |name: &str| kind(name).choices().into_iter().map(|it| it.label).collect::<Vec<_>>();
        assert_eq!(labels("unconfirmed_at_lock"), ["Pay it", "Hold it"]);
        assert_eq!(labels("reports_offered").len(), ReportName::ALL.len());
        assert_eq!(labels("lockout_tries"), Vec::<String>::new());
        assert_eq!(in_words("daily_care-packages"), "Daily care packages");
        assert_eq!(in_words(""), "");
    }

    #[test]
    fn no_choice_is_spelled_none_and_no_code_as_nothing() {
        let spelled = |name: &str, value: &[&str]| {
            SettingName::find(name).unwrap().spelled(&serde_json::json!(value))
        };
        assert_eq!(spelled("reports_offered", &[]), "none");
        assert_eq!(spelled("reports_offered", &["aged", "homes"]), "aged homes");
        assert_eq!(spelled("closed_dates", &[]), "");
        assert_eq!(spelled("reason_codes", &["HOSP", "OTHER"]), "HOSP OTHER");
    }
}
