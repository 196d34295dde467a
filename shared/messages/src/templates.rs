//! The words of every email. None names a client.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::london_text;
use domain::facts::Period;
use domain::ids::ContractRef;
use domain::money::Money;
use domain::notice::PaymentNews;

use crate::letter::{Draft, Letter, Letterhead};

/// Which statement an email is about.
#[derive(Debug, Clone, Copy)]
pub struct AboutStatement<'a> {
    /// Who is written to: one person may be a contact of several providers.
    pub provider_name: &'a str,
    /// Its contract.
    pub contract_ref: &'a ContractRef,
    /// The contract's name.
    pub contract_name: &'a str,
    /// Its period.
    pub period: &'a Period,
}

impl AboutStatement<'_> {
    fn dates(&self) -> String {
        format!("{} to {}", date(self.period.start_date), date(self.period.end_date))
    }

    fn url(&self, head: &Letterhead<'_>, page: &str) -> String {
        let (site, contract) = (head.site_url, self.contract_ref);
        let start = self.period.start_date;
        format!("{site}/scheduled-payments/{page}/?contract={contract}&period={start}")
    }

    fn facts<'s>(&'s self, dates: &'s str) -> [(&'s str, &'s str); 3] {
        [("Provider", self.provider_name), ("Contract", self.contract_name), ("Period", dates)]
    }
}

/// Somebody may sign in from now on and chooses a password first.
pub fn invitation(
    head: &Letterhead<'_>,
    provider_name: &str,
    link: &str,
    days_valid: u32,
) -> Letter {
    let who = format!(
        "{} has given you access to its provider portal for {provider_name}.",
        head.council_name
    );
    Draft::new()
        .paragraph(&who)
        .paragraph("Choose a password to start.")
        .link("Choose a password", link)
        .paragraph(&format!("This link works once and for {}.", count(days_valid, "day")))
        .sign(head, "Your access to the provider portal")
}

/// Somebody made a key for the provider's software. What they called it is not told: it is their own text.
pub fn api_key_made(head: &Letterhead<'_>, provider_name: &str, by: &str) -> Letter {
    Draft::new()
        .paragraph(&format!("{by} made an API key for software of {provider_name}."))
        .paragraph(
            "Whoever has the key can do with it what it was made for, without signing in. If you did not expect \
             this, revoke it now.",
        )
        .link("See your API keys", &format!("{}/api-keys/", head.site_url))
        .sign(head, "A new API key")
}

/// The council revoked a key of the provider's software. What it is called and why are not told: both are somebody's own
/// text.
pub fn api_key_revoked(head: &Letterhead<'_>, provider_name: &str) -> Letter {
    Draft::new()
        .paragraph(&format!("The council revoked an API key of software of {provider_name}."))
        .paragraph(
            "The software that had it is no longer answered. Why it was revoked stands beside the key. When that is \
             dealt with, make a new key.",
        )
        .link("See your API keys", &format!("{}/api-keys/", head.site_url))
        .sign(head, "An API key was revoked")
}

/// An address of the provider's software is no longer told, because every message to it failed for days. Which one
/// is not said: it may hold what only the software should know.
pub fn webhook_stopped(head: &Letterhead<'_>, provider_name: &str) -> Letter {
    Draft::new()
        .paragraph(&format!("We no longer send messages to an address of software of {provider_name}."))
        .paragraph(
            "Every message to it failed for several days. When the software works again, have the address told \
             again, and send the messages again that it needs.",
        )
        .link("See your webhooks", &format!("{}/webhooks/", head.site_url))
        .sign(head, "Messages to your software have stopped")
}

/// Which action an email is about. Not its title or what was said: those may name a client.
#[derive(Debug, Clone, Copy)]
pub struct AboutAction<'a> {
    /// The action.
    pub action_id: &'a str,
    /// What kind of action it is.
    pub type_name: &'a str,
    /// Whose.
    pub provider_name: &'a str,
    /// When it is to be done.
    pub due_on: NaiveDate,
}

