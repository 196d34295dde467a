//! Payment only with an agreed document, from the table.

use domain::contract_document::DocumentState;
use testing::{Council, parse};

use super::world::{World, doc, monday, thelma, tuesday};
use crate::Deed;

#[tokio::test]
async fn what_a_document_becomes_is_known_to_the_statements_of_its_contract() {
    let mut council = Council::lake_house();
    council.contracts[0].document_gate = true;
    let world = World::of(council).await;
    let contract = parse("C3001");
    let state = async || {
        let known = world.store.known_facts(&world.provider, &contract).await.unwrap();
        let of_cpli = known.facts.documents.get(&parse("164628")).cloned().unwrap_or_default();
        of_cpli.get(&doc()).copied()
    };
    assert_eq!(state().await, None);
    world.publish("a", monday()).await;
    assert_eq!(state().await, Some(DocumentState::Published));
    world.answer(1, Deed::Reject("No"), &thelma(), tuesday()).await.unwrap();
    assert_eq!(state().await, Some(DocumentState::Rejected));
    world.publish("b", tuesday()).await;
    assert_eq!(state().await, Some(DocumentState::Published));
    world.answer(2, Deed::Agree, &thelma(), tuesday()).await.unwrap();
    assert_eq!(state().await, Some(DocumentState::Agreed));
    let mut about_none = world.publishing("c", tuesday()).await;
    about_none.cpli_id = None;
    world.agreements().publish(&about_none, tuesday()).await.unwrap();
    assert_eq!(state().await, None, "the document is about it no more");
}
