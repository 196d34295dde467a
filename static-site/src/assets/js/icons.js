// The icons of the areas. They come with the module of whatever page shows them.

import actions from '../images/actions.svg';
import actuals from '../images/actuals.svg';
import area from '../images/area.svg';
import carePackages from '../images/care-packages.svg';
import contacts from '../images/contacts.svg';
import contractDocuments from '../images/contract-documents.svg';
import invoices from '../images/invoices.svg';
import purchaseOrders from '../images/purchase-orders.svg';
import scheduledPayments from '../images/scheduled-payments.svg';

const ICONS = {
  actions,
  actuals,
  area,
  care_packages: carePackages,
  contacts,
  contract_documents: contractDocuments,
  invoices,
  purchase_orders: purchaseOrders,
  scheduled_payments: scheduledPayments,
  // What waits for the council has the icon of where it comes from.
  change_requests: contacts,
  documents: contractDocuments,
  exceptions: actuals,
  authorisations: scheduledPayments,
  answers: contractDocuments,
};

/** The picture of an area, for the `src` of an image. */
export const iconOf = (name) => ICONS[name] ?? area;