/// What the council did about an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionNews {
    /// It raised it, and waits for the provider.
    Raised,
    /// It raised it, and does not wait for the provider.
    Recorded,
    /// It answered.
    Answered {
        /// Whether it waits for the provider.
        waits: bool,
    },
    /// It marked it as done.
    Done,
    /// It reopened it.
    Reopened,
    /// It makes the change that was proposed.
    Accepted,
    /// It does not make the change that was proposed.
    Declined,
}

/// The council did something about an action.
pub fn action(head: &Letterhead<'_>, about: &AboutAction<'_>, news: ActionNews) -> Letter {
    let (what, subject) = match news {
        ActionNews::Raised => {
            ("The council has started an action and waits for your reply.", "A new action for you")
        }
        ActionNews::Recorded => {
            ("The council has started an action about your care.", "A new action")
        }
        ActionNews::Answered { waits: true } => (
            "There is an answer to an action. The council waits for your reply.",
            "An action waits for your reply",
        ),
        ActionNews::Answered { waits: false } => {
            ("There is an answer to an action.", "An answer to an action")
        }
        ActionNews::Done => ("The council has marked an action as done.", "An action is done"),
        ActionNews::Reopened => ("The council has reopened an action.", "An action is reopened"),
        ActionNews::Accepted => {
            ("The council has accepted the change that you told it of.", "Your change is accepted")
        }
        ActionNews::Declined => (
            "The council has declined the change that you told it of. The action says why.",
            "Your change is declined",
        ),
    };
    let due = date(about.due_on);
    let mut facts = vec![("Provider", about.provider_name), ("Type", about.type_name)];
    if !matches!(news, ActionNews::Done | ActionNews::Accepted | ActionNews::Declined) {
        facts.push(("Due", &due));
    }
    let url = format!("{}/actions/action/?action={}", head.site_url, about.action_id);
    Draft::new().paragraph(what).facts(&facts).link("Read the action", &url).sign(head, subject)
}

/// Somebody who had access to one provider now has it to another.
pub fn access_granted(head: &Letterhead<'_>, provider_name: &str) -> Letter {
    let what =
        format!("You can now choose {provider_name} when you sign in to the provider portal.");
    Draft::new()
        .paragraph(&what)
        .link("Sign in", &format!("{}/", head.site_url))
        .sign(head, "Access to another provider")
}

/// One of the council's own people may sign in from now on and chooses a password first.
pub fn staff_invitation(head: &Letterhead<'_>, link: &str, days_valid: u32) -> Letter {
    let who = format!(
        "You have been given access to the council's side of the provider portal of {}.",
        head.council_name
    );
    Draft::new()
        .paragraph(&who)
        .paragraph("Choose a password to start.")
        .link("Choose a password", link)
        .paragraph(&format!("This link works once and for {}.", count(days_valid, "day")))
        .sign(head, "Your access to the council's side of the provider portal")
}

/// Somebody who could sign in before is now one of the council's own people there.
pub fn staff_access_granted(head: &Letterhead<'_>) -> Letter {
    Draft::new()
        .paragraph("You can now use the council's side of the provider portal.")
        .link("Sign in", &format!("{}/", head.site_url))
        .sign(head, "Access to the council's side of the provider portal")
}

/// A report that one of the council's people asked for can be fetched. What it says is on its page alone.
pub fn report_made(head: &Letterhead<'_>, title: &str, job_id: &str) -> Letter {
    Draft::new()
        .paragraph("The report that you asked for is ready.")
        .facts(&[("Report", title)])
        .link("Fetch the report", &format!("{}/council/reports/job/?job={job_id}", head.site_url))
        .paragraph("It is kept for 30 days. Only you can fetch it.")
        .sign(head, "Your report is ready")
}

/// The council answered a provider's change request. `what`: `a new contact`. Its words are on the page alone.
pub fn change_request_answered(
    head: &Letterhead<'_>,
    provider_name: &str,
    what: &str,
    accepted: bool,
) -> Letter {
    let (did, next) = if accepted {
        ("accepted", "What you asked for is done.")
    } else {
        ("rejected", "Nothing was changed. The page says why.")
    };
    Draft::new()
        .paragraph(&format!(
            "The council {did} the change request that you made for {provider_name}: {what}."
        ))
        .paragraph(next)
        .link("See your change requests", &format!("{}/actions/", head.site_url))
        .sign(head, &format!("Your change request was {did}"))
}

