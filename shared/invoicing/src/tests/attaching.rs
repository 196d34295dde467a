//! VAT, and the supplier's own VAT invoice.

use domain::facts::VatCategory;
use domain::failure::Failure;
use domain::invoice::{AttachmentType, InvoiceId};
use files::Place;
use testing::{at, parse};

use super::world::{OPEN, World, claiming};
use crate::{ATTACHMENT_BYTES_MAX, Claiming, InvoicingError, Shown};

pub(super) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF";

fn code<T: std::fmt::Debug>(refused: Result<T, InvoicingError>) -> &'static str {
    refused.unwrap_err().code()
}

impl World {
    /// Sends a file as a browser does.
    pub(super) async fn send(&self, id: &InvoiceId, file_name: &str, bytes: &[u8]) {
        let file = (file_name, 1_000);
        let form = self.invoicing().start_attachment(&self.provider, id, file, at(OPEN)).await;
        let place = Place::dropped(form.unwrap().fields["key"].clone(), None);
        self.objects.put(&place, bytes).await.unwrap();
    }

    async fn attach(
        &self,
        id: &InvoiceId,
        name: &str,
        bytes: &[u8],
    ) -> Result<Shown, InvoicingError> {
        self.send(id, name, bytes).await;
        self.invoicing().check_attachment(&self.provider, id, at(OPEN)).await
    }

    async fn claim(&self, shown: &Shown, tax: &str) -> Result<Shown, InvoicingError> {
        let claiming = Claiming { suppliers_tax: Some(parse(tax)), ..claiming(shown) };
        let id = &shown.head.invoice_id;
        self.invoicing().submit(&self.provider, id, &claiming, at(OPEN)).await
    }
}

#[tokio::test]
async fn amounts_with_vat_need_a_vat_invoice() {
    let world = World::with_vat().await;
    world.one_week().await;
    let draft = world.draft().await;
    assert_eq!((draft.document.vat.tax, draft.document.total), (parse("46.91"), parse("281.48")));
    assert_eq!((draft.can_submit(), draft.missing.len()), (false, 1));
    assert_eq!(code(world.submit(&draft, at(OPEN)).await), "vat-invoice-missing");
    let attached = world.attach(&draft.head.invoice_id, "Invoice 7.PDF", PDF).await.unwrap();
    assert!(attached.can_submit());
    let kept = attached.head.attachment.clone().unwrap();
    assert_eq!((kept.file_name.as_str(), kept.media_type), ("Invoice 7.PDF", AttachmentType::Pdf));
    assert_eq!((kept.size_bytes, kept.sha256.len()), (35, 64));
    world.submit(&attached, at(OPEN)).await.unwrap();
}

#[tokio::test]
async fn amounts_with_vat_need_a_valid_registration_number() {
    for number in [None, Some("GB 123 4567 83".to_owned())] {
        let mut council = testing::Council::homecare();
        council.contracts[0].vat = VatCategory::Standard;
        council.providers[0].vat_number = number;
        let world = World::of(council).await;
        world.one_week().await;
        let draft = world.draft().await;
        let attached = world.attach(&draft.head.invoice_id, "a.pdf", PDF).await.unwrap();
        assert!(!attached.can_submit());
        assert_eq!(code(world.submit(&attached, at(OPEN)).await), "vat-number-invalid");
    }
}

#[tokio::test]
async fn the_suppliers_own_tax_may_be_a_penny_a_line_off() {
    let world = World::with_vat().await;
    world.one_week().await;
    let draft = world.draft().await;
    world.attach(&draft.head.invoice_id, "a.pdf", PDF).await.unwrap();
    assert_eq!(code(world.claim(&draft, "46.93").await), "suppliers-tax-off");
    let submitted = world.claim(&draft, "46.90").await.unwrap();
    assert_eq!(submitted.document.total, parse("281.47"));
    assert_eq!(submitted.document.vat.suppliers_tax, Some(parse("46.90")));
    assert_eq!(world.show(&draft.head.invoice_id).await.document, submitted.document);
}

#[tokio::test]
async fn a_file_is_attached_by_what_is_in_it() {
    let world = World::with_vat().await;
    world.one_week().await;
    let id = world.draft().await.head.invoice_id;
    for (name, bytes) in [("a.pdf", &b"PK\x03\x04"[..]), ("a.png", b"<svg>"), ("a.jpg", b"MZ")] {
        assert_eq!(code(world.attach(&id, name, bytes).await), "attachment-not-accepted", "{name}");
    }
    assert_eq!(world.show(&id).await.head.attachment, None);
    for (name, bytes, media_type) in [
        ("a.png", PNG, AttachmentType::Png),
        ("a.jpeg", JPEG, AttachmentType::Jpeg),
        ("b.jpg", PDF, AttachmentType::Pdf),
    ] {
        let shown = world.attach(&id, name, bytes).await.unwrap();
        let kept = shown.head.attachment.unwrap();
        assert_eq!((kept.file_name.as_str(), kept.media_type), (name, media_type));
    }
    let link = world.invoicing().attachment_link(&world.provider, &id, at(OPEN)).await.unwrap();
    assert!(link.contains("uploads/P1003/vat/C3003.2022-10-03.1_6.jpg"), "{link}");
    assert!(link.contains("vat_invoice_C3003.2022-10-03.1.pdf"), "{link}");
}

#[tokio::test]
async fn what_cannot_be_attached_is_refused_before_it_is_sent() {
    let world = World::with_vat().await;
    world.one_week().await;
    let id = world.draft().await.head.invoice_id;
    for file in [("a.docx", 1), ("pdf", 1), ("a.pdf", 0), ("a.pdf", ATTACHMENT_BYTES_MAX + 1)] {
        let refused =
            world.invoicing().start_attachment(&world.provider, &id, file, at(OPEN)).await;
        assert_eq!(code(refused), "attachment-not-accepted", "{file:?}");
    }
    let none = world.invoicing().check_attachment(&world.provider, &id, at(OPEN)).await;
    assert_eq!(code(none), "attachment-not-accepted", "nothing was sent");
    let large = vec![0; usize::try_from(ATTACHMENT_BYTES_MAX).unwrap() + 1];
    assert_eq!(code(world.attach(&id, "a.pdf", &large).await), "attachment-not-accepted");
}

#[tokio::test]
async fn nothing_is_attached_to_what_is_submitted() {
    let world = World::homecare().await;
    world.one_week().await;
    let id = world.submitted().await.head.invoice_id;
    let file = ("a.pdf", 9);
    let refused = world.invoicing().start_attachment(&world.provider, &id, file, at(OPEN)).await;
    assert_eq!(code(refused), "invoice-state");
    let refused = world.invoicing().check_attachment(&world.provider, &id, at(OPEN)).await;
    assert_eq!(code(refused), "invoice-state");
}
