//! A remittance advice, printed.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Redirect;
use chrono::NaiveDate;
use domain::clock::Now;
use domain::facts::Provider;
use domain::ids::{ContractRef, ProviderRef};
use domain::remittance::{Remittance, RemittanceView};
use files::Place;
use futures::future::try_join_all;
use papers::RemittanceAdvice;
use web::Problem;

use crate::Pdfs;

impl Pdfs {
    /// Where the remittance advice of a finalised statement can be fetched, and what of it `provider` sees.
    pub(crate) async fn remittance_link(
        &self,
        provider: &ProviderRef,
        contract: &ContractRef,
        start: NaiveDate,
        now: Now,
    ) -> Result<(Redirect, Remittance), Problem> {
        let (statement, finalised) = self.statements.finalised(provider, contract, start).await?;
        let advice = Remittance::of(&statement, &finalised, RemittanceView::default())?;
        let (parties, settings) =
            tokio::try_join!(self.parties(&advice), async { Ok(self.store.settings().await?) })?;
        let address = |it: &Provider| it.address.clone();
        let names = parties.iter().map(|(of, it)| (of.clone(), it.name.clone())).collect();
        let printed = RemittanceAdvice {
            council_name: settings.council_name,
            provider_address: parties.get(&advice.provider_ref).and_then(address),
            advice: &advice,
            names: &names,
        };
        let place = Place::printed_remittance(contract, start, provider);
        let file_name = format!("remittance_{contract}_{start}.pdf");
        let make = || papers::remittance(&printed);
        let link = self.kept(&place, &file_name, now.instant, make).await?;
        Ok((link, advice))
    }

    /// Everybody who is paid.
    async fn parties(
        &self,
        advice: &Remittance,
    ) -> Result<BTreeMap<ProviderRef, Provider>, Problem> {
        let others = advice.lines.iter().filter_map(|line| line.paid_to.clone());
        let all: BTreeSet<_> = others.chain([advice.provider_ref.clone()]).collect();
        let known = try_join_all(all.iter().map(|it| self.store.provider(it))).await?;
        Ok(known.into_iter().flatten().map(|it| (it.provider_ref.clone(), it)).collect())
    }
}