/// The second step of a sign-in.
pub fn sign_in_code(head: &Letterhead<'_>, code: &str, minutes_valid: u32) -> Letter {
    Draft::new()
        .paragraph("Use this code to sign in to the provider portal:")
        .code(code)
        .paragraph(&format!("It works once and for {}.", count(minutes_valid, "minute")))
        .paragraph("If you are not signing in, somebody knows your password: change it now.")
        .aside("Choose a new password", &format!("{}/password-reset/", head.site_url))
        .sign(head, "Your sign-in code")
}

/// Too many wrong tries.
pub fn account_locked(head: &Letterhead<'_>, minutes: u32) -> Letter {
    let what = format!(
        "There were too many wrong tries to sign in with your email address. For your safety your account is \
         locked for {}.",
        count(minutes, "minute")
    );
    Draft::new()
        .paragraph(&what)
        .paragraph("If that was not you, choose a new password.")
        .link("Choose a new password", &format!("{}/password-reset/", head.site_url))
        .sign(head, "Your account is locked for a while")
}

/// The council locked an account. Why is said by whoever is asked.
pub fn account_locked_by_council(head: &Letterhead<'_>) -> Letter {
    Draft::new()
        .paragraph(
            "The council has locked your account of the provider portal. You are signed out and cannot sign in.",
        )
        .paragraph("If you think that this is a mistake, contact us.")
        .sign(head, "Your account is locked")
}

/// The council unlocked an account.
pub fn account_unlocked(head: &Letterhead<'_>) -> Letter {
    Draft::new()
        .paragraph(
            "Your account of the provider portal is not locked any more. You can sign in again.",
        )
        .link("Sign in", &format!("{}/", head.site_url))
        .paragraph("If you have not chosen a password yet, ask us to invite you again.")
        .sign(head, "Your account is unlocked")
}

/// The helpdesk sends somebody a code to choose a new password.
pub fn password_reset_by_helpdesk(head: &Letterhead<'_>, code: &str, minutes_valid: u32) -> Letter {
    Draft::new()
        .paragraph("Our helpdesk sends you this code to choose a new password for the provider portal:")
        .code(code)
        .paragraph(&format!("It works once and for {}.", count(minutes_valid, "minute")))
        .link("Choose a new password", &format!("{}/password-reset/", head.site_url))
        .paragraph(
            "If it is too late, ask for another code on that page. We never ask you to tell us a code.",
        )
        .sign(head, "Your code to choose a new password")
}

/// The helpdesk took the authenticator app and the memorable code away. `recognised`: how it made sure who asked, as in
/// "by calling you".
pub fn second_step_taken_away(head: &Letterhead<'_>, recognised: &str) -> Letter {
    Draft::new()
        .paragraph(
            "Our helpdesk has taken the authenticator app and the security code of your account away. You are \
             signed out everywhere.",
        )
        .paragraph(&format!("We made sure that it was you who asked {recognised}."))
        .paragraph(
            "When you sign in next, we email you a code. You can then set up an app or a security code again on \
             your account page.",
        )
        .link("Sign in", &format!("{}/", head.site_url))
        .paragraph("If you did not ask for this, choose a new password now and tell us.")
        .aside("Choose a new password", &format!("{}/password-reset/", head.site_url))
        .sign(head, "Your second step was taken away")
}

/// Somebody forgot the password.
pub fn password_reset_code(head: &Letterhead<'_>, code: &str, minutes_valid: u32) -> Letter {
    Draft::new()
        .paragraph("Use this code to choose a new password for the provider portal:")
        .code(code)
        .paragraph(&format!("It works once and for {}.", count(minutes_valid, "minute")))
        .link("Choose a new password", &format!("{}/password-reset/", head.site_url))
        .paragraph("If you did not ask for this, you need not do anything.")
        .sign(head, "Your code to choose a new password")
}

