//! All homes of a group in one view.

use crate::ids::ProviderRef;
use crate::money::{Money, MoneyError};
use crate::report::{Bar, Body, Cell, Chart, Column};

/// One provider that a person may act for, and what waits there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Which.
    pub provider_ref: ProviderRef,
    /// As it is written on payments.
    pub name: String,
    /// The statements that are open or locked.
    pub statements: Vec<HomeStatement>,
}

/// One statement of a home, as far as the view needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HomeStatement {
    /// Whether it can be confirmed and nobody has.
    pub waits: bool,
    /// What it pays.
    pub payable: Money,
    /// What it does not pay now.
    pub held: Money,
}

/// Each home with what it is paid next, how much of that waits for a confirmation, and what is held.
///
/// # Errors
///
/// [`MoneyError::TooLarge`] beyond what the portal can hold.
pub fn homes(all: &[Home]) -> Result<Body, MoneyError> {
    let (mut rows, mut bars) = (Vec::new(), Vec::new());
    let mut sums = [Money::ZERO; 3];
    let mut waiting_all: usize = 0;
    for home in all {
        let sum = |of: fn(&HomeStatement) -> Money| Money::total(home.statements.iter().map(of));
        let amounts = [
            sum(|it| it.payable)?,
            sum(|it| if it.waits { it.payable } else { Money::ZERO })?,
            sum(|it| it.held)?,
        ];
        for (total, amount) in sums.iter_mut().zip(amounts) {
            *total = total.plus(amount)?;
        }
        let [payable, ..] = amounts;
        let waiting = home.statements.iter().filter(|it| it.waits).count();
        waiting_all = waiting_all.saturating_add(waiting);
        bars.push(Bar {
            label: home.name.clone(),
            value: payable.for_people(),
            length: payable.pence(),
        });
        rows.push(row(&format!("{} ({})", home.name, home.provider_ref), waiting, amounts));
    }
    let chart = (bars.len() > 1).then(|| Chart {
        title: "Payable by home".to_owned(),
        description: "What each home is paid next.".to_owned(),
        bars,
    });
    Ok(Body {
        columns: vec![
            Column::text("provider", "Provider"),
            Column::number("statements", "Statements to answer"),
            Column::money("payable", "Payable"),
            Column::money("waiting", "Of which waits for you"),
            Column::money("held", "Held"),
        ],
        rows,
        totals: vec![row("All", waiting_all, sums)],
        chart,
        notes: vec!["Of statements that are open or locked and not finalised yet.".to_owned()],
        ..Body::default()
    })
}

fn row(name: &str, waiting: usize, amounts: [Money; 3]) -> Vec<Cell> {
    let mut row = vec![name.into(), Cell::count(waiting)];
    row.extend(amounts.map(Cell::Money));
    row
}
