//! Who gets in, how often somebody may try, and what each of the council's people may do.

use chrono::{DateTime, Duration, Utc};
use domain::account::{
    Account, Answer, Attempt, CannotSignIn, Challenge, Invitation, Reset, StaffAccess, Step, Tries,
};
use domain::password::{LENGTH_MAX, PasswordHash, Weakness, weaknesses};
use domain::permission::{CouncilPermission, CouncilRole, Permission, Role};
use domain::second_step::{Authenticator, Code, Positions, SecurityCode};
use domain::settings::Settings;
use domain::sign_in::{
    EMAIL_LENGTH_MAX, EmailAddress, SEEN_EVERY_SECONDS, Session, Token, TokenHash,
};
use domain::user::{CouncilLock, Help, IdentityCheck};

fn nine() -> DateTime<Utc> {
    "2026-06-01T09:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> DateTime<Utc> {
    nine() + Duration::seconds(seconds)
}

fn account() -> Account {
    let email = "ann@example.org".parse().unwrap();
    Account::invited(email, "Ann".to_owned(), Positions(2, 5), nine())
}

fn locked() -> Account {
    let lock = CouncilLock {
        at: nine(),
        reason: "Left".to_owned(),
        by: "Connie Figg".to_owned(),
        staff_ref: "ST08".parse().unwrap(),
    };
    Account { locked: Some(lock), ..account() }
}

fn staff(roles: &[CouncilRole], teams: &[&str]) -> StaffAccess {
    StaffAccess {
        staff_ref: "ST08".parse().unwrap(),
        name: "Connie Figg".to_owned(),
        roles: roles.to_vec(),
        teams: teams.iter().map(|team| team.parse().unwrap()).collect(),
        version: 0,
    }
}

#[test]
fn staff_may_what_any_of_their_roles_allows_and_nothing_else() {
    let both = staff(&[CouncilRole::Finaliser, CouncilRole::Helpdesk], &[]);
    for what in CouncilPermission::ALL {
        let allowed = CouncilRole::Finaliser.may(what) || CouncilRole::Helpdesk.may(what);
        assert_eq!(both.may(what), allowed, "{what:?}");
        assert_eq!(both.permissions().contains(&what), allowed, "{what:?}");
    }
    assert!(both.permissions().len() > 1);
    assert!(both.permissions().len() < CouncilPermission::ALL.len());
    assert!(staff(&[], &["T1"]).permissions().is_empty());
}

#[test]
fn a_team_member_reads_the_actions_of_the_own_team_and_an_auditor_all() {
    let (own, other) = ("T1".parse().unwrap(), "T2".parse().unwrap());
    let sees = |who: &StaffAccess| [who.sees_actions_of(&own), who.sees_actions_of(&other)];
    assert_eq!(sees(&staff(&[CouncilRole::TeamMember], &["T1"])), [true, false]);
    assert_eq!(sees(&staff(&[CouncilRole::TeamMember], &[])), [false, false]);
    assert_eq!(sees(&staff(&[CouncilRole::Finaliser], &["T1"])), [false, false]);
    assert_eq!(sees(&staff(&[CouncilRole::Auditor], &[])), [true, true]);
    assert!(staff(&[], &["T1"]).is_in(&own) && !staff(&[], &["T1"]).is_in(&other));
}

#[test]
fn a_session_that_claims_more_than_its_person_may_now_is_beyond_them() {
    use CouncilRole::{Auditor, Helpdesk};
    let now = staff(&[Helpdesk], &["T1"]);
    assert!(!staff(&[Helpdesk], &["T1"]).is_beyond(&now));
    assert!(!staff(&[], &[]).is_beyond(&now));
    assert!(staff(&[Helpdesk, Auditor], &["T1"]).is_beyond(&now));
    assert!(staff(&[Helpdesk], &["T1", "T2"]).is_beyond(&now));
    let somebody_else = StaffAccess { staff_ref: "ST09".parse().unwrap(), ..now.clone() };
    assert!(somebody_else.is_beyond(&now));
}

#[test]
fn a_lock_holds_to_its_last_second_and_whoever_gets_in_ends_it() {
    let tries = Tries { count: 5, locked_until: Some(after(60)), locks: 2, ..Tries::none(nine()) };
    assert!(tries.are_locked(after(59)));
    assert!(!tries.are_locked(after(60)) && !tries.are_locked(after(61)));
    assert!(!Tries::none(nine()).are_locked(nine()));
    assert_eq!(tries.clone().cleared(), Tries::none(nine()));
    let forgiven = tries.clone().forgiven();
    assert_eq!(forgiven, Tries { count: 4, ..tries });
}