/// A password, a security code or the authenticator app was changed. `what`: `password`.
pub fn credential_changed(head: &Letterhead<'_>, what: &str, at: DateTime<Utc>) -> Letter {
    Draft::new()
        .paragraph(&format!(
            "Your {what} for the provider portal was changed at {}.",
            london_text(at)
        ))
        .paragraph("If that was not you, choose a new password now and tell us.")
        .link("Choose a new password", &format!("{}/password-reset/", head.site_url))
        .sign(head, &format!("Your {what} was changed"))
}

/// What somebody who cannot sign in told us.
#[derive(Debug, Clone, Copy)]
pub struct HelpdeskRequest<'a> {
    /// The person's name.
    pub name: &'a str,
    /// The person's provider.
    pub organisation: &'a str,
    /// To answer to.
    pub email: &'a str,
    /// To answer to.
    pub telephone: &'a str,
}

/// Somebody asks the helpdesk for a password. It goes to the helpdesk.
pub fn helpdesk_request(head: &Letterhead<'_>, request: &HelpdeskRequest<'_>) -> Letter {
    Draft::new()
        .paragraph("Somebody asks for a new password for the provider portal.")
        .facts(&[
            ("Name", request.name),
            ("Organisation", request.organisation),
            ("Email", request.email),
            ("Telephone", request.telephone),
        ])
        .paragraph("Check who it is before you act: anybody can fill in this form.")
        .sign(head, "Request for a new password")
}

/// A statement was sent for payment.
pub fn finalised(head: &Letterhead<'_>, news: &PaymentNews) -> Letter {
    let PaymentNews { provider_name, contract_ref, contract_name, period, totals } = news;
    let about = AboutStatement { provider_name, contract_ref, contract_name, period };
    let dates = about.dates();
    let paid = totals.payable.for_people();
    let not_paid = totals.non_payable.for_people();
    let pay_date = date(about.period.pay_date);
    let mut facts = about.facts(&dates).to_vec();
    facts.push(("Amount", &paid));
    let not_paid_for = format!("No payment for {dates}");
    let (what, subject) = match totals.payable.cmp(&Money::ZERO) {
        Ordering::Greater => {
            facts.push(("Pay date", &pay_date));
            ("A payment is on its way to you.", format!("Payment of {paid} on {pay_date}"))
        }
        Ordering::Equal => {
            ("This statement is finalised. No payment is made for it now.", not_paid_for)
        }
        Ordering::Less => (
            "This statement is finalised. More is taken back by it than is paid, so no payment is made for it. The \
             remittance advice says why.",
            not_paid_for,
        ),
    };
    if totals.non_payable != Money::ZERO {
        facts.push(("Not paid now", &not_paid));
    }
    Draft::new()
        .paragraph(what)
        .facts(&facts)
        .link("Read the remittance advice", &about.url(head, "remittance"))
        .sign(head, &subject)
}

/// A statement is open and its deadline comes near.
pub fn reminder(head: &Letterhead<'_>, about: &AboutStatement<'_>) -> Letter {
    let dates = about.dates();
    let deadline = london_text(about.period.confirm_by);
    let what = format!("Confirm or reject this statement by {deadline}.");
    Draft::new()
        .paragraph(&what)
        .facts(&about.facts(&dates))
        .link("Read the statement", &about.url(head, "statement"))
        .sign(head, &format!("Statement to confirm by {deadline}"))
}

/// The items changed after the provider responded.
pub fn changed_after_response(head: &Letterhead<'_>, about: &AboutStatement<'_>) -> Letter {
    let dates = about.dates();
    let deadline = london_text(about.period.confirm_by);
    Draft::new()
        .paragraph(
            "A statement has changed since you responded to it. Your response no longer counts.",
        )
        .facts(&about.facts(&dates))
        .paragraph(&format!("Read it again and respond by {deadline}."))
        .link("Read the statement", &about.url(head, "statement"))
        .sign(head, "A statement changed after you responded")
}

/// The items changed after the provider responded, and it locked before the provider could respond again.
pub fn changed_before_lock(head: &Letterhead<'_>, about: &AboutStatement<'_>) -> Letter {
    let dates = about.dates();
    Draft::new()
        .paragraph(
            "A statement changed after you responded to it and before it was locked. It counts as unconfirmed.",
        )
        .facts(&about.facts(&dates))
        .link("Read the statement", &about.url(head, "statement"))
        .sign(head, "A statement changed before it was locked")
}

