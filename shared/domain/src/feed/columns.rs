//! Which columns a feed has.

use super::Feed;

/// One column of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// As the header spells it.
    pub name: &'static str,
    /// What its cells hold.
    pub cell: Cell,
    /// Whether it may be empty or missing.
    pub need: Need,
}

/// Whether a cell may be empty, and its column missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Part of the key.
    Key,
    /// Must be filled in.
    Required,
    /// An empty cell means this. The column may be missing.
    Default(&'static str),
    /// An empty cell means none. The column may be missing.
    Optional,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A reference of the council's, to `what`: `provider`.
    Reference(&'static str),
    /// Text up to so many characters.
    Text(usize),
    /// A word of letters, digits and underscores, kept in lower case.
    Word,
    /// An email address, kept in lower case.
    Email,
    /// Roles, separated by spaces.
    Roles,
    /// Roles of the council's own people, separated by spaces.
    CouncilRoles,
    /// References of teams, separated by spaces.
    Teams,
    /// References of the council's own people, separated by spaces.
    Staff,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `yes` or `no`.
    YesNo,
    /// A day of the week, kept as 0 for Monday to 6 for Sunday.
    Weekday,
    /// A date.
    Date,
    /// A date with a time.
    Instant,
    /// Pounds and pence.
    Money {
        /// Whether it may be below nothing.
        negative: bool,
    },
    /// A number of 0 or more.
    Decimal {
        /// How many decimals at most.
        places: u32,
        /// The largest that can be meant.
        max: u32,
    },
    /// A number of 0 or more without decimals.
    Whole {
        /// The least that can be meant.
        min: u32,
        /// The largest that can be meant.
        max: u32,
    },
}

/// Names and levels.
const TEXT: Cell = Cell::Text(200);
/// Addresses and reasons.
const LONG_TEXT: Cell = Cell::Text(1_000);
/// Room for as many dates as a council can be closed on.
const SETTING_LENGTH_MAX: usize = 5_000;
/// Shares in percent.
const PERCENT: Cell = Cell::Decimal { places: 2, max: 100 };
/// Prices and quantities have four decimals (domain.md section 5); beyond this something else was typed.
const QUANTITY: Cell = Cell::Decimal { places: 4, max: 1_000_000 };

const fn key(name: &'static str, cell: Cell) -> Column {
    Column { name, cell, need: Need::Key }
}

const fn required(name: &'static str, cell: Cell) -> Column {
    Column { name, cell, need: Need::Required }
}

const fn optional(name: &'static str, cell: Cell) -> Column {
    Column { name, cell, need: Need::Optional }
}

const fn or(name: &'static str, cell: Cell, default: &'static str) -> Column {
    Column { name, cell, need: Need::Default(default) }
}

const PROVIDER: Cell = Cell::Reference("provider");
const CONTRACT: Cell = Cell::Reference("contract");
const SERVICE: Cell = Cell::Reference("service");
const CLIENT: Cell = Cell::Reference("client");
const CPLI: Cell = Cell::Reference("CPLI");
const CYCLE: Cell = Cell::Reference("cycle");

const PROVIDERS: [Column; 8] = [
    key("provider_ref", PROVIDER),
    required("name", TEXT),
    required(
        "kind",
        Cell::Choice(&[
            "care_home",
            "home_care",
            "extra_care",
            "supported_living",
            "complex_care",
            "shared_lives",
            "void_ledger",
        ]),
    ),
    optional("parent_ref", PROVIDER),
    optional("address", LONG_TEXT),
    optional("phone", TEXT),
    optional("email", Cell::Email),
    optional("vat_number", TEXT),
];

const CONTACTS: [Column; 9] = [
    key("contact_ref", Cell::Reference("contact")),
    key("provider_ref", PROVIDER),
    required("forename", TEXT),
    required("surname", TEXT),
    optional("address", LONG_TEXT),
    optional("phone", TEXT),
    optional("email", Cell::Email),
    optional("portal_email", Cell::Email),
    or("roles", Cell::Roles, ""),
];

const CONTRACTS: [Column; 10] = [
    key("contract_ref", CONTRACT),
    required("provider_ref", PROVIDER),
    required("name", TEXT),
    required("payment_method", Cell::Choice(&["scheduled", "actuals"])),
    required("cycle_ref", CYCLE),
    or("vat", Cell::Choice(&["exempt", "zero", "standard"]), "exempt"),
    or("confirmation", Cell::Choice(&["required", "not_required"]), "required"),
    or("grace_days", Cell::Whole { min: 0, max: 366 }, "0"),
    or("document_gate", Cell::YesNo, "no"),
    required("portal_from", Cell::Date),
];

const SERVICES: [Column; 14] = [
    key("service_ref", SERVICE),
    required("contract_ref", CONTRACT),
    required("name", TEXT),
    required("purchase", Cell::Choice(&["block", "spot"])),
    or("service_type", TEXT, ""),
    required("unit", Cell::Choice(&["placement", "hour", "day", "night", "visit"])),
    required("price_per", Cell::Choice(&["week", "day", "unit"])),
    or("unit_step", Cell::Decimal { places: 4, max: 1_000 }, "0.25"),
    or("week_starts", Cell::Weekday, "mon"),
    or("end_day_paid", Cell::YesNo, "yes"),
    or("frustrated_percent", PERCENT, "0"),
    or("tolerance_percent", Cell::Decimal { places: 2, max: 1_000 }, "0"),
    or("extras", Cell::YesNo, "no"),
    or("visits_required", Cell::YesNo, "no"),
];

const CLIENTS: [Column; 6] = [
    key("ss_ref", CLIENT),
    optional("title", TEXT),
    required("forename", TEXT),
    required("surname", TEXT),
    optional("date_of_birth", Cell::Date),
    optional("date_of_death", Cell::Date),
];

const CPLIS: [Column; 7] = [
    key("cpli_id", CPLI),
    required("ss_ref", CLIENT),
    required("service_ref", SERVICE),
    or("service_level", TEXT, ""),
    required("start_date", Cell::Date),
    optional("end_date", Cell::Date),
    required("authorised", Cell::YesNo),
];

const PRICES: [Column; 4] = [
    key("cpli_id", CPLI),
    key("from_date", Cell::Date),
    required("quantity", QUANTITY),
    required("unit_price", QUANTITY),
];

const CONTRIBUTIONS: [Column; 6] = [
    key("cpli_id", CPLI),
    key("kind", Cell::Choice(&["client", "third_party", "fnc"])),
    key("from_date", Cell::Date),
    optional("to_date", Cell::Date),
    required("weekly_amount", Cell::Money { negative: false }),
    required("collected_by", Cell::Choice(&["provider", "council"])),
];

const ABSENCES: [Column; 5] = [
    key("cpli_id", CPLI),
    key("from_date", Cell::Date),
    optional("to_date", Cell::Date),
    required("kind", Cell::Choice(&["hospital", "holiday", "other"])),
    required("pay_percent", PERCENT),
];

const CAPACITY: [Column; 7] = [
    key("service_ref", SERVICE),
    key("from_date", Cell::Date),
    optional("to_date", Cell::Date),
    required("beds", Cell::Whole { min: 0, max: 10_000 }),
    required("void_weekly_rate", QUANTITY),
    required("void_percent", PERCENT),
    optional("void_provider_ref", PROVIDER),
];

const PERIODS: [Column; 6] = [
    key("cycle_ref", CYCLE),
    key("start_date", Cell::Date),
    required("end_date", Cell::Date),
    required("confirm_by", Cell::Instant),
    required("finalise_at", Cell::Instant),
    required("pay_date", Cell::Date),
];

const ADJUSTMENTS: [Column; 8] = [
    key("adjustment_ref", Cell::Reference("adjustment")),
    required("contract_ref", CONTRACT),
    optional("cpli_id", CPLI),
    required("amount", Cell::Money { negative: true }),
    required("reason", LONG_TEXT),
    required("period_start", Cell::Date),
    or("instalments", Cell::Whole { min: 1, max: 120 }, "1"),
    or("made_by", Cell::Staff, ""),
];

const DIRECTIVES: [Column; 8] = [
    key("directive_ref", Cell::Reference("directive")),
    required("contract_ref", CONTRACT),
    optional("cpli_id", CPLI),
    required("kind", Cell::Choice(&["suspend", "cancel", "carry_forward"])),
    required("from_date", Cell::Date),
    optional("to_date", Cell::Date),
    required("reason", LONG_TEXT),
    or("made_by", Cell::Staff, ""),
];

const VARIATIONS: [Column; 6] = [
    key("variation_ref", Cell::Reference("variation")),
    required("cpli_id", CPLI),
    required("from_date", Cell::Date),
    required("to_date", Cell::Date),
    required("quantity", QUANTITY),
    required("reason", LONG_TEXT),
];

const EXCEPTIONS: [Column; 5] = [
    key("cpli_id", CPLI),
    key("week_start", Cell::Date),
    required("decision", Cell::Choice(&["approve", "cap", "reject"])),
    optional("quantity", QUANTITY),
    or("reason", LONG_TEXT, ""),
];

const INVOICES: [Column; 4] = [
    key("provider_ref", PROVIDER),
    key("number", Cell::Whole { min: 1, max: 100_000_000 }),
    required("decision", Cell::Choice(&["approve", "dispute"])),
    or("reason", LONG_TEXT, ""),
];

const TEAMS: [Column; 2] = [key("team_ref", Cell::Reference("team")), required("name", TEXT)];

const STAFF: [Column; 6] = [
    key("staff_ref", Cell::Reference("staff")),
    required("forename", TEXT),
    required("surname", TEXT),
    optional("email", Cell::Email),
    or("roles", Cell::CouncilRoles, ""),
    or("teams", Cell::Teams, ""),
];

const ACTION_TYPES: [Column; 10] = [
    key("type_ref", Cell::Word),
    required("name", TEXT),
    required("team_ref", Cell::Reference("team")),
    optional("due_days", Cell::Whole { min: 1, max: 366 }),
    or("help", LONG_TEXT, ""),
    or("title_hint", TEXT, ""),
    or("related_to", TEXT, "none"),
    optional("proposes", Cell::Choice(&["death", "package_ended", "variation"])),
    or("offered", Cell::YesNo, "yes"),
    optional("position", Cell::Whole { min: 1, max: 1_000 }),
];

const ACTION_FIELDS: [Column; 10] = [
    key("type_ref", Cell::Word),
    key("field", Cell::Word),
    required("label", TEXT),
    required("kind", Cell::Choice(&["date", "text", "long_text", "decimal", "money", "choice"])),
    or("required", Cell::YesNo, "no"),
    or("hint", TEXT, ""),
    or("choices", Cell::Text(2_000), ""),
    optional("length_max", Cell::Whole { min: 1, max: 5_000 }),
    or("not_after_today", Cell::YesNo, "no"),
    optional("position", Cell::Whole { min: 1, max: 1_000 }),
];

const SETTINGS: [Column; 7] = [
    key("setting", TEXT),
    or("value", Cell::Text(SETTING_LENGTH_MAX), ""),
    optional("from_date", Cell::Date),
    optional("reason", LONG_TEXT),
    or("withdrawn", Cell::YesNo, "no"),
    or("made_by", Cell::Staff, ""),
    optional("change_ref", Cell::Word),
];

const DOCUMENTS: [Column; 9] = [
    key("document_ref", Cell::Reference("document")),
    required("provider_ref", PROVIDER),
    optional("service_ref", SERVICE),
    optional("ss_ref", CLIENT),
    optional("cpli_id", CPLI),
    required("doc_type", TEXT),
    optional("date_from", Cell::Date),
    optional("date_to", Cell::Date),
    optional("file", TEXT),
];

impl Feed {
    /// Its columns, in the order of the specification.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Providers => &PROVIDERS,
            Self::Contacts => &CONTACTS,
            Self::Contracts => &CONTRACTS,
            Self::Services => &SERVICES,
            Self::Clients => &CLIENTS,
            Self::Cplis => &CPLIS,
            Self::Prices => &PRICES,
            Self::Contributions => &CONTRIBUTIONS,
            Self::Absences => &ABSENCES,
            Self::Capacity => &CAPACITY,
            Self::Periods => &PERIODS,
            Self::Adjustments => &ADJUSTMENTS,
            Self::Directives => &DIRECTIVES,
            Self::Variations => &VARIATIONS,
            Self::Exceptions => &EXCEPTIONS,
            Self::Invoices => &INVOICES,
            Self::Teams => &TEAMS,
            Self::Staff => &STAFF,
            Self::ActionTypes => &ACTION_TYPES,
            Self::ActionFields => &ACTION_FIELDS,
            Self::Settings => &SETTINGS,
            Self::Documents => &DOCUMENTS,
        }
    }

    /// Pairs of columns of which the second must not be before the first.
    pub(super) fn in_order(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Clients => &[("date_of_birth", "date_of_death")],
            Self::Cplis | Self::Periods => &[("start_date", "end_date")],
            Self::Contributions
            | Self::Absences
            | Self::Capacity
            | Self::Directives
            | Self::Variations => &[("from_date", "to_date")],
            Self::Providers
            | Self::Contacts
            | Self::Contracts
            | Self::Services
            | Self::Prices
            | Self::Adjustments
            | Self::Exceptions
            | Self::Invoices
            | Self::ActionTypes
            | Self::ActionFields
            | Self::Teams
            | Self::Staff
            | Self::Settings => &[],
            Self::Documents => &[("date_from", "date_to")],
        }
    }
}