#[test]
fn a_second_step_is_tried_five_times_within_its_minutes_and_each_code_begins_anew() {
    let token = Token::new([1; 32]);
    let fresh = Challenge::new(&token, &account(), nine());
    let mut tried = fresh.clone();
    for nth in 0..5 {
        assert!(tried.clone().open(&account(), nine()).is_ok(), "{nth}");
        tried = tried.tried();
    }
    assert_eq!(tried.clone().open(&account(), nine()), Err(CannotSignIn::Again));
    assert_eq!(tried.clone().tried().open(&account(), nine()), Err(CannotSignIn::Again));
    let with_code = tried.with_code(&Code::new([1; 8]), &token, nine()).unwrap();
    with_code.open(&account(), nine()).unwrap();

    let last = fresh.ends_at - Duration::seconds(1);
    assert!(fresh.counts(&account(), last) && !fresh.counts(&account(), fresh.ends_at));
    assert!(!fresh.counts(&account(), fresh.ends_at + Duration::seconds(1)));
    assert!(!fresh.counts(&locked(), nine()));
    let changed = account().with_password(PasswordHash::dummy());
    assert!(!fresh.counts(&changed, nine()));
}

#[test]
fn codes_for_one_sign_in_come_to_an_end() {
    let token = Token::new([1; 32]);
    let mut challenge = Challenge::new(&token, &account(), nine());
    let mut sent = 0;
    while let Ok(next) = challenge.clone().with_code(&Code::new([1; 8]), &token, nine()) {
        (challenge, sent) = (next, sent + 1);
        assert!(sent < 20, "codes are sent without an end");
    }
    assert_eq!(challenge.codes_sent, sent);
    assert!(sent > 1);
}

#[test]
fn a_code_of_an_authenticator_app_lets_in_once() {
    let token = Token::new([1; 32]);
    let app = Authenticator::new([1; 20]);
    let account = Account { authenticator: Some(app.clone()), ..account() };
    let challenge = Challenge::new(&token, &account, nine());
    let code = app.shows(nine().timestamp()).unwrap();
    let answer = Answer {
        token: &token,
        step: Step::Totp,
        typed: &code,
        asked_next: Positions(1, 2),
        at: nine(),
    };
    let used = challenge.answered(account, &answer).unwrap();
    assert_eq!(challenge.answered(used, &answer), Err(CannotSignIn::WrongCode));
}

#[test]
fn a_new_day_begins_the_count_of_codes_for_a_new_password_and_a_code_is_used_once() {
    let code = PasswordHash::dummy;
    let spent = Reset { sent_in_day: 10, tries_in_day: 9, ..Reset::none(nine()) };
    let next_day = after(24 * 60 * 60);
    let renewed = spent.with_code(code(), next_day).unwrap();
    let counts = (renewed.day_began_at, renewed.sent_in_day, renewed.tries_in_day, renewed.tries);
    assert_eq!(counts, (next_day, 1, 0, 0));
    let mut tried = Reset { tries_in_day: 7, ..renewed };
    for nth in 0..3 {
        tried = tried.tried(next_day).unwrap_or_else(|| panic!("{nth}"));
    }
    assert_eq!((tried.tries, tried.tries_in_day), (3, 10));
    assert_eq!(tried.clone().tried(next_day), None);
    let again =
        Reset { tries_in_day: 3, ..tried }.with_code(code(), next_day + Duration::minutes(1));
    assert_eq!(again.clone().unwrap().tries, 0);
    let used = again.unwrap().used().unwrap();
    assert_eq!((&used.code, used.clone().used()), (&None, None));
    let many = Reset { tries_in_day: 10, ..used };
    assert_eq!(many.with_code(code(), next_day + Duration::minutes(5)), None);
}

#[test]
fn a_code_for_a_new_password_is_tried_until_its_last_second() {
    let sent = Reset::none(nine()).with_code(PasswordHash::dummy(), nine()).unwrap();
    assert!(sent.clone().tried(after(599)).is_some());
    assert_eq!(sent.clone().tried(after(600)), None);
    assert_eq!(sent.tried(after(601)), None);
}

#[test]
fn an_invitation_is_open_until_its_end_for_whoever_is_not_locked_out() {
    let invitation = Invitation::new(&Token::new([1; 32]), &account(), nine());
    assert!(invitation.is_open(&account(), invitation.ends_at - Duration::seconds(1)));
    assert!(!invitation.is_open(&account(), invitation.ends_at));
    assert!(!invitation.is_open(&account(), invitation.ends_at + Duration::seconds(1)));
    assert!(!invitation.is_open(&locked(), nine()));
}

fn session(roles: &[Role], council: Option<StaffAccess>) -> Session {
    Session {
        id: TokenHash::of("x"),
        email: "ann@example.org".parse().unwrap(),
        name: "Ann".to_owned(),
        provider: None,
        roles: roles.to_vec(),
        council,
        created_at: nine(),
        last_seen_at: nine(),
        idle_minutes: 30,
        ends_at: after(12 * 60 * 60),
        browser: String::new(),
        version: 0,
    }
}