/// A statement locked unconfirmed; after `suspend_after` in a row payments stop.
pub fn unconfirmed_warning(
    head: &Letterhead<'_>,
    about: &AboutStatement<'_>,
    in_a_row: u32,
    suspend_after: u32,
) -> Letter {
    let dates = about.dates();
    let what = if in_a_row == 1 {
        "This statement was not confirmed in time.".to_owned()
    } else {
        format!("This is statement {in_a_row} in a row that was not confirmed in time.")
    };
    let warning = format!(
        "When {} in a row are not confirmed, we suspend your payments until you confirm them.",
        count(suspend_after, "statement")
    );
    Draft::new()
        .paragraph(&what)
        .facts(&about.facts(&dates))
        .paragraph(&warning)
        .link("Read the statement", &about.url(head, "statement"))
        .sign(head, "Statement not confirmed in time")
}

/// A statement locked unconfirmed and is not paid until it is confirmed.
pub fn suspended(head: &Letterhead<'_>, about: &AboutStatement<'_>, in_a_row: u32) -> Letter {
    let dates = about.dates();
    let what = format!(
        "Your payment for this statement is suspended, because {} in a row {} not confirmed in time.",
        count(in_a_row, "statement"),
        if in_a_row == 1 { "was" } else { "were" }
    );
    Draft::new()
        .paragraph(&what)
        .facts(&about.facts(&dates))
        .paragraph("Once it is finalised, confirm it and it is paid with your next statement.")
        .link("Read the statement", &about.url(head, "statement"))
        .sign(head, "Payment suspended")
}

/// A statement locked rejected and is not paid until it is agreed.
pub fn rejected_held(head: &Letterhead<'_>, about: &AboutStatement<'_>) -> Letter {
    let dates = about.dates();
    Draft::new()
        .paragraph("You rejected this statement, so it is not paid now.")
        .facts(&about.facts(&dates))
        .paragraph(
            "If you agree to it after all, confirm it once it is finalised and it is paid with your next \
             statement.",
        )
        .link("Read the statement", &about.url(head, "statement"))
        .sign(head, "Payment held because you rejected the statement")
}

/// Which invoice or credit note an email is about.
#[derive(Debug, Clone, Copy)]
pub struct AboutInvoice<'a> {
    /// Whether it takes back more than it asks for.
    pub is_credit_note: bool,
    /// The provider's running number.
    pub number: u32,
    /// As its page is asked for: `C3001.2026-10-26.1`.
    pub invoice_id: &'a str,
    /// Whose.
    pub provider_name: &'a str,
    /// Its contract's name.
    pub contract_name: &'a str,
    /// First day of its period.
    pub period_start: NaiveDate,
    /// Last day of its period.
    pub period_end: NaiveDate,
    /// With tax.
    pub total: Money,
}

impl AboutInvoice<'_> {
    fn name(&self) -> String {
        let kind = if self.is_credit_note { "credit note" } else { "invoice" };
        format!("{kind} {}", self.number)
    }

    fn letter(&self, head: &Letterhead<'_>, what: &[&str], subject: &str) -> Letter {
        let period = format!("{} to {}", date(self.period_start), date(self.period_end));
        let total = self.total.for_people();
        let url = format!("{}/invoices/invoice/?invoice={}", head.site_url, self.invoice_id);
        let facts = [
            ("Provider", self.provider_name),
            ("Contract", self.contract_name),
            ("Period", &period),
            ("Total", &total),
        ];
        let (first, rest) = what.split_first().unwrap_or((&"", &[]));
        let draft = Draft::new().paragraph(first).facts(&facts);
        let draft = rest.iter().fold(draft, |draft, more| draft.paragraph(more));
        draft.link(&format!("Read {}", self.name()), &url).sign(head, subject)
    }
}

/// The council disputes an invoice or credit note. Why stands on its page: the council's words may name a client.
pub fn invoice_disputed(head: &Letterhead<'_>, about: &AboutInvoice<'_>) -> Letter {
    let name = about.name();
    let done = if about.is_credit_note { "deducted" } else { "paid" };
    let what = format!("We dispute {name}. It is not {done} until that is settled.");
    let then = "Read why, then answer and submit it again, or correct the actuals it is made from.";
    about.letter(head, &[&what, then], &format!("Disputed: {name}"))
}

