//! A revision of a purchase order, printed.

use axum::response::Redirect;
use domain::clock::Now;
use domain::item::ItemKind;
use domain::purchase_order::{OrderId, OrderLine, RevisionBody};
use files::Place;
use papers::{OrderLineKind, PurchaseOrder};
use web::Problem;

use crate::Pdfs;

impl Pdfs {
    /// Where a revision can be fetched; none: the latest, as it follows from today's facts.
    pub(crate) async fn order_link(
        &self,
        id: &OrderId,
        revision: Option<u32>,
        now: Now,
    ) -> Result<Redirect, Problem> {
        let body = self.orders.show(id, revision, now).await?.body;
        let place = Place::order_revision(id, body.revision, "pdf");
        let file_name = format!("{id}-revision-{}.pdf", body.revision);
        let paper = paper(body)?;
        let make = || papers::purchase_order(&paper);
        self.kept(&place, &file_name, now.instant, make).await
    }
}

fn paper(body: RevisionBody) -> Result<PurchaseOrder, domain::money::MoneyError> {
    let RevisionBody { revision, revised_at, order, differences, .. } = body;
    let totals = order.totals()?;
    let difference = |it: domain::purchase_order::Difference| papers::Difference {
        label: it.label,
        before: it.before,
        after: it.after,
    };
    Ok(PurchaseOrder {
        council_name: body.council_name,
        provider_name: body.provider_name,
        provider_address: body.provider_address,
        order_ref: order.id.to_string(),
        financial_year: order.id.financial_year.to_string(),
        from: order.from,
        to: order.to,
        client: order.client.unwrap_or_default(),
        ss_ref: order.id.ss_ref,
        revision,
        revised_at,
        lines: order.lines.into_iter().map(line).collect(),
        total_cost: totals.cost,
        total_income: totals.income,
        total: totals.total,
        differences: differences.into_iter().map(difference).collect(),
    })
}

fn line(line: OrderLine) -> papers::OrderLine {
    let arithmetic = line.arithmetic();
    let kind = match line.kind {
        ItemKind::Income => OrderLineKind::Income,
        // No other kind is part of an order.
        ItemKind::Cost | ItemKind::Manual | ItemKind::Void => OrderLineKind::Cost,
    };
    papers::OrderLine {
        cpli_id: line.cpli_id,
        service: line.service,
        service_level: line.service_level,
        contract_name: line.contract_name,
        from: line.from,
        to: line.to,
        days: line.days,
        arithmetic,
        kind,
        amount: line.amount,
    }
}
