// The areas that have a page of help, in the order of the portal.
export default [
  { url: '/help/sign-in/', name: 'Signing in', line: 'Your first sign in, the second step, a forgotten password, a locked account' },
  { url: '/help/home/', name: 'Home and choosing a provider', line: 'What waits for you, and what the colours mean' },
  { url: '/help/care-packages/', name: 'Care packages', line: 'What the council has commissioned from you, and what to do when it is wrong' },
  { url: '/help/scheduled-payments/', name: 'Scheduled payments and remittance advice', line: 'Check a statement, respond to it, and see what was paid' },
  { url: '/help/actuals/', name: 'Actuals and timesheets', line: 'Say what care you gave: on the page or by a file' },
  { url: '/help/invoices/', name: 'Invoices and credit notes', line: 'Make an invoice from your actuals, VAT, disputes' },
  { url: '/help/actions/', name: 'Actions', line: 'Ask the council something, report a death or an end of care, ask for a variation' },
  { url: '/help/contacts/', name: 'Contacts and change requests', line: 'Give somebody access, change it, or take it away' },
  { url: '/help/contract-documents/', name: 'Contract documents', line: 'Read agreements, and agree or reject them' },
  { url: '/help/purchase-orders/', name: 'Purchase orders', line: 'What is ordered for each client and year, and why it changed' },
  { url: '/help/reports/', name: 'Reports', line: 'What payments contain and what is to come, on a page or to take away' },
  { url: '/help/notifications/', name: 'Email notifications', line: 'Choose what you are emailed about' },
  { url: '/help/council/', name: 'For council staff', line: 'Work queues, change requests, contract documents, publishing' },
];