/// The council approved an invoice or credit note: it is paid with the next statement of its contract.
pub fn invoice_approved(head: &Letterhead<'_>, about: &AboutInvoice<'_>) -> Letter {
    let name = about.name();
    let what = format!("We approved {name}.");
    let then = if about.is_credit_note {
        "It is deducted from the next payment of its contract."
    } else {
        "It is paid with the next payment of its contract."
    };
    about.letter(head, &[&what, then], &format!("Approved: {name}"))
}

/// Contract documents were published to a provider. At most once a day: the page lists them.
pub fn documents_published(
    head: &Letterhead<'_>,
    provider_name: &str,
    answer_by: DateTime<Utc>,
) -> Letter {
    let by = london_text(answer_by);
    let what = format!("We published contract documents for {provider_name} to agree or reject.");
    Draft::new()
        .paragraph(&what)
        .paragraph(&format!("Agree or reject what we published today by {by}."))
        .link("Read the contract documents", &format!("{}/contract-documents/", head.site_url))
        .sign(head, "Contract documents to agree or reject")
}

/// So many contract documents were not answered, and their deadline comes near. `agreed_then`: whether we agree them
/// in the provider's place after it.
pub fn documents_reminder(
    head: &Letterhead<'_>,
    provider_name: &str,
    (documents, answer_by): (u32, DateTime<Utc>),
    agreed_then: bool,
) -> Letter {
    let (by, documents) = (london_text(answer_by), count(documents, "contract document"));
    let what = format!("Agree or reject {documents} of {provider_name} by {by}.");
    let draft = Draft::new().paragraph(&what);
    let draft = if agreed_then {
        draft.paragraph("What you do not answer by then, we agree in your place.")
    } else {
        draft
    };
    draft
        .link("Read the contract documents", &format!("{}/contract-documents/", head.site_url))
        .sign(head, &format!("{documents} to answer by {by}"))
}