#[test]
fn a_session_may_what_any_of_its_roles_allows_on_its_own_side() {
    let provider = session(&[Role::Viewer, Role::Invoices], None);
    for what in Permission::ALL {
        let allowed = Role::Viewer.may(what) || Role::Invoices.may(what);
        assert_eq!(provider.may(what), allowed, "{what:?}");
    }
    assert!(provider.may(Permission::Invoice) && !provider.may(Permission::Sign));
    let council = session(&[], Some(staff(&[CouncilRole::Helpdesk], &[])));
    for what in CouncilPermission::ALL {
        assert_eq!(council.may_for_council(what), CouncilRole::Helpdesk.may(what), "{what:?}");
        assert!(!provider.may_for_council(what), "{what:?}");
    }
    assert!(Permission::ALL.into_iter().all(|what| !council.may(what)));
}

#[test]
fn a_session_ends_when_it_was_idle_or_its_time_is_over_and_its_use_is_written_once_a_minute() {
    let session = session(&[], None);
    let busy = Session { last_seen_at: after(12 * 60 * 60 - 60), ..session.clone() };
    assert!(session.is_live(after(30 * 60 - 1)) && !session.is_live(after(30 * 60)));
    assert!(busy.is_live(after(12 * 60 * 60 - 1)) && !busy.is_live(after(12 * 60 * 60)));
    assert!(!session.is_live(after(30 * 60 + 1)) && !busy.is_live(after(12 * 60 * 60 + 1)));
    let due = |seconds| session.is_due_to_be_seen(after(seconds));
    let every = SEEN_EVERY_SECONDS;
    assert_eq!([due(every - 1), due(every), due(every + 1)], [false, true, true]);
}

#[test]
fn the_helpdesk_is_offered_what_would_change_something() {
    let settings = Settings::default();
    let mut tries = Tries::none(nine());
    for _ in 0..settings.lockout_tries {
        let Attempt::Counted(counted) = tries.clone().begin(nine(), &settings) else { panic!() };
        tries = counted.failed(nine(), &settings).unwrap_or(counted);
    }
    let none = Tries::none(nine());
    let use_of = |help: Help, account: &Account, tries: &Tries, sessions| {
        help.is_of_use(account, tries, sessions, nine())
    };
    for help in [Help::InviteAgain, Help::SendPasswordReset] {
        assert!(use_of(help, &account(), &none, 0), "{help}");
    }
    assert!(use_of(Help::Lock, &account(), &none, 0) && !use_of(Help::Lock, &locked(), &none, 0));
    let unlock = |account: &Account, tries: &Tries| use_of(Help::Unlock, account, tries, 0);
    assert!(unlock(&locked(), &none) && unlock(&account(), &tries) && unlock(&locked(), &tries));
    assert!(!unlock(&account(), &none));
    let end = |sessions| use_of(Help::EndSessions, &account(), &none, sessions);
    assert_eq!([end(0), end(1), end(2)], [false, true, true]);
    let away = |account: &Account| use_of(Help::TakeSecondStepAway, account, &none, 0);
    let own = Account { authenticator: Some(Authenticator::new([1; 20])), ..account() };
    assert!(away(&own) && !away(&account()));
    let without =
        Account { authenticator_offered: own.authenticator.clone(), ..own }.without_second_step();
    assert_eq!((without.authenticator, without.authenticator_offered), (None, None));
}

#[test]
fn what_is_printed_of_a_secret_does_not_tell_it() {
    let (code, app) = (Code::new([1; 8]), Authenticator::new([1; 20]));
    let memorable = SecurityCode::new("402915", [1; 32]).unwrap();
    for (printed, secret) in [
        (format!("{code:?}"), code.reveal()),
        (format!("{app:?}"), app.reveal()),
        (format!("{memorable:?}"), "402915"),
    ] {
        assert!(secret.len() > 5 && !printed.is_empty(), "{printed}");
        assert!(!printed.contains(secret), "{printed}");
    }
    assert_ne!(app.reveal(), Authenticator::new([2; 20]).reveal());
}

#[test]
fn an_email_address_and_a_password_have_so_many_characters_and_no_more() {
    let address = |length: usize| format!("{}@b.example", "a".repeat(length - "@b.example".len()));
    address(EMAIL_LENGTH_MAX).parse::<EmailAddress>().unwrap();
    address(EMAIL_LENGTH_MAX + 1).parse::<EmailAddress>().unwrap_err();
    let email = "ann@example.org".parse().unwrap();
    let is_too_long = |length: usize| {
        let weak = weaknesses(&"é".repeat(length), &email, &Settings::default());
        weak.contains(&Weakness::TooLong)
    };
    assert!(!is_too_long(LENGTH_MAX) && is_too_long(LENGTH_MAX + 1));
}

#[test]
fn whoever_loses_a_second_step_is_told_how_they_were_recognised() {
    let told = |name: &str| name.parse::<IdentityCheck>().unwrap().told();
    assert_eq!(told("called_back"), "by calling you on a number that we already had");
    assert_eq!(told("seen_with_document"), "by seeing you and a document with your picture");
    let vouched = "by asking an administrator of your provider, or your manager";
    assert_eq!(told("vouched_for"), vouched);
    "by email".parse::<IdentityCheck>().unwrap_err();
}
