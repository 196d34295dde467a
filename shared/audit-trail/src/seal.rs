//! Sealing a day.

use std::collections::BTreeMap;

use cloud::metrics::{self, Metric};
use cloud::tracing;
use domain::audit::{Actor, Broken, Chain, Head, Seal, Sealed};
use domain::clock::Now;
use files::{Place, Put};

use crate::{SEAL_BYTES_MAX, Trail, TrailError};

impl Trail {
    /// Seals the day before `now`, unless it was. Sealed twice at once, one of the seals stays.
    ///
    /// An entry that is not as it was written is named in the seal and in the log, for somebody to look at.
    ///
    /// # Errors
    ///
    /// [`TrailError`]; the next run seals the day.
    pub async fn seal(&self, now: Now) -> Result<Option<Sealed>, TrailError> {
        let Some(date) = now.date.pred_opt() else { return Ok(None) };
        let previous = self.store.audit_seals(1, None).await?.0.into_iter().next();
        if previous.as_ref().is_some_and(|sealed| sealed.date >= date) {
            return Ok(None);
        }
        let before = match &previous {
            Some(sealed) => {
                self.read_seal(sealed).await?.map(|seal| seal.heads).unwrap_or_default()
            }
            None => BTreeMap::new(),
        };
        let heads = self.heads().await?;
        let broken = self.added_since(&before, &heads).await?;
        for entry in &broken {
            say_broken(entry);
        }
        let seal = Seal { date, at: now.instant, previous, heads, broken };
        let (text, sealed) = seal.written()?;
        let place = Place::audit_seal(date);
        let sealed = match self.objects.put_if_absent(&place, text).await? {
            Put::Written => sealed,
            Put::AlreadyThere => self.sealed_already(&place).await?,
        };
        self.store.add_audit_seal(&sealed).await?;
        say_sealed(&seal);
        Ok(Some(sealed))
    }

    /// What somebody else wrote, or we ourselves before we were cut off.
    async fn sealed_already(&self, place: &Place) -> Result<Sealed, TrailError> {
        let object = self.objects.get(place, SEAL_BYTES_MAX).await?.ok_or(TrailError::NotASeal)?;
        let seal: Seal = object.json()?;
        Ok(seal.written()?.1)
    }

    /// A seal, if it is the one that it is said to be.
    pub(crate) async fn read_seal(&self, sealed: &Sealed) -> Result<Option<Seal>, TrailError> {
        let place = Place::audit_seal(sealed.date);
        let object = self.objects.get(&place, SEAL_BYTES_MAX).await?;
        let text = object.and_then(|object| String::from_utf8(object.bytes).ok());
        Ok(text.and_then(|text| Seal::read(&text, sealed)))
    }

    /// Where all chains end.
    pub(crate) async fn heads(&self) -> Result<BTreeMap<Actor, Head>, TrailError> {
        let (mut heads, mut after) = (BTreeMap::new(), None);
        loop {
            let (some, next) = self.store.audit_heads(after).await?;
            heads.extend(some);
            after = next;
            if after.is_none() {
                return Ok(heads);
            }
        }
    }

    /// The first entry of each chain that was added since, and is not as it was written.
    async fn added_since(
        &self,
        before: &BTreeMap<Actor, Head>,
        heads: &BTreeMap<Actor, Head>,
    ) -> Result<Vec<String>, TrailError> {
        let gone = before.iter().filter(|(actor, _)| !heads.contains_key(actor));
        let mut broken: Vec<String> =
            gone.map(|(actor, _)| format!("all entries of {actor} are missing")).collect();
        for (actor, head) in heads {
            let from = before.get(actor).cloned().unwrap_or_else(Head::of_nothing);
            if let Err(found) = self.added_to(actor, from, head).await? {
                broken.push(found.to_string());
            }
        }
        Ok(broken)
    }

    /// Follows a chain from where it was to where it is said to end. What comes after that was added meanwhile.
    async fn added_to(
        &self,
        actor: &Actor,
        from: Head,
        to: &Head,
    ) -> Result<Result<(), Broken>, TrailError> {
        let mut after = from.n;
        let mut chain = Chain::after(actor.clone(), from);
        while after < to.n {
            let links = self.store.audit_links(actor, after).await?;
            let Some((last, _)) = links.last() else { break };
            after = *last;
            for (n, kept) in links.iter().filter(|(n, _)| *n <= to.n) {
                if let Err(broken) = chain.take(*n, kept) {
                    return Ok(Err(broken));
                }
            }
        }
        Ok(chain.end(Some(to)).map(drop))
    }
}

fn say_broken(entry: &str) {
    metrics::count(Metric::AuditBroken);
    tracing::error!(code = "audit-broken", entry, "a record of the audit is not as it was written");
}

fn say_sealed(seal: &Seal) {
    metrics::count(Metric::AuditSealed);
    tracing::info!(date = seal.date.to_string(), chains = seal.heads.len(), "audit sealed");
}