pub(crate) fn date(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

fn count(number: u32, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

#[cfg(test)]
mod tests {
    use domain::clock::london_instant;
    use insta::assert_snapshot;

    use domain::notice::Happening;
    use domain::statement::Totals;

    use super::*;
    use crate::daily::{ProviderNews, digest};

    const HEAD: Letterhead<'_> = Letterhead {
        council_name: "Borsetshire County Council",
        support_email: "care.payments@borsetshire.example",
        site_url: "https://portal.borsetshire.example",
    };

    fn period() -> Period {
        let clock = |text: &str| london_instant(text.parse().unwrap());
        Period {
            cycle_ref: "28DAY".parse().unwrap(),
            start_date: "2022-10-31".parse().unwrap(),
            end_date: "2022-11-27".parse().unwrap(),
            confirm_by: clock("2022-11-24T17:00:00"),
            finalise_at: clock("2022-11-25T09:00:00"),
            pay_date: "2022-11-28".parse().unwrap(),
        }
    }

    fn written(letter: &Letter) -> String {
        format!("{}\n\n{}", letter.subject, letter.text)
    }

    fn letters_about_people() -> Vec<(&'static str, Letter)> {
        let request = HelpdeskRequest {
            name: "Ruth Archer",
            organisation: "Lake House",
            email: "ruth@lakehouse.example",
            telephone: "01632 960001",
        };
        let link = "https://portal.borsetshire.example/invitation/#token=abc";
        vec![
            ("invitation", invitation(&HEAD, "Lake House", link, 14)),
            ("access_granted", access_granted(&HEAD, "Lake House")),
            ("staff_invitation", staff_invitation(&HEAD, link, 14)),
            (
                "change_request_accepted",
                change_request_answered(&HEAD, "Lake House", "a new contact", true),
            ),
            (
                "change_request_rejected",
                change_request_answered(&HEAD, "Lake House", "a change to a contact", false),
            ),
            ("staff_access_granted", staff_access_granted(&HEAD)),
            ("api_key_made", api_key_made(&HEAD, "Lake House", "Ada Brome")),
            ("api_key_revoked", api_key_revoked(&HEAD, "Lake House")),
            ("webhook_stopped", webhook_stopped(&HEAD, "Lake House")),
            ("report_made", report_made(&HEAD, "Prompt payment", "5f1c09a2b7d34e60")),
            ("sign_in_code", sign_in_code(&HEAD, "402917", 10)),
            ("account_locked", account_locked(&HEAD, 15)),
            ("account_locked_by_council", account_locked_by_council(&HEAD)),
            ("account_unlocked", account_unlocked(&HEAD)),
            ("password_reset_by_helpdesk", password_reset_by_helpdesk(&HEAD, "402917", 10)),
            (
                "second_step_taken_away",
                second_step_taken_away(&HEAD, "by calling you on a number that we already had"),
            ),
            ("password_reset_code", password_reset_code(&HEAD, "402917", 10)),
            ("credential_changed", credential_changed(&HEAD, "password", period().confirm_by)),
            ("helpdesk_request", helpdesk_request(&HEAD, &request)),
        ]
    }

    fn letters_about_payments() -> Vec<(&'static str, Letter)> {
        let period = period();
        let contract_ref = "C3001".parse().unwrap();
        let contract_name = "Lake House <block> & spot";
        let provider_name = "Lake House";
        let about = AboutStatement {
            provider_name,
            contract_ref: &contract_ref,
            contract_name,
            period: &period,
        };
        let paid = |totals| PaymentNews {
            provider_name: provider_name.to_owned(),
            contract_ref: about.contract_ref.clone(),
            contract_name: contract_name.to_owned(),
            period: about.period.clone(),
            totals,
        };
        let (payable, non_payable) = (Money::from_pence(346_184), Money::from_pence(1_200));
        let totals = Totals { total: payable.plus(non_payable).unwrap(), payable, non_payable };
        let held = Totals { total: payable, payable: Money::ZERO, non_payable: payable };
        let below = Money::from_pence(-136_001);
        let taken_back = Totals { total: below, payable: below, non_payable: Money::ZERO };
        let invoice = AboutInvoice {
            is_credit_note: false,
            number: 12,
            invoice_id: "C3001.2022-10-31.1",
            provider_name,
            contract_name,
            period_start: period.start_date,
            period_end: period.end_date,
            total: payable,
        };
        let credit_note = AboutInvoice { is_credit_note: true, total: below, ..invoice };
        vec![
            ("finalised", finalised(&HEAD, &paid(totals))),
            ("finalised_and_held", finalised(&HEAD, &paid(held))),
            ("finalised_below_nothing", finalised(&HEAD, &paid(taken_back))),
            ("reminder", reminder(&HEAD, &about)),
            ("changed_after_response", changed_after_response(&HEAD, &about)),
            ("changed_before_lock", changed_before_lock(&HEAD, &about)),
            ("first_warning", unconfirmed_warning(&HEAD, &about, 1, 3)),
            ("second_warning", unconfirmed_warning(&HEAD, &about, 2, 3)),
            ("suspended", suspended(&HEAD, &about, 3)),
            ("rejected_held", rejected_held(&HEAD, &about)),
            ("invoice_disputed", invoice_disputed(&HEAD, &invoice)),
            ("credit_note_disputed", invoice_disputed(&HEAD, &credit_note)),
            ("invoice_approved", invoice_approved(&HEAD, &invoice)),
            ("credit_note_approved", invoice_approved(&HEAD, &credit_note)),
        ]
    }

    fn letters_about_actions() -> Vec<(&'static str, Letter)> {
        let about = AboutAction {
            action_id: "5F1C09A2B7D34E60",
            type_name: "Death notification",
            provider_name: "Lake House",
            due_on: period().end_date,
        };
        let news = |news| action(&HEAD, &about, news);
        vec![
            ("action_raised", news(ActionNews::Raised)),
            ("action_recorded", news(ActionNews::Recorded)),
            ("action_asked", news(ActionNews::Answered { waits: true })),
            ("action_answered", news(ActionNews::Answered { waits: false })),
            ("action_done", news(ActionNews::Done)),
            ("action_reopened", news(ActionNews::Reopened)),
            ("action_accepted", news(ActionNews::Accepted)),
            ("action_declined", news(ActionNews::Declined)),
        ]
    }

    fn letters_about_documents() -> Vec<(&'static str, Letter)> {
        let by = london_instant("2022-11-14T23:59:00".parse().unwrap());
        vec![
            ("documents_published", documents_published(&HEAD, "Lake House", by)),
            ("documents_reminder", documents_reminder(&HEAD, "Lake House", (3, by), true)),
            ("document_reminder", documents_reminder(&HEAD, "Lake House", (1, by), false)),
        ]
    }

    /// Lake House and a home in one email, and one home alone.
    fn daily_letters() -> Vec<(&'static str, Letter)> {
        let news = |name: &str, happened: &[(Happening, u64)]| ProviderNews {
            name: name.to_owned(),
            happened: happened.iter().copied().collect(),
        };
        let lake_house = news(
            "Lake House <block> & spot",
            &[
                (Happening::ActionOpened, 1),
                (Happening::ActionAnswered, 3),
                (Happening::CarePackageChanged, 14),
                (Happening::DocumentPublished, 2),
                (Happening::StatementFinalised, 1),
            ],
        );
        let madley_park = news("Madley Park", &[(Happening::StatementOpened, 1)]);
        let day = "2022-11-24".parse().unwrap();
        let both = [lake_house, madley_park.clone()];
        let foot = "https://portal.borsetshire.example/unsubscribe/?token=abc";
        vec![
            ("digest_of_two_providers", digest(&HEAD, day, &both)),
            ("digest", digest(&HEAD, day, &[madley_park]).with_unsubscribe(foot)),
        ]
    }

    fn all_letters() -> Vec<(&'static str, Letter)> {
        let letters = [
            letters_about_people(),
            letters_about_payments(),
            letters_about_actions(),
            letters_about_documents(),
            daily_letters(),
        ];
        letters.into_iter().flatten().collect()
    }

    #[test]
    fn every_email_says_what_happened_and_what_to_do() {
        for (name, letter) in all_letters() {
            assert_snapshot!(name, written(&letter));
        }
    }

    #[test]
    fn an_email_in_html_says_the_same_as_its_text() {
        for (name, letter) in all_letters() {
            assert_snapshot!(format!("{name}_html"), letter.html);
        }
    }

    /// Who adds an email adds it above, and so its snapshots.
    #[test]
    fn there_is_no_email_without_a_snapshot() {
        let (templates, tests) = include_str!("templates.rs").split_once("#[cfg(test)]").unwrap();
        let templates = [templates, include_str!("daily.rs")].concat();
        let made = templates.split("\npub fn ").skip(1).filter_map(|text| {
            let (name, rest) = text.split_once('(')?;
            let (signature, _) = rest.split_once('{')?;
            signature.contains("-> Letter").then_some(name)
        });
        let made: Vec<_> = made.collect();
        assert!(made.len() > 20, "{made:?}");
        for name in made {
            assert!(tests.contains(&format!("{name}(&HEAD")), "{name} has no snapshot");
        }
    }

    #[test]
    fn no_email_is_told_who_a_client_is() {
        let (templates, _) = include_str!("templates.rs").split_once("#[cfg(test)]").unwrap();
        for text in [templates, include_str!("daily.rs"), include_str!("letter.rs")] {
            for client in ["SsRef", "ss_ref", "Client", "client_name", "Cpli"] {
                assert!(!text.contains(client), "{client}");
            }
        }
    }

    #[test]
    fn what_the_council_called_a_thing_cannot_become_html() {
        for (name, letter) in all_letters() {
            assert!(!letter.html.contains("<block>"), "{name}");
            assert!(!letter.subject.contains('\n'), "{name}");
        }
    }

    #[test]
    fn every_email_names_the_council_and_where_to_get_help() {
        for (name, letter) in all_letters() {
            for part in [&letter.text, &letter.html] {
                assert!(part.contains(HEAD.council_name), "{name}");
                assert!(part.contains(HEAD.support_email), "{name}");
            }
            assert!(letter.subject.ends_with(HEAD.council_name), "{name}");
        }
    }
}
