//! Files that are sent with what is said, kindly meant and otherwise.

use domain::action::ATTACHMENT_BYTES_MAX;
use domain::failure::Failure;
use files::Place;
use testing::{at, parse};

use super::world::{NOON, World, ada, contact, cora, id, query, said};
use crate::{Answer, ConversationsError, Person, Raising, Turn};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

/// Sends a file as a browser does; gives what a post names it by.
async fn sent(world: &World, person: &Person, file_name: &str, bytes: &[u8]) -> String {
    let conversations = world.conversations();
    // What the browser says of it may be anything.
    let size = u64::try_from(bytes.len()).unwrap().clamp(1, ATTACHMENT_BYTES_MAX);
    let file = (file_name, size);
    let upload = conversations.start_attachment(person, &parse("P1001"), file, at(NOON)).await;
    let upload = upload.unwrap();
    let key = upload.form.fields["key"].clone();
    assert_eq!(key, format!("uploads/P1001/actions/{}", upload.upload_id));
    assert_eq!(upload.form.fields["Content-Type"], "application/octet-stream");
    world.objects.put(&Place::dropped(key, None), bytes).await.unwrap();
    upload.upload_id
}

fn with(request: &str, attachments: Vec<String>) -> Raising {
    Raising { attachments, ..query(request) }
}

fn refused(result: Result<crate::Shown, ConversationsError>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.code(), "attachment-not-accepted");
    assert_eq!(error.fields()[0].field, "attachments");
    error.to_string()
}

#[tokio::test]
async fn a_file_is_kept_with_the_version_that_was_checked() {
    let world = World::new().await;
    let upload = sent(&world, &ada(), "discharge letter.pdf", PDF).await;
    let shown = world.raise(&ada(), &with("1", vec![upload.clone()])).await;
    let kept = &shown.posts[0].attachments[0];
    assert_eq!((kept.file_name.as_str(), kept.size_bytes), ("discharge letter.pdf", 35));
    // Somebody swaps it afterwards.
    let place = Place::action_file(&parse("P1001"), &upload);
    world.objects.put(&place, b"MZ and worse").await.unwrap();
    let conversations = world.conversations();
    let of = (&parse("P1001"), id(&shown));
    for person in [ada(), cora(&["SYSTEMS"])] {
        let (link, _) =
            conversations.attachment_link(&person, of, &upload, at(NOON)).await.unwrap();
        assert!(link.contains(&upload) && link.ends_with("as=discharge letter.pdf"), "{link}");
    }
    assert_eq!(kept.object_version.as_deref(), Some("v0"));
    for person in [contact("P1002", "eve@madley.example", true), cora(&["PAYMENTS"])] {
        let link = conversations.attachment_link(&person, of, &upload, at(NOON)).await;
        assert_eq!(link.unwrap_err().code(), "not-found");
    }
    let other = conversations.attachment_link(&ada(), of, "0123", at(NOON)).await;
    assert_eq!(other.unwrap_err().code(), "not-found");
}

#[tokio::test]
async fn what_is_not_what_its_name_says_is_refused() {
    let world = World::new().await;
    for (file_name, bytes) in [
        ("letter.pdf", &b"MZ\x90\0 a program"[..]),
        ("photo.png", b"<svg onload=alert(1)>"),
        ("notes.txt", b"\0\0\0"),
        ("letter.docx", b"PK\x03\x04 cut off"),
    ] {
        let upload = sent(&world, &ada(), file_name, bytes).await;
        let told = refused(world.try_raise(&ada(), &with("1", vec![upload])).await);
        assert!(told.starts_with(file_name), "{told}");
    }
    let empty = sent(&world, &ada(), "letter.pdf", b"").await;
    refused(world.try_raise(&ada(), &with("1", vec![empty])).await);
    let listed = world.store.open_actions(&parse("P1001")).await.unwrap();
    assert_eq!(listed, [], "nothing was raised");
}

#[tokio::test]
async fn a_file_over_ten_megabytes_and_a_sixth_are_refused() {
    let world = World::new().await;
    let mut large = PDF.to_vec();
    large.resize(11 * 1024 * 1024, b' ');
    let upload = sent(&world, &ada(), "scan.pdf", &large).await;
    let told = refused(world.try_raise(&ada(), &with("1", vec![upload])).await);
    assert_eq!(told, "The file must be smaller than 10 MB.");
    let conversations = world.conversations();
    let file = ("scan.pdf", 11 * 1024 * 1024);
    let started = conversations.start_attachment(&ada(), &parse("P1001"), file, at(NOON)).await;
    assert_eq!(started.unwrap_err().code(), "attachment-not-accepted");
    let mut six = Vec::new();
    for n in 0..6 {
        six.push(sent(&world, &ada(), &format!("{n}.pdf"), PDF).await);
    }
    let told = refused(world.try_raise(&ada(), &with("2", six.clone())).await);
    assert_eq!(told, "Attach 5 files at most.");
    six.pop();
    let shown = world.raise(&ada(), &with("2", six)).await;
    assert_eq!(shown.posts[0].attachments.len(), 5);
}

#[tokio::test]
async fn only_what_the_same_person_sent_for_the_same_provider_can_be_attached() {
    let world = World::new().await;
    let theirs = sent(&world, &cora(&["SYSTEMS"]), "letter.pdf", PDF).await;
    let bobs = sent(&world, &contact("P1001", "bob@lakehouse.example", true), "b.pdf", PDF).await;
    for upload in [theirs, bobs, "0".repeat(32), "../../council/inbox/x".to_owned()] {
        let told = refused(world.try_raise(&ada(), &with("1", vec![upload])).await);
        assert_eq!(told, "A file has not arrived. Choose it again.");
    }
    let conversations = world.conversations();
    let (ada, provider) = (ada(), parse("P1001"));
    let never = conversations.start_attachment(&ada, &provider, ("a.pdf", 9), at(NOON)).await;
    let upload = never.unwrap().upload_id;
    refused(world.try_raise(&ada, &with("1", vec![upload])).await);
}

#[tokio::test]
async fn a_reply_is_a_text_or_a_file() {
    let world = World::new().await;
    let shown = world.raise(&ada(), &query("1")).await;
    let silent = Answer { text: String::new(), ..said("2", Turn::Reply(None)) };
    let told = world.answer(&ada(), &shown, &silent).await.unwrap_err();
    assert_eq!(told.fields()[0].message, "Enter your reply");
    let upload = sent(&world, &ada(), "letter.pdf", PDF).await;
    let file = Answer { attachments: vec![upload], ..silent };
    assert_eq!(world.answer(&ada(), &shown, &file).await.unwrap().posts.len(), 2);
    let reopen = Answer { text: String::new(), ..said("3", Turn::Reopen) };
    let told = world.answer(&ada(), &shown, &reopen).await.unwrap_err();
    assert_eq!(told.fields()[0].message, "Enter why you reopen it");
}
