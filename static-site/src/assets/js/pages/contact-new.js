// Asking for a new contact.
import { get, post } from '../api.js';
import { contactFields, contactIn, controlIn } from '../contact-fields.js';
import { button, el, fill, find, link, paragraph, told } from '../dom.js';
import { clearErrors, onSubmit, requestId } from '../forms.js';
import { start } from '../page.js';

start(async () => {
  const { can_request: may, roles = [] } = await get('/api/contacts');
  if (may) ask(roles);
  else fill(find('[data-region]'), paragraph('Your role for this provider does not allow this. Somebody with the role “administer” can ask for a new contact.'));
});

function ask(roles) {
  const id = requestId();
  const form = el('form', { method: 'post', 'aria-label': 'New contact' }, [
    paragraph('The helpdesk checks what you ask for. When it accepts it, the new contact gets an invitation to the portal by email.'),
    contactFields(null, roles),
    el('div', { class: 'govuk-button-group' }, el('button', { type: 'submit', class: 'govuk-button' }, 'Submit contact creation request'), link('/contacts/', 'Cancel')),
  ]);
  onSubmit(form, async () => {
    const contact = contactIn(form);
    await post('/api/contacts/requests', { request_id: id, type: 'new_contact', contact_ref: null, contact, roles: null });
    clearErrors();
    fill(find('[data-region]'), [
      el('ul', { class: 'portal-links' }, [el('li', {}, link('/actions/#change-requests', 'See your change requests')), el('li', {}, link('/contacts/', 'Back to contacts'))]),
      button('Ask for another contact', () => {
        fill(find('[data-notice]'));
        ask(roles);
        find('#forename').focus();
      }),
    ]);
    told(`Your request for ${[contact.forename, contact.surname].filter(Boolean).join(' ')} is with the council.`, paragraph('Once it is accepted, they are invited by email.'));
  }, { controlFor: (field) => controlIn(form, field) });
  fill(find('[data-region]'), form);
}
