// What every page says of the portal before it has asked the server which council it belongs to.
export default {
  product: 'Provider portal',
  council: 'Adult social care',
  // The sections of the portal, in the order of the home page.
  sections: [
    { url: '/home/', name: 'Home' },
    { url: '/care-packages/', name: 'Care packages' },
    { url: '/scheduled-payments/', name: 'Scheduled payments' },
    { url: '/actuals/', name: 'Actuals', word: 'actuals' },
    { url: '/invoices/', name: 'Invoices' },
    { url: '/actions/', name: 'Actions' },
    { url: '/contract-documents/', name: 'Contract documents' },
    { url: '/purchase-orders/', name: 'Purchase orders' },
    { url: '/reports/', name: 'Reports' },
    { url: '/contacts/', name: 'Contacts' },
    { url: '/help/', name: 'Help' },
  ],
  // What council staff see instead. One with a `permission` is there for roles that have it.
  councilSections: [
    { url: '/council/', name: 'Work queues' },
    { url: '/council/actions/', name: 'Actions', permission: 'see_actions' },
    { url: '/council/change-requests/', name: 'Change requests', permission: 'see_change_requests' },
    { url: '/council/contacts/', name: 'Contacts', permission: 'see_change_requests' },
    { url: '/council/users/', name: 'Users', permission: 'see_users' },
    { url: '/council/documents/', name: 'Contract documents', permission: 'see_documents' },
    { url: '/council/imports/', name: 'Council files', permission: 'see_imports' },
    { url: '/council/purchase-orders/', name: 'Purchase orders', permission: 'see_purchase_orders' },
    { url: '/council/reports/', name: 'Reports', permission: 'see_reports' },
    { url: '/council/payments/', name: 'Payments', permission: 'see_payments' },
    { url: '/council/directives/', name: 'Directives and adjustments', permission: 'see_payments' },
    { url: '/council/remittance-notes/', name: 'Remittance notes', permission: 'see_payments' },
    { url: '/council/invoices/', name: 'Invoices', permission: 'see_payments' },
    { url: '/council/exceptions/', name: 'Weeks over tolerance', permission: 'see_payments' },
    { url: '/council/settings/', name: 'Settings', permission: 'see_settings' },
    { url: '/council/audit/', name: 'Audit', permission: 'see_audit' },
    { url: '/help/', name: 'Help' },
  ],
};
