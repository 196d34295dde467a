//! A revision is issued when what is ordered is not what the latest revision says.

use domain::clock::Now;
use domain::ids::ProviderRef;
use domain::purchase_order::{Order, OrderHead, OrderId, Parties, RevisionBody};
use files::{Place, Put, to_json};

use crate::{OrderingError, Orders};

/// How often a revision is tried again because somebody else was faster.
const RACES_MAX: u32 = 5;

/// How large a body may be: a client with some thousand changes of price in a year.
const BODY_BYTES_MAX: usize = 5_000_000;

impl Orders {
    /// Who orders and who delivers, as they are called now.
    pub(crate) async fn parties(&self, provider: &ProviderRef) -> Result<Parties, OrderingError> {
        let (settings, known) =
            tokio::try_join!(self.store.settings(), self.store.provider(provider))?;
        let (name, address) = known.map_or((None, None), |it| (Some(it.name), it.address));
        Ok(Parties {
            council_name: settings.council_name,
            provider_name: name.unwrap_or_else(|| provider.to_string()),
            provider_address: address,
        })
    }

    /// The head of an order whose latest revision says what `order` does; none: nothing is ordered, and never was.
    pub(crate) async fn up_to_date(
        &self,
        mut order: Order,
        mut head: Option<OrderHead>,
        parties: &Parties,
        now: Now,
    ) -> Result<Option<OrderHead>, OrderingError> {
        for _ in 0..RACES_MAX {
            if order.client.is_none() {
                order.client = head.as_ref().map(|it| it.client.clone());
            }
            let says = head.as_ref().map(|it| it.digest.as_str());
            if says == Some(&order.digest()) || (says.is_none() && order.lines.is_empty()) {
                return Ok(head);
            }
            head = self.revised(&order, head, parties, now).await?;
        }
        Err(OrderingError::Busy)
    }

    /// Writes the next revision, or takes what somebody wrote as it, and makes it the latest.
    async fn revised(
        &self,
        order: &Order,
        head: Option<OrderHead>,
        parties: &Parties,
        now: Now,
    ) -> Result<Option<OrderHead>, OrderingError> {
        let previous = match head {
            Some(head) => Some(self.body(&head.id, head.revision).await?),
            None => None,
        };
        let next =
            RevisionBody::next(previous.as_ref(), order.clone(), now.instant, parties.clone())?;
        let place = Place::order_revision(&order.id, next.revision, "json");
        let next = match self.objects.put_if_absent(&place, to_json(&next)?).await? {
            Put::Written => next,
            Put::AlreadyThere => self.body(&order.id, next.revision).await?,
        };
        let head = next.head()?;
        match self.store.issue_order(&head, &next.line()?).await {
            Ok(()) => Ok(Some(head)),
            Err(error) if error.is_stale() => Ok(self.store.order(&order.id).await?),
            Err(error) => Err(error.into()),
        }
    }

    /// What a revision says.
    pub(crate) async fn body(
        &self,
        order: &OrderId,
        revision: u32,
    ) -> Result<RevisionBody, OrderingError> {
        let place = Place::order_revision(order, revision, "json");
        let object = self.objects.get(&place, BODY_BYTES_MAX).await?;
        let object = object.ok_or_else(|| OrderingError::Body(place.to_string()))?;
        Ok(object.json()?)
    }
}
