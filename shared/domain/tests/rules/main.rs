//! The rules of domain.md section 5, from facts to the last penny.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "tests: what does not fit is a mistake in the test"
)]

#[cfg(test)]
mod actuals;
#[cfg(test)]
mod addresses;
#[cfg(test)]
mod agency;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod by_hand;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod corrections;
#[cfg(test)]
mod council_page;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod fixed;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod holds;
#[cfg(test)]
mod invoices;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod signing_in;
#[cfg(test)]
mod trail;
#[cfg(test)]
mod weeks;
#[cfg(test)]
mod words;
#[cfg(test)]
mod worked_examples;
