//! Contract documents by the council's files, each with its PDF beside them.

use cloud::Fuse;
use domain::contract_document::Document;
use files::Place;

use super::interrupted::state;
use super::rig::Rig;

const HEADER: &str =
    "document_ref,provider_ref,service_ref,ss_ref,cpli_id,doc_type,date_from,date_to,file";
const ROW: &str = "DOC801,P1001,S4001,A272433,164628,Placement agreement,2026-01-05,,agreement.pdf";
const PDF: &str = "%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\n%%EOF\n";

fn rows(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

async fn drop_pdf(rig: &Rig, name: &str, text: &str) {
    rig.objects.put(&Place::council_inbox(name), text).await.unwrap();
}

async fn council_with_pdf() -> Rig {
    let rig = Rig::council().await;
    drop_pdf(&rig, "agreement.pdf", PDF).await;
    rig
}

async fn document(rig: &Rig) -> Option<Document> {
    let (provider, document) = ("P1001".parse().unwrap(), "DOC801".parse().unwrap());
    rig.store.document(&provider, &document).await.unwrap()
}

/// Which version is the latest; 0: none.
async fn versions(rig: &Rig) -> u32 {
    document(rig).await.map_or(0, |document| document.latest.n)
}

#[tokio::test]
async fn a_row_publishes_its_pdf_and_the_same_again_changes_nothing() {
    let rig = council_with_pdf().await;
    rig.take_in("documents_20260402T080000", &rows(&[ROW])).await;
    assert_eq!(rig.counts("documents_20260402T080000"), [1, 0, 0, 0, 0, 0]);
    let published = document(&rig).await.unwrap();
    assert_eq!(published.note(), "Published by The council on 01/04/2026");
    assert_eq!(published.latest.client.as_deref(), Some("Miss Wednesday Adams"));
    let file =
        Place::contract_document(&published.latest.document_ref, 1, &published.latest.file.sha256);
    assert_eq!(rig.objects.dump()[&file.to_string()], PDF);
    rig.take_in("documents_20260403T080000", &rows(&[ROW])).await;
    assert_eq!(rig.counts("documents_20260403T080000"), [0, 0, 1, 0, 0, 0]);
    assert_eq!(document(&rig).await.unwrap(), published);
}

#[tokio::test]
async fn a_changed_row_and_a_changed_pdf_are_new_versions() {
    let rig = council_with_pdf().await;
    rig.take_in("documents_20260402T080000", &rows(&[ROW])).await;
    let ended = ROW.replace("2026-01-05,,", "2026-01-05,2026-06-30,");
    rig.take_in("documents_20260403T080000", &rows(&[&ended])).await;
    assert_eq!((versions(&rig).await, rig.counts("documents_20260403T080000")[1]), (2, 1));
    drop_pdf(&rig, "agreement.pdf", &PDF.replace("Catalog", "Catalog /Lang (en)")).await;
    rig.take_in("documents_20260404T080000", &rows(&[&ended])).await;
    assert_eq!((versions(&rig).await, rig.counts("documents_20260404T080000")[1]), (3, 1));
    rig.take_in("documents_20260402T090000", &rows(&[ROW])).await;
    assert_eq!(versions(&rig).await, 3, "an older file changes nothing");
    assert_eq!(rig.counts("documents_20260402T090000")[5], 1);
}

#[tokio::test]
async fn a_row_waits_for_its_pdf_and_is_published_when_it_has_arrived() {
    let rig = Rig::council().await;
    rig.take_in("documents_20260402T080000", &rows(&[ROW])).await;
    assert_eq!(rig.codes("documents_20260402T080000"), ["I40"]);
    let log = rig.answer("documents_20260402T080000_log.csv").unwrap();
    assert!(log.contains("There is no PDF agreement.pdf yet"), "{log}");
    assert_eq!((rig.retry("2026-04-01T12:00:00Z").await.waiting, versions(&rig).await), (1, 0));
    drop_pdf(&rig, "agreement.pdf", PDF).await;
    assert_eq!(rig.retry("2026-04-01T12:15:00Z").await.applied, 1);
    assert_eq!(versions(&rig).await, 1);
    assert!(rig.table().keys().all(|key| !key.starts_with("WAITING")));
}

#[tokio::test]
async fn a_pdf_that_never_comes_is_given_up_and_told() {
    let rig = Rig::council().await;
    rig.take_in("documents_20260402T080000", &rows(&[ROW])).await;
    assert_eq!(rig.retry("2026-04-08T09:00:00Z").await.rejected, 1);
    let log = rig.answer("documents_20260402T080000_retry_log.csv").unwrap();
    assert!(log.contains("I41") && log.contains("agreement.pdf"), "{log}");
}

#[tokio::test]
async fn a_file_that_is_no_document_or_belongs_to_another_is_refused() {
    let rig = council_with_pdf().await;
    drop_pdf(&rig, "script.pdf", "%PDF-1.7 /JavaScript (x) %%EOF").await;
    drop_pdf(&rig, "page.pdf", "<html></html>").await;
    let refused = [
        ROW.replace("DOC801", "DOC1").replace("agreement.pdf", "script.pdf"),
        ROW.replace("DOC801", "DOC2").replace("agreement.pdf", "page.pdf"),
        ROW.replace("DOC801", "DOC3").replace("agreement.pdf", "../secret.pdf"),
        ROW.replace("DOC801", "DOC4").replace("agreement.pdf", "agreement.docx"),
        ROW.replace("DOC801", "DOC5").replace("P1001", "P1009"),
        ROW.replace("DOC801", "DOC6").replace("A272433", "A365739"),
    ];
    let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
    rig.take_in("documents_20260402T080000", &rows(&refused)).await;
    let codes = rig.codes("documents_20260402T080000");
    assert_eq!(codes, ["I39", "I39", "I39", "I39", "I42", "I42"]);
    assert!(rig.table().keys().all(|key| !key.contains("DOCUMENT")));
}

#[tokio::test]
async fn a_document_never_moves_to_another_provider() {
    let rig = council_with_pdf().await;
    rig.take_in("documents_20260402T080000", &rows(&[ROW])).await;
    let moved = "DOC801,P1009,,,,Placement agreement,,,agreement.pdf";
    rig.take_in("documents_20260403T080000", &rows(&[moved])).await;
    assert_eq!(rig.codes("documents_20260403T080000"), ["I42"]);
}

#[tokio::test]
async fn a_dry_run_publishes_nothing() {
    let rig = council_with_pdf().await;
    let (table, objects) = (rig.table(), rig.objects.dump().len());
    rig.take_in("DRYRUN_documents_20260402T080000", &rows(&[ROW])).await;
    assert_eq!(rig.counts("DRYRUN_documents_20260402T080000")[0], 1);
    assert_eq!(rig.table(), table);
    // The file itself, its log and its summary.
    assert_eq!(rig.objects.dump().len(), objects + 3);
}

#[tokio::test]
async fn killed_anywhere_and_taken_in_again_each_document_is_published_once() {
    let name = "documents_20260402T080000";
    let other = ROW.replace("DOC801", "DOC802").replace("agreement.pdf", "later.pdf");
    let text = rows(&[ROW, &other]);
    let ready = async || {
        let rig = council_with_pdf().await;
        rig.told();
        rig.put(name, &text).await;
        rig
    };
    let finish = async |rig: &Rig| {
        rig.again(name, &Fuse::default()).await.unwrap();
        drop_pdf(rig, "later.pdf", PDF).await;
        rig.retry("2026-04-01T12:00:00Z").await;
    };
    let undisturbed = ready().await;
    finish(&undisturbed).await;
    let wanted = state(&undisturbed);
    for cut in 1.. {
        let rig = ready().await;
        let fuse = Fuse::blowing_at(cut);
        let killed = rig.again(name, &fuse).await;
        assert_eq!(killed.is_err(), fuse.has_blown(), "cut {cut}");
        if !fuse.has_blown() {
            assert!(cut > 20, "hardly anything was called");
            return;
        }
        finish(&rig).await;
        assert_eq!(state(&rig), wanted, "{:?}", fuse.blown_label());
    }
}
