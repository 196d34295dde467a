//! Passwords that somebody gives, and those that they want.

use domain::account::Account;
use domain::failure::{Failure, FieldError, Kind};
use domain::password::{PasswordHash, Weakness, weaknesses};
use domain::settings::Settings;
use domain::sign_in::EmailAddress;
use store::StoreError;
use thiserror::Error;

use crate::{Identity, Person, Tried};

/// Why a password that was asked again is not accepted.
#[derive(Debug, Error)]
pub enum NotThePassword {
    /// It is wrong.
    #[error("The password is not right.")]
    Wrong {
        /// Where it was typed.
        field: &'static str,
    },
    /// It was wrong too often.
    #[error(
        "There were too many wrong tries. Your account is locked: we emailed you for how long."
    )]
    Locked,
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Failure for NotThePassword {
    fn kind(&self) -> Kind {
        match self {
            Self::Wrong { .. } | Self::Locked => Kind::Invalid,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Wrong { .. } => "password-wrong",
            Self::Locked => "account-locked",
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Wrong { field } => {
                vec![FieldError::new(field, "Enter your password as it is now")]
            }
            Self::Locked | Self::Store(_) => Vec::new(),
        }
    }
}

/// Why a new password will not do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Choose another password.")]
pub struct CannotUsePassword {
    field: &'static str,
    weaknesses: Vec<Weakness>,
}

impl Failure for CannotUsePassword {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        "password-too-weak"
    }

    fn fields(&self) -> Vec<FieldError> {
        self.weaknesses.iter().map(|it| FieldError::new(self.field, it.to_string())).collect()
    }
}

/// What is kept of a new password that was typed into `field`, if it will do.
///
/// # Errors
///
/// [`CannotUsePassword`] with everything that is wrong with it.
pub fn new_password(
    field: &'static str,
    wanted: &str,
    email: &EmailAddress,
    settings: &Settings,
) -> Result<PasswordHash, CannotUsePassword> {
    check_password(field, wanted, email, settings)?;
    Ok(PasswordHash::new(wanted, cloud::random_bytes()))
}

/// Whether a new password that was typed into `field` will do.
///
/// # Errors
///
/// [`CannotUsePassword`] with everything that is wrong with it.
pub fn check_password(
    field: &'static str,
    wanted: &str,
    email: &EmailAddress,
    settings: &Settings,
) -> Result<(), CannotUsePassword> {
    let weaknesses = weaknesses(wanted, email, settings);
    if weaknesses.is_empty() { Ok(()) } else { Err(CannotUsePassword { field, weaknesses }) }
}

/// Whether `given` is the password of `account`. No account, or none that was opened, takes as long.
pub fn is_password_of(account: Option<&Account>, given: &str) -> bool {
    let kept = account.and_then(|account| account.password.clone());
    kept.unwrap_or_else(PasswordHash::dummy).is_of(given)
}

impl Identity {
    /// The account of somebody who is signed in and gave their password again, in `field`. Wrong ones count as
    /// wrong tries to sign in.
    ///
    /// # Errors
    ///
    /// [`NotThePassword`].
    pub async fn confirm_password(
        &self,
        person: Person<'_>,
        field: &'static str,
        given: &str,
    ) -> Result<Account, NotThePassword> {
        let account = self.store.account(person.email).await?;
        if self.begin_try(person, None).await? == Tried::Locked {
            return Err(NotThePassword::Locked);
        }
        let right = is_password_of(account.as_ref(), given);
        if let Some(account) = account.filter(|_| right) {
            self.forgive_try(person).await?;
            return Ok(account);
        }
        match self.fail_try(person).await? {
            Tried::Locked => Err(NotThePassword::Locked),
            Tried::Counted => Err(NotThePassword::Wrong { field }),
        }
    }
}
